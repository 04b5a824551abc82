"""The referrals and cases of a year, with the first day of each stage, under pseudonyms."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import starmap
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Table, func, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept
from services.reporting.case_extract.rows import LABELS, CaseExtract, CaseRow, Outcome
from services.reporting.dimensions import DIMENSIONS
from services.reporting.year import YearFacts

Pseudonym = Callable[[Any], str]


def pseudonyms(key: bytes) -> Pseudonym:
    """Return what gives an id its pseudonym: a keyed digest, 32 hexadecimal digits."""

    def pseudonym(kept: Any) -> str:
        id_ = kept if isinstance(kept, UUID) else UUID(str(kept))
        return hmac.digest(key, id_.bytes, "sha256").hex()[:32]

    return pseudonym


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral; what came of it after the year is not looked at."""

    id: Any
    child: Any
    submitted_on: date
    agreed_on: date | None
    refused_on: date | None
    withdrawn_on: date | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """A spell of support; an end after the year is not looked at."""

    id: Any
    referral: Any
    child: Any
    started_on: date
    ended_on: date | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class Stages:
    """How far a referral and its case had come by a day, and since when."""

    referral: Referral | None
    case: Case | None
    by: date

    @property
    def ids(self) -> list[Any]:
        """The case and the referral, the first of which names the row."""
        return [one.id for one in (self.case, self.referral) if one]

    @property
    def child(self) -> Any:
        """Whose it is."""
        return next(one.child for one in (self.case, self.referral) if one)

    def first(self, days: Mapping[Any, date]) -> date | None:
        """Return its first day of those told of cases, or of referrals."""
        return next((days[id_] for id_ in self.ids if id_ in days), None)

    @property
    def decided_on(self) -> date | None:
        """The day of the decision."""
        one = self.referral
        return self._past(one.agreed_on or one.refused_on) if one else None

    @property
    def ended_on(self) -> date | None:
        """The case's last day."""
        return self._past(self.case.ended_on) if self.case else None

    @property
    def outcome(self) -> Outcome:
        """The last stage; who was decided on, or is supported, withdrew nothing."""
        if self.case:
            return "ended" if self.ended_on else "supported"
        assert self.referral
        if self.decided_on:
            return "agreed" if self.referral.agreed_on else "refused"
        return "withdrawn" if self._past(self.referral.withdrawn_on) else "waiting"

    @property
    def closing_reason(self) -> str | None:
        """Why it was refused, or ended."""
        if self.case and self.ended_on:
            return self.case.end_reason
        return self.referral.reason if self.referral and self.outcome == "refused" else None

    @property
    def left_on(self) -> date | None:
        """The last day on which it was under way, if it is no longer."""
        if self.case or not self.referral:
            return self.ended_on
        return self._past(self.referral.refused_on or self.referral.withdrawn_on)

    def _past(self, day: date | None) -> date | None:
        return day if day is not None and day <= self.by else None


def _referrals(year: AnyYear) -> Select[Any]:
    referral = year.known(facts.referral)
    ids = (as_kept(referral.c[name]) for name in ("referral_id", "child_id"))
    names = ("submitted_on", "agreed_on", "refused_on", "withdrawn_on", "reason")
    columns = (*ids, *(referral.c[name] for name in names))
    return select(*columns).where(referral.c.submitted_on <= year.last_day)


def _cases(year: AnyYear) -> Select[Any]:
    case = year.known(facts.case)
    ids = (as_kept(case.c[name]) for name in ("case_id", "referral_id", "child_id"))
    columns = (*ids, case.c.started_on, case.c.ended_on, case.c.end_reason)
    return select(*columns).where(case.c.started_on <= year.last_day)


def _first(table: Table, of: str, day: str, where: str = "") -> Query:
    """Return the first day of something by the end of the year, of each case or referral."""

    def ask(year: AnyYear) -> Select[Any]:
        known = year.known(table)
        found = select(as_kept(known.c[of]), func.min(known.c[day]))
        found = found.where(known.c[day] <= year.last_day).group_by(known.c[of])
        return found.where(known.c[where] > 0) if where else found

    return Query(ask)


REFERRALS: Final = Query(_referrals)
CASES: Final = Query(_cases)
FIRSTS: Final[Mapping[str, Query]] = {
    "checked_on": _first(facts.eligibility, "referral_id", "checked_on"),
    "visited_week": _first(facts.visit, "case_id", "week_beginning", where="attended"),
    "reviewed_on": _first(facts.review, "case_id", "held_on"),
    "continued_on": _first(facts.continuation, "case_id", "decided_on"),
    "paused_on": _first(facts.pause, "case_id", "paused_on"),
}
"""The stages that are facts of their own; the others stand in the referral or the case."""


async def case_extract(year: YearFacts, known_at: date | None, key: bytes) -> CaseExtract:
    """Return a year's extract, under pseudonyms by a key; the facts are held already."""
    firsts = {name: dict(await year.rows(query)) for name, query in FIRSTS.items()}
    labels = {name: await DIMENSIONS[by].labels("child", year) for name, by in LABELS.items()}
    pseudonym = pseudonyms(key)

    def row(one: Stages) -> CaseRow:
        day = one.left_on or year.until
        known: dict[str, Any] = {name: one.first(of) for name, of in firsts.items()}
        known |= {name: label(one.child, day) for name, label in labels.items()}
        return CaseRow(
            academic_year=year.year.label,
            case=pseudonym(one.ids[0]),
            child=pseudonym(one.child),
            referred_on=one.referral.submitted_on if one.referral else None,
            decided_on=one.decided_on,
            started_on=one.case.started_on if one.case else None,
            ended_on=one.ended_on,
            outcome=one.outcome,
            closing_reason=one.closing_reason,
            day=day,
            **known,
        )

    rows = sorted(map(row, await _under_way(year)), key=lambda row: row.case)
    return CaseExtract(academic_year=year.year.label, known_at=known_at, rows=rows)


async def _under_way(year: YearFacts) -> list[Stages]:
    """Return the referrals and cases that were under way on a day of the year."""
    referrals = {one.id: one for one in starmap(Referral, await year.rows(REFERRALS))}
    cases = list(starmap(Case, await year.rows(CASES)))
    led_on = {one.referral for one in cases}
    of_cases = [Stages(referrals.get(one.referral), one, year.year.last_day) for one in cases]
    others = [one for id_, one in referrals.items() if id_ not in led_on]
    found = [*of_cases, *(Stages(one, None, year.year.last_day) for one in others)]
    return [one for one in found if (one.left_on or date.max) >= year.year.first_day]
