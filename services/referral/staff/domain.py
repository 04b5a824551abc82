"""Teams and the teaching staff in them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    Post,
    StaffAppointed,
    StaffContractChanged,
    StaffLeft,
    TeamDisbanded,
    TeamFormed,
)
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.tables import Owned


class StaffHasLeft(Conflict):
    """A member of staff who has left takes no new contract."""

    detail = "This member of staff has left. A return needs a new appointment with a new reference."


class Team(Aggregate, Owned, kw_only=True):
    """A team of specialist teachers, known by its code."""

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
        if on < self.formed_on:
            raise Rejected(
                errors=[
                    ValidationError(
                        "before-formed",
                        "A team cannot be disbanded before it was formed.",
                        "/disbanded_on",
                    )
                ]
            )
        self.disbanded_on = on
        return TeamDisbanded(team_id=self.id, disbanded_on=on)


@dataclass(frozen=True, slots=True)
class Contract:
    """The part of full time a member of staff works, in hundredths, and for which team."""

    team_id: UUID | None
    fte_hundredths: int


class StaffMember(Aggregate, Owned, kw_only=True):
    """A member of the teaching staff, the Head of Service among them."""

    __tablename__ = "staff_member"

    reference: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(40))
    team_id: Mapped[UUID | None] = mapped_column(refers_to("team.id"), index=True)
    fte_hundredths: Mapped[int]
    appointed_on: Mapped[date]
    contract_on: Mapped[date]
    """The first day of the contract that team and part of full time are from: the latest known."""
    left_on: Mapped[date | None] = mapped_column(default=None)

    def check_in_post(self, day: date) -> None:
        """Refuse work from a day on which the member of staff is not in post."""
        if day < self.appointed_on or (self.left_on is not None and day > self.left_on):
            raise Rejected(
                errors=[
                    ValidationError(
                        "not-in-post",
                        "This member of staff is not in post on that day.",
                        "/staff_id",
                    )
                ]
            )

    def appoint(self, post: Post) -> StaffAppointed:
        """Take up post."""
        return StaffAppointed(
            staff_id=self.id,
            post=post,
            team_id=self.team_id,
            fte_hundredths=self.fte_hundredths,
            appointed_on=self.appointed_on,
            reference=self.reference,
        )

    def change_contract(self, contract: Contract, on: date) -> StaffContractChanged:
        """Work another part of full time, or for another team, from that day on.

        What was recorded to hold from a later day stays as it is.
        """
        if self.left_on is not None:
            raise StaffHasLeft
        if on < self.appointed_on:
            raise Rejected(
                errors=[
                    ValidationError(
                        "before-appointed",
                        "A contract cannot change before the appointment.",
                        "/effective_on",
                    )
                ]
            )
        if on >= self.contract_on:
            self.team_id, self.fte_hundredths = contract.team_id, contract.fte_hundredths
            self.contract_on = on
        return StaffContractChanged(
            staff_id=self.id,
            team_id=contract.team_id,
            fte_hundredths=contract.fte_hundredths,
            changed_on=on,
        )

    def leave(self, on: date) -> StaffLeft:
        """Leave with that day as the last in post."""
        if on < self.appointed_on:
            raise Rejected(
                errors=[
                    ValidationError(
                        "before-appointed",
                        "A member of staff cannot leave before the appointment.",
                        "/left_on",
                    )
                ]
            )
        self.left_on = on
        return StaffLeft(staff_id=self.id, left_on=on)


class StaffContract(Owned, kw_only=True):
    """A contract as it was recorded to hold from a day on; kept, so that it is known again."""

    __tablename__ = "staff_contract"

    staff_id: Mapped[UUID] = mapped_column(refers_to("staff_member.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    team_id: Mapped[UUID | None]
    fte_hundredths: Mapped[int]

    @property
    def contract(self) -> Contract:
        """What holds from the day on."""
        return Contract(self.team_id, self.fte_hundredths)
