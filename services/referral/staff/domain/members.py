"""The teaching staff: in post between two days, under contracts that hold from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import (
    AppointmentCorrected,
    ContractCorrected,
    ContractVoided,
    LeavingCorrected,
    LeavingVoided,
    Post,
    StaffAppointed,
    StaffContractChanged,
    StaffLeft,
)
from libs.common.core.errors import Conflict, Rejected, ValidationError
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.staff.domain.spans import standing
from services.referral.tables import Owned


class StaffHasLeft(Conflict):
    """A member of staff who has left takes no contract from a later day."""

    at = "staff_id"
    detail = "This member of staff had left by then. A return is a new appointment."


class HasNotLeft(Conflict):
    """Only who has left can be said not to have."""

    detail = "This member of staff has not left."


@dataclass(frozen=True, slots=True)
class Contract:
    """The part of full time a member of staff works, in hundredths, and for which team."""

    team_id: UUID | None
    fte_hundredths: int


class StaffMember(Aggregate, Owned, kw_only=True):
    """A member of the teaching staff, the Head of Service among them."""

    told_as = "staff_id"
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

    def in_post(self, day: date) -> bool:
        """Say whether they are in post on a day."""
        return self.appointed_on <= day and (self.left_on is None or day <= self.left_on)

    def check_in_post(self, day: date, pointer: str = "/staff_id") -> None:
        """Refuse work from a day on which the member of staff is not in post."""
        if not self.in_post(day):
            detail = "This member of staff is not in post on that day."
            raise Rejected(errors=[ValidationError("not-in-post", detail, pointer)])

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
        self.check_contract_day(on, "/effective_on")
        return StaffContractChanged(
            staff_id=self.id,
            team_id=contract.team_id,
            fte_hundredths=contract.fte_hundredths,
            changed_on=on,
        )

    def check_contract_day(self, on: date, pointer: str) -> None:
        """Refuse a contract from a day before the appointment, or after the last in post."""
        if self.left_on is not None and on > self.left_on:
            raise StaffHasLeft
        if on < self.appointed_on:
            detail = "A contract cannot begin before the appointment."
            raise Rejected(errors=[ValidationError("before-appointed", detail, pointer)])

    def correct_contract(
        self, contract: Contract, from_on: date, formerly_on: date, reason: str
    ) -> ContractCorrected:
        """Put a contract or its first day right; the latest is taken (`hold`) before."""
        return ContractCorrected(
            staff_id=self.id,
            team_id=contract.team_id,
            fte_hundredths=contract.fte_hundredths,
            from_on=from_on,
            formerly_on=formerly_on,
            latest_team_id=self.team_id,
            latest_on=self.contract_on,
            reason=reason,
        )

    def void_contract(self, from_on: date, reason: str) -> ContractVoided:
        """Undo a contract that was recorded by mistake; the latest is taken (`hold`) before."""
        return ContractVoided(
            staff_id=self.id,
            from_on=from_on,
            latest_team_id=self.team_id,
            latest_on=self.contract_on,
            reason=reason,
        )

    def hold(self, contracts: Sequence["StaffContract"]) -> None:
        """Take the latest contract for the one that is told of."""
        latest = standing(contracts)[-1]
        self.team_id, self.fte_hundredths = latest.team_id, latest.fte_hundredths
        self.contract_on = latest.from_on

    def correct_appointment(
        self, post: Post, appointed_on: date, reason: str
    ) -> AppointmentCorrected:
        """Put the post or the first day right."""
        if self.left_on is not None and appointed_on > self.left_on:
            detail = "A member of staff cannot be appointed after leaving."
            raise Rejected(errors=[ValidationError("after-leaving", detail, "/appointed_on")])
        formerly_on, self.appointed_on, self.post = self.appointed_on, appointed_on, post
        return AppointmentCorrected(
            staff_id=self.id,
            post=post,
            appointed_on=appointed_on,
            formerly_on=formerly_on,
            reason=reason,
        )

    def leave(self, on: date) -> StaffLeft:
        """Leave with that day as the last in post."""
        check_last_day(self.appointed_on, on)
        self.left_on = on
        return StaffLeft(staff_id=self.id, left_on=on)

    def correct_leaving(self, on: date, reason: str) -> LeavingCorrected:
        """Put the last day in post right."""
        if self.left_on is None:
            raise HasNotLeft
        check_last_day(self.appointed_on, on)
        self.left_on = on
        return LeavingCorrected(staff_id=self.id, left_on=on, reason=reason)

    def void_leaving(self, reason: str) -> LeavingVoided:
        """Undo a leaving that was recorded by mistake."""
        if self.left_on is None:
            raise HasNotLeft
        self.left_on = None
        return LeavingVoided(staff_id=self.id, reason=reason)


def check_last_day(appointed_on: date, left_on: date) -> None:
    """Refuse a last day before the first."""
    if left_on < appointed_on:
        detail = "A member of staff cannot leave before the appointment."
        raise Rejected(errors=[ValidationError("before-appointed", detail, "/left_on")])


class StaffContract(Owned, kw_only=True):
    """A contract as it was recorded to hold from a day on; kept, so that it is known again."""

    __tablename__ = "staff_contract"

    staff_id: Mapped[UUID] = mapped_column(refers_to("staff_member.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    team_id: Mapped[UUID | None]
    fte_hundredths: Mapped[int]
    assumed: Mapped[bool] = mapped_column(default=False)
    """Whether nobody told of it: a later contract was told of first, and fills the time before."""
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def contract(self) -> Contract:
        """What holds from the day on."""
        return Contract(self.team_id, self.fte_hundredths)
