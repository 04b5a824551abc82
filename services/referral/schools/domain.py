"""Schools as the national register has them. None is ever deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.referral import SchoolKind, SchoolRecorded, SchoolSucceeded
from libs.common.persistence.db import Aggregate, refers_to
from services.referral.tables import Owned

OPEN, CLOSED, CLOSING, PROPOSED = 1, 2, 3, 4
"""A school's status in the register. One that is proposed to close is open (trap 15)."""
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
    """A school, by its unique reference number, as the newest extract has it."""

    told_as = "school_id"
    __tablename__ = "school"
    __table_args__ = (Index(None, "status", "closed_on"),)

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
    successor_id: Mapped[UUID | None] = mapped_column(default=None)
    """The one school that carries on after this one closed."""
    succeeded_on: Mapped[date | None] = mapped_column(default=None)

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
        if self.says(row):
            return False
        for name, value in _fields(row).items():
            setattr(self, name, value)
        self.kind = school_kind(row.phase, row.low_age, row.high_age)
        return True

    def closed_by(self, today: date) -> bool:
        """Say whether its last day is over."""
        return self.status == CLOSED and self.closed_on is not None and self.closed_on < today

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

    def succeed(self, successor_id: UUID | None, on: date | None) -> SchoolSucceeded:
        """Be carried on by another school from that day, or, with null, by no one school."""
        self.successor_id, self.succeeded_on = successor_id, on
        return SchoolSucceeded(school_id=self.id, successor_id=successor_id, succeeded_on=on)

    def extract(self, row: RegisterRow, snapshot_on: date) -> "SchoolExtract":
        """Return what an extract said, as it is kept."""
        return SchoolExtract(
            school_id=self.id,
            snapshot_on=snapshot_on,
            la_code=row.la_code,
            establishment_type=row.establishment_type,
            phase=row.phase,
            status=row.status,
            kind=school_kind(row.phase, row.low_age, row.high_age),
            opened_on=row.opened_on,
            closed_on=row.closed_on,
        )

    def says(self, row: RegisterRow) -> bool:
        """Say whether the newest extract has this very row."""
        return _fields(row) == {name: getattr(self, name) for name in RegisterRow.__slots__}


class SchoolExtract(Owned, kw_only=True):
    """What an extract said of a school: the truth of its day, whatever came later."""

    __tablename__ = "school_extract"

    school_id: Mapped[UUID] = mapped_column(refers_to("school.id"), primary_key=True)
    snapshot_on: Mapped[date] = mapped_column(primary_key=True)
    la_code: Mapped[int]
    establishment_type: Mapped[str] = mapped_column(String(2))
    phase: Mapped[int]
    status: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]

    def say(self, other: "SchoolExtract") -> None:
        """Take over what another reading of the same day's extract says."""
        for name in SAID:
            setattr(self, name, getattr(other, name))


SAID = ("la_code", "establishment_type", "phase", "status", "kind", "opened_on", "closed_on")


@dataclass(frozen=True, slots=True)
class SchoolOnDay:
    """A school as it was on a day, and the day of the extract that says so."""

    la_code: int
    establishment_type: str
    phase: int
    status: int
    kind: str
    opened_on: date | None
    closed_on: date | None
    snapshot_on: date


def school_on(school: School, extracts: Sequence[SchoolExtract], day: date) -> SchoolOnDay:
    """Return a school as it was on a day.

    The extract of the day says so: the last one taken by then or, where there is none, the first
    one taken since. The days of opening and closing are the newest extract's, for they say of
    themselves when they hold, and settle a status that is of another day.
    """
    by_day = sorted(extracts, key=lambda extract: extract.snapshot_on)
    taken = [extract for extract in by_day if extract.snapshot_on <= day]
    said = taken[-1] if taken else by_day[0]
    return SchoolOnDay(
        la_code=said.la_code,
        establishment_type=said.establishment_type,
        phase=said.phase,
        status=_status_on(school, said, day),
        kind=said.kind,
        opened_on=school.opened_on,
        closed_on=school.closed_on,
        snapshot_on=said.snapshot_on,
    )


def _status_on(school: School, said: SchoolExtract, day: date) -> int:
    """Return the status of a day: an extract taken since may say closed, one before, proposed."""
    closed, opened = school.closed_on, school.opened_on
    if said.status == CLOSED and said.snapshot_on > day and closed is not None and day <= closed:
        return OPEN
    if said.status == PROPOSED and school.status != PROPOSED and opened and opened <= day:
        return OPEN
    return said.status


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
