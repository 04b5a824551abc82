"""Schools as the national register has them. None is ever deleted."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import SchoolKind, SchoolRecorded
from libs.common.persistence.db import Aggregate
from services.referral.tables import Owned

NURSERY, PRIMARY, MIDDLE_DEEMED_PRIMARY, ALL_THROUGH = 1, 2, 3, 7


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """What the service keeps of a school's row in the register, codes as the extract has them."""

    urn: int
    la_code: int
    establishment_number: int | None
    name: str
    establishment_type: str
    phase: int
    status: int
    low_age: int | None
    high_age: int | None
    opened_on: date | None
    closed_on: date | None


class School(Aggregate, Owned, kw_only=True):
    """A school, by its unique reference number."""

    __tablename__ = "school"

    urn: Mapped[int] = mapped_column(unique=True)
    la_code: Mapped[int]
    establishment_number: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(200))
    establishment_type: Mapped[str] = mapped_column(String(2))
    phase: Mapped[int]
    status: Mapped[int]
    low_age: Mapped[int | None]
    high_age: Mapped[int | None]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    kind: Mapped[str] = mapped_column(String(20))
    snapshot_on: Mapped[date]

    @classmethod
    def of(cls, id_: UUID, row: RegisterRow, snapshot_on: date) -> "School":
        """Make a school of its first row."""
        kind = school_kind(row.phase, row.low_age, row.high_age)
        return cls(id=id_, kind=kind, snapshot_on=snapshot_on, **_fields(row))

    def read(self, row: RegisterRow, snapshot_on: date) -> bool:
        """Take a newer row over; say whether anything in it differs. An older one is passed by.

        One that says the same still counts as the newest, so that older ones change nothing.
        """
        if snapshot_on < self.snapshot_on:
            return False
        self.snapshot_on = snapshot_on
        if _fields(row) == self._own_fields():
            return False
        for name, value in _fields(row).items():
            setattr(self, name, value)
        self.kind = school_kind(row.phase, row.low_age, row.high_age)
        return True

    def record(self) -> SchoolRecorded:
        """Say what the register has of the school now."""
        return SchoolRecorded(
            school_id=self.id,
            urn=self.urn,
            la_code=self.la_code,
            establishment_type=self.establishment_type,
            phase=self.phase,
            status=self.status,
            kind=school_kind(self.phase, self.low_age, self.high_age),
            opened_on=self.opened_on,
            closed_on=self.closed_on,
            snapshot_on=self.snapshot_on,
        )

    def _own_fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in RegisterRow.__slots__}


def _fields(row: RegisterRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in RegisterRow.__slots__}


def school_kind(phase: int, low_age: int | None, high_age: int | None) -> SchoolKind:
    """Return a school's kind from its phase and statutory ages (domain brief 3.3).

    The register has no infant or junior phase: both are `Primary`, told apart by age. A primary
    with a nursery often begins at 2, 3 or 4. What fits nothing is ``unknown``, for a person.
    """
    if phase == NURSERY:
        return "nursery"
    if phase == MIDDLE_DEEMED_PRIMARY:
        return "middle"
    if phase == ALL_THROUGH:
        return "all-through"
    if phase != PRIMARY or low_age is None or high_age is None:
        return "unknown"
    return _primary_kind(low_age, high_age)


def _primary_kind(low_age: int, high_age: int) -> SchoolKind:
    if low_age <= 5:
        return "infant" if high_age <= 8 else "primary" if high_age >= 10 else "unknown"
    return "junior" if low_age >= 6 and high_age >= 10 else "unknown"
