"""Referrals: how many, what came of them, and how long that took."""

from fractions import Fraction
from statistics import median
from typing import Any

from sqlalchemy import Select, select

from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Figure, Folded, Given, Need, Population, each, share
from services.reporting.presentation import NOT_KNOWN, Unit

HEADING = "Referrals"
"""The heading of these figures."""


def _submitted(year: AnyYear) -> Select[Any]:
    referral = year.known(facts.referral)
    return select(
        as_kept(referral.c.child_id).label("who"),
        referral.c.submitted_on.label("day"),
        referral.c.submitted_on,
        referral.c.agreed_on,
        referral.c.refused_on,
        referral.c.withdrawn_on,
        *rests_on(referral),
    ).where(year.within(referral.c.submitted_on))


def _outcome(referral: Any) -> str:
    if referral.withdrawn_on and not _decided(referral):
        return "withdrawn"
    return "agreed" if referral.agreed_on else "refused" if referral.refused_on else "waiting"


def _decided(referral: Any) -> bool:
    return bool(referral.agreed_on or referral.refused_on)


def _days(referral: Any) -> int:
    """Return the calendar days from submission to decision; the day of submission is day 0."""
    decided = referral.agreed_on or referral.refused_on
    return max(0, (decided - referral.submitted_on).days) if decided else 0


SUBMITTED = Population(
    words="referrals submitted in the year, each held by whom the child was that day",
    whose="child",
    ask=Query(_submitted),
    divides={"outcome": _outcome},
)
RECORDED = Need(absent=NOT_KNOWN, population=SUBMITTED)


def _waits(given: Given) -> list[int]:
    return sorted(part for part, of in zip(given.parts, given.of, strict=True) if of)


def _median(given: Given) -> Folded:
    """Return the middle wait, of an even number the mean of the two in the middle."""
    waits = _waits(given)
    if not waits:
        return Folded(None)
    formula = f"the middle of {len(waits)} waits"
    return Folded(median(map(Fraction, waits)), counts={"decided": len(waits)}, formula=formula)


def _ninth_tenth(given: Given) -> Folded:
    """Return the wait that nine in ten do not exceed: the least such wait on record."""
    waits = _waits(given)
    if not waits:
        return Folded(None)
    place = -(-9 * len(waits) // 10)
    formula = f"wait {place} of {len(waits)}, the shortest first"
    return Folded(Fraction(waits[place - 1]), counts={"decided": len(waits)}, formula=formula)


def _wait(name: str, words: str, fold: Any, percentile: int) -> Figure:
    return Figure(
        id=f"referrals.days_to_decision.{name}",
        words=f"Calendar days from a referral to the decision: {words}.",
        population=SUBMITTED,
        part=_days,
        of=_decided,
        fold=fold,
        percentile=percentile,
        unit=Unit.DAYS,
        decimals=1,
        base="referrals submitted in the year on which the Head of Service decided",
        needs=(RECORDED,),
    )


FIGURES = (
    Figure(
        id="referrals.submitted",
        words="Referrals submitted in the year.",
        population=SUBMITTED,
        needs=(RECORDED,),
    ),
    Figure(
        id="referrals.closed.share",
        words="Share of the referrals submitted in the year that were decided or withdrawn since.",
        population=SUBMITTED,
        part=lambda referral: _outcome(referral) != "waiting",
        of=each,
        fold=share,
        unit=Unit.PER_CENT,
        decimals=1,
        base="referrals submitted in the year",
        needs=(RECORDED,),
    ),
    Figure(
        id="referrals.agreed.share",
        words="Share of the referrals submitted in the year and decided that led to support.",
        population=SUBMITTED,
        part=lambda referral: bool(referral.agreed_on),
        of=_decided,
        fold=share,
        unit=Unit.PER_CENT,
        decimals=1,
        base="referrals submitted in the year on which the Head of Service decided",
        needs=(RECORDED,),
    ),
    _wait("median", "half took no longer", _median, 50),
    _wait("percentile_90", "nine in ten took no longer", _ninth_tenth, 90),
)
