"""The raw records as they stand: days, years, cases, and what counts as what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from deploy.demo.records import County, Record

AT_RISK = ("at-risk", "high")


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    of: int


Figure = Share | Fraction | str | None
"""A share with its basis, an exact number, a word, or None: not known."""


@dataclass(frozen=True)
class Case:
    """One spell of support, its last day included."""

    reference: str
    child: str
    started: date
    ended: date

    def open_between(self, first: date, last: date) -> bool:
        """Say whether any day from one to another is within the spell."""
        return self.started <= last and first <= self.ended


def value_of(figure: Figure) -> Fraction | str | None:
    """Return a figure's exact value, a share in per cent: of a share of nobody there is none."""
    if isinstance(figure, Share):
        return Fraction(100 * figure.count, figure.of) if figure.of else None
    return figure


def day(record: Record, name: str, otherwise: date = date.max) -> date:
    """Return a record's day, or another where it has none."""
    return date.fromisoformat(record[name]) if record.get(name) else otherwise


def bounds(year: str) -> tuple[date, date]:
    """Return the first and last day of a year: 1 September and 31 August."""
    start = int(year[:4])
    return date(start, 9, 1), date(start + 1, 8, 31)


def within(record: Record, name: str, year: str) -> bool:
    """Say whether a record's day is in the year."""
    first, last = bounds(year)
    return first <= day(record, name) <= last


def on_record(records: list[Record], name: str, year: str) -> bool:
    """Say whether a source has any record of the year: if not, its counts are not known."""
    return any(within(record, name, year) for record in records)


def reference_day(year: str) -> date:
    """Return the day on which staff are counted: the year's third Thursday of January."""
    first = date(int(year[:4]) + 1, 1, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 14)


def cases(county: County) -> list[Case]:
    """Return every case."""
    child = {referral["reference"]: referral["child"] for referral in county.referrals}
    ended = {ending["case"]: day(ending, "ended_on") for ending in county.endings}
    return [
        Case(
            case["referral"],
            child[case["referral"]],
            day(case, "started_on"),
            ended.get(case["referral"], date.max),
        )
        for case in county.cases
    ]


def caseload(county: County, year: str) -> set[str]:
    """Return the children who were on the caseload on any day of the year."""
    return {case.child for case in cases(county) if case.open_between(*bounds(year))}


def at_risk(county: County, year: str) -> set[str]:
    """Return the children at risk on a day of the year on which they were on the caseload.

    A level holds from the day it was judged until the case's next judgement or its end.
    """
    first, last = bounds(year)
    found = set()
    for case, level, since, until in _levels(county):
        held_from, held_to = max(since, case.started, first), min(until, case.ended, last)
        if level in AT_RISK and held_from <= held_to:
            found.add(case.child)
    return found


def _levels(county: County) -> Iterator[tuple[Case, str, date, date]]:
    by_case: dict[str, list[Record]] = {}
    for risk in sorted(county.risks, key=lambda risk: day(risk, "assessed_on")):
        by_case.setdefault(risk["case"], []).append(risk)
    for case in cases(county):
        judged = by_case.get(case.reference, [])
        for number, risk in enumerate(judged):
            following = judged[number + 1 : number + 2]
            until = day(following[0], "assessed_on") - timedelta(days=1) if following else date.max
            yield case, risk["level"], day(risk, "assessed_on"), until


def excluded(county: County, year: str) -> list[str]:
    """Return the child of each permanent exclusion that counts.

    It began in the year, was upheld and not rescinded, and the child was on the caseload that day.
    """
    spells = cases(county)
    return [
        exclusion["child"]
        for exclusion in county.exclusions
        if exclusion["category"] == "PERM"
        and within(exclusion, "starts_on", year)
        and exclusion.get("upheld_on")
        and not exclusion.get("rescinded_on")
        and any(
            case.child == exclusion["child"]
            and case.open_between(day(exclusion, "starts_on"), day(exclusion, "starts_on"))
            for case in spells
        )
    ]


def exclusions_by_year(county: County, year: str) -> dict[str, int | None]:
    """Return how many exclusions count in each year, from the first on record to this one.

    None where no exclusion of any category began in a year. One that was rescinded is no first.
    """
    last = int(year[:4])
    starts = [
        on.year - (on.month < 9)
        for on in (day(one, "starts_on") for one in county.exclusions if not _undone(one))
    ]
    labels = [
        f"{start}-{(start + 1) % 100:02}"
        for start in range(min(starts, default=last + 1), last + 1)
    ]
    return {
        label: len(excluded(county, label))
        if on_record(county.exclusions, "starts_on", label)
        else None
        for label in labels
    }


def _undone(exclusion: Record) -> bool:
    return bool(exclusion.get("rescinded_on"))
