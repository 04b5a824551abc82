"""Teams: at work between two days, with a name, an area and a manager that change from a day on."""

from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    TeamAreaChanged,
    TeamAreaCorrected,
    TeamAreaVoided,
    TeamCorrected,
    TeamDisbanded,
    TeamFormed,
    TeamManagerAppointed,
    TeamManagerCorrected,
    TeamManagerVoided,
)
from libs.common.core.errors import Rejected, ValidationError
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.tables import Owned


class Team(Aggregate, Owned, kw_only=True):
    """A team of specialist teachers, known by its code; name and area are the latest known."""

    told_as = "team_id"
    __tablename__ = "team"

    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    area: Mapped[str] = mapped_column(String(40))
    formed_on: Mapped[date]
    disbanded_on: Mapped[date | None] = mapped_column(default=None)

    def form(self) -> TeamFormed:
        """Begin the team's work."""
        return TeamFormed(team_id=self.id, code=self.code, area=self.area, formed_on=self.formed_on)

    def disband(self, on: date) -> TeamDisbanded:
        """End the team's work with that day."""
        check_ended_after(self.formed_on, on)
        self.disbanded_on = on
        return TeamDisbanded(team_id=self.id, disbanded_on=on)

    def correct(self, formed_on: date, disbanded_on: date | None, reason: str) -> TeamCorrected:
        """Put the first and the last day right."""
        check_ended_after(formed_on, disbanded_on)
        self.formed_on, self.disbanded_on = formed_on, disbanded_on
        return TeamCorrected(
            team_id=self.id, formed_on=formed_on, disbanded_on=disbanded_on, reason=reason
        )

    def change_area(self, area: str, on: date) -> TeamAreaChanged:
        """Belong to an area from that day on."""
        return TeamAreaChanged(team_id=self.id, area=area, changed_on=on)

    def correct_area(
        self, area: str, from_on: date, formerly_on: date, reason: str
    ) -> TeamAreaCorrected:
        """Put right to which area the team belongs from a day on, or from which day."""
        return TeamAreaCorrected(
            team_id=self.id, area=area, from_on=from_on, formerly_on=formerly_on, reason=reason
        )

    def void_area(self, from_on: date, reason: str) -> TeamAreaVoided:
        """Undo a change that was recorded by mistake."""
        return TeamAreaVoided(team_id=self.id, from_on=from_on, reason=reason)

    def appoint_manager(self, staff_id: UUID | None, on: date) -> TeamManagerAppointed:
        """Have a manager, or none, from that day on."""
        return TeamManagerAppointed(team_id=self.id, staff_id=staff_id, appointed_on=on)

    def correct_manager(
        self, staff_id: UUID | None, from_on: date, formerly_on: date, reason: str
    ) -> TeamManagerCorrected:
        """Put right who manages the team from a day on, or from which day."""
        return TeamManagerCorrected(
            team_id=self.id,
            staff_id=staff_id,
            from_on=from_on,
            formerly_on=formerly_on,
            reason=reason,
        )

    def void_manager(self, from_on: date, reason: str) -> TeamManagerVoided:
        """Undo an appointment that was recorded by mistake."""
        return TeamManagerVoided(team_id=self.id, from_on=from_on, reason=reason)

    def check_at_work(self, day: date, pointer: str) -> None:
        """Refuse a day before the team was formed or after it was disbanded."""
        if day < self.formed_on or (self.disbanded_on is not None and day > self.disbanded_on):
            detail = "The team is not at work on that day."
            raise Rejected(errors=[ValidationError("not-at-work", detail, pointer)])


def check_ended_after(formed_on: date, disbanded_on: date | None) -> None:
    """Refuse a last day before the first."""
    if disbanded_on is not None and disbanded_on < formed_on:
        detail = "A team cannot be disbanded before it was formed."
        raise Rejected(errors=[ValidationError("before-formed", detail, "/disbanded_on")])


class TeamSpan(Owned, kw_only=True):
    """A team's name and area from a day on. A team that never changed has none."""

    __tablename__ = "team_span"

    team_id: Mapped[UUID] = mapped_column(refers_to("team.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    area: Mapped[str] = mapped_column(String(40))
    void: Mapped[bool] = mapped_column(default=False)


class TeamManager(Owned, kw_only=True):
    """Who manages a team from a day on; nobody where it is null."""

    __tablename__ = "team_manager"

    team_id: Mapped[UUID] = mapped_column(refers_to("team.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID | None] = mapped_column(refers_to("staff_member.id"), index=True)
    void: Mapped[bool] = mapped_column(default=False)
