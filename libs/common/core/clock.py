"""What time it is, which day that is in England, and which academic year the day belongs to.

Two rules hold everywhere: an instant is UTC and aware, and a day is the day in London. 1 September
00:30 in summer time is 31 August 23:30 in UTC, and belongs to the new academic year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol, Self
from zoneinfo import ZoneInfo

LONDON: Final = ZoneInfo("Europe/London")
RECORDED_AT: Final = "Recorded-At"
"""The header by which who loads past records says when the county recorded them."""
_LABEL: Final = re.compile(r"([0-9]{4})-([0-9]{2})")
_FIRST_MONTH: Final = 9
_EARLIEST: Final = 1899
_LATEST: Final = 2199


class Clock(Protocol):
    """Whatever can say what time it is; passed in, so that a test can choose."""

    def now(self) -> datetime:
        """Return the present instant: aware, in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present instant: aware, in UTC."""
        return datetime.now(UTC)


def _utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        message = "an instant must carry a time zone"
        raise ValueError(message)
    return instant.astimezone(UTC)


class FixedClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, instant: datetime) -> None:
        """Stop at `instant`; a naive one raises ValueError."""
        self._instant = _utc(instant)

    def now(self) -> datetime:
        """Return the instant the clock stands at: aware, in UTC."""
        return self._instant

    def set(self, instant: datetime) -> None:
        """Stand at another instant; a naive one raises ValueError."""
        self._instant = _utc(instant)

    def advance(self, by: timedelta) -> None:
        """Move on by `by`, which may be negative."""
        self._instant += by


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def micros(instant: datetime) -> int:
    """Return an instant as whole microseconds since 1970; a naive one raises TypeError."""
    since = instant - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def local_day(instant: datetime) -> date:
    """Return the day it is in London at `instant`; a naive instant raises ValueError."""
    return _utc(instant).astimezone(LONDON).date()


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins in London."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


@dataclass(frozen=True, order=True, slots=True)
class AcademicYear:
    """An English school year, 1 September to 31 August, known by the year it starts in.

    Years sort by time; `day in year` asks whether a day belongs to it. Every day has one; only a
    label that is read is held to the years that the records' days belong to (`fields.Day`).
    """

    start: int

    @classmethod
    def of(cls, day: date) -> Self:
        """Return the year a day belongs to; an instant raises TypeError (see `local_day`)."""
        _refuse_instant(day)
        return cls(day.year if day.month >= _FIRST_MONTH else day.year - 1)

    @classmethod
    def parse(cls, label: str) -> Self:
        """Read a label such as "2018-19"; raises ValueError on any other form, or "2018-20".

        Labels go from 1899-00 to 2199-00: no record of ours belongs to another year.
        """
        match = _LABEL.fullmatch(label)
        if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
            message = "an academic year is written like 2018-19"
            raise ValueError(message)
        start = int(match[1])
        if not _EARLIEST <= start <= _LATEST:
            message = f"an academic year starts between {_EARLIEST} and {_LATEST}"
            raise ValueError(message)
        return cls(start)

    @property
    def label(self) -> str:
        """The year as people write it: "2018-19"."""
        return f"{self.start:04d}-{(self.start + 1) % 100:02d}"

    @property
    def code(self) -> int:
        """The year as the national statistics write it: 201819."""
        return self.start * 100 + (self.start + 1) % 100

    @property
    def first_day(self) -> date:
        """The 1 September it starts on."""
        return date(self.start, _FIRST_MONTH, 1)

    @property
    def last_day(self) -> date:
        """The 31 August it ends on."""
        return date(self.start + 1, 8, 31)

    def previous(self) -> AcademicYear:
        """Return the year before."""
        return AcademicYear(self.start - 1)

    def __contains__(self, day: date) -> bool:
        """Say whether the day belongs to this year; an instant raises TypeError."""
        _refuse_instant(day)
        return self.first_day <= day <= self.last_day

    def __str__(self) -> str:
        """Return the label."""
        return self.label


def academic_year(day: date) -> str:
    """Return the label of the academic year a day belongs to, such as "2018-19".

    An instant raises TypeError: take its `local_day` first.
    """
    return AcademicYear.of(day).label


def _refuse_instant(day: date) -> None:
    if isinstance(day, datetime):
        message = "give a day, not an instant: take its local_day first"
        raise TypeError(message)
