"""The statements of the report, each by a stated method."""

from datetime import date

from sqlalchemy import func, or_, select

from libs.common.clock import AcademicYear
from services.reporting import facts
from services.reporting.figures.definition import Claim, Statement
from services.reporting.figures.year import YearFacts, counted_exclusion

PACKAGE = "p-scales-to-pre-key-stage"


async def _maintained(year: YearFacts) -> Claim:
    at_risk = await year.at_risk()
    kept = len(at_risk - set(await year.excluded()))
    tens = (kept + 5) // 10 * 10
    holds = 145 <= kept <= 154
    return Claim(holds, f"approximately {tens}", {"at_risk": len(at_risk), "not_excluded": kept})


async def _all_judged(year: YearFacts) -> Claim:
    staff, judgement = facts.staff.c, facts.judgement.c
    in_post = select(staff.staff_id).where(
        staff.post != "head-of-service",
        staff.appointed_on <= year.year.first_day,
        or_(staff.left_on.is_(None), staff.left_on >= year.year.last_day),
    )
    judged = select(judgement.staff_id).where(
        judgement.academic_year == year.year.label, judgement.kinds_of_evidence == 4
    )
    teachers = {row[0] for row in await year.rows(in_post)}
    missing = teachers - {row[0] for row in await year.rows(judged)}
    holds = bool(teachers) and not missing
    printed = (
        "all teachers have an overall judgement"
        if holds
        else "not all teachers have an overall judgement"
    )
    return Claim(holds, printed, {"teachers": len(teachers), "not_judged": len(missing)})


async def _compliments(year: YearFacts) -> Claim:
    received = facts.compliment.c.received_on
    number = await year.number(select(func.count()).where(year.within(received)))
    printed = "many, beside the questionnaires" if number >= 10 else f"{number}"
    return Claim(number >= 10, printed, {"compliments": number})


async def _package(year: YearFacts) -> Claim:
    delivery = facts.delivery.c
    query = select(func.count()).where(
        delivery.kind == "course",
        delivery.course == PACKAGE,
        year.within(delivery.delivered_on),
    )
    number = await year.number(query)
    printed = "developed and delivered in the year" if number else "not delivered in the year"
    return Claim(number >= 1, printed, {"deliveries": number})


async def _exclusions_low(year: YearFacts) -> Claim:
    """Every year on record up to this one is looked at, and named with its count."""
    first = await _first_on_record(year)
    if first is None or first > year.year.last_day:
        return Claim(False, "no year is on record", {})
    starts = facts.exclusion.c.starts_on
    query = select(starts).where(counted_exclusion(), starts >= first, starts <= year.year.last_day)
    counts = dict.fromkeys(_labels(first, year.year), 0)
    for row in await year.rows(query):
        counts[AcademicYear.of(row[0]).label] += 1
    holds = all(number <= 1 for number in counts.values())
    printed = "remained consistently very low" if holds else "not consistently very low"
    return Claim(holds, printed, counts)


async def _first_on_record(year: YearFacts) -> date | None:
    """Return the first day on which a risk was judged or an exclusion that stands began.

    A case may have begun years before its county's records do: its start is no record of them.
    Nor is an exclusion that was rescinded, perhaps because its day was mistyped.
    """
    exclusion = facts.exclusion.c
    began = select(func.min(exclusion.starts_on)).where(exclusion.rescinded_on.is_(None))
    query = select(
        select(func.min(facts.risk.c.assessed_on)).scalar_subquery(), began.scalar_subquery()
    )
    return min((day for day in (await year.rows(query))[0] if day is not None), default=None)


def _labels(first: date, last: AcademicYear) -> list[str]:
    return [AcademicYear(n).label for n in range(AcademicYear.of(first).start, last.start + 1)]


STATEMENTS = (
    Statement(
        id="inclusion.placements_maintained",
        words="Permanent exclusion was avoided for about so many children at risk of it.",
        method="Children at risk of exclusion during the year less those permanently excluded is"
        " between 145 and 154. It counts; it does not prove cause.",
        query=_maintained,
    ),
    Statement(
        id="teaching.judged.all",
        words="All teachers have an overall judgement.",
        method="Every teacher in post for the whole year, the Head of Service aside, has an"
        " overall judgement resting on all four kinds of evidence.",
        query=_all_judged,
    ),
    Statement(
        id="feedback.compliments",
        words="Many compliments came beside the questionnaires.",
        method="At least ten compliments are registered outside questionnaires in the year.",
        query=_compliments,
    ),
    Statement(
        id="training.pre_key_stage_package",
        words="The package on moving from P scales to pre-key-stage assessment was delivered.",
        method="At least one delivery of that course in the year.",
        query=_package,
    ),
    Statement(
        id="inclusion.exclusions_low",
        words="Permanent exclusions remained consistently very low.",
        method="At most one counted permanent exclusion in each year on record, which is every year"
        " from the first in which a risk was judged, or an exclusion that was not rescinded began."
        " The years are named with their counts; a claim of five years needs five.",
        query=_exclusions_low,
    ),
)
