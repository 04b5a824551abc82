"""The statements of the report, each by a stated method."""

from sqlalchemy import func, or_, select

from libs.common.core.clock import AcademicYear
from services.reporting import facts
from services.reporting.figures.definition import Claim, Statement
from services.reporting.figures.feedback import unchecked
from services.reporting.figures.inclusion import at_risk, excluded
from services.reporting.figures.year import YearFacts, counted_exclusion
from services.reporting.presentation import NOT_KNOWN, about

PACKAGE = "p-scales-to-pre-key-stage"


async def _maintained(year: YearFacts) -> Claim:
    if await at_risk(year) is None or await excluded(year) is None:
        return _not_known()
    found = await year.at_risk()
    kept = len(found - set(await year.excluded()))
    counts = {"at_risk": len(found), "not_excluded": kept}
    return Claim(kept >= 1, about(kept) if kept else "none", counts)


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
    if not number and await unchecked(year, "compliments"):
        return _not_known()
    printed = "many, beside the questionnaires" if number >= 10 else f"{number}"
    return Claim(number >= 10, printed, {"compliments": number})


async def _package(year: YearFacts) -> Claim:
    delivery = facts.delivery.c
    if not await year.on_record(delivery.delivered_on):
        return _not_known()
    query = select(func.count()).where(
        delivery.kind == "course",
        delivery.course == PACKAGE,
        year.within(delivery.delivered_on),
    )
    number = await year.number(query)
    printed = "developed and delivered in the year" if number else "not delivered in the year"
    return Claim(number >= 1, printed, {"deliveries": number})


async def _exclusions_low(year: YearFacts) -> Claim:
    """Every year with a record is looked at and named with its count; none may be missing."""
    on_record = await _years_on_record(year)
    counts = dict.fromkeys((one.label for one in on_record), 0)
    starts = facts.exclusion.c.starts_on
    query = select(starts).where(counted_exclusion(), starts <= year.year.last_day)
    for row in await year.rows(query):
        counts[AcademicYear.of(row.starts_on).label] += 1
    if not on_record or len(on_record) <= year.year.start - on_record[0].start:
        return _not_known(counts)
    holds = all(number <= 1 for number in counts.values())
    printed = "remained consistently very low" if holds else "not consistently very low"
    return Claim(holds, printed, counts)


async def _years_on_record(year: YearFacts) -> list[AcademicYear]:
    """Return the years up to this one in which an exclusion of any category began, in order.

    The first is one in which an exclusion that stands began: one that was rescinded shows that a
    register was kept, but its day may have been mistyped by decades.
    """
    exclusion = facts.exclusion.c
    stands = exclusion.rescinded_on.is_(None)
    query = select(exclusion.starts_on, stands.label("stands")).distinct()
    began = await year.rows(query.where(exclusion.starts_on <= year.year.last_day))
    first = min((AcademicYear.of(row.starts_on) for row in began if row.stands), default=None)
    years = {AcademicYear.of(row.starts_on) for row in began}
    return sorted(one for one in years if first is not None and one >= first)


def _not_known(counts: dict[str, int] | None = None) -> Claim:
    """Claim nothing of a year, or a source, without records (domain brief 13.5)."""
    return Claim(False, NOT_KNOWN, counts or {})


STATEMENTS = (
    Statement(
        id="inclusion.placements_maintained",
        words="Permanent exclusion was avoided for about so many children at risk of it.",
        method="At least one child at risk of exclusion during the year was not permanently"
        " excluded. Their number is told to the nearest ten from 100 and five below. It counts; it"
        " does not prove cause. Not known in a year without a record of risk or of exclusions.",
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
        method="At least ten compliments are registered outside questionnaires in the year. Without"
        " any, not known unless the register was checked for each of its twelve months.",
        query=_compliments,
    ),
    Statement(
        id="training.pre_key_stage_package",
        words="The package on moving from P scales to pre-key-stage assessment was delivered.",
        method="At least one delivery of that course in the year; not known in a year without"
        " deliveries.",
        query=_package,
    ),
    Statement(
        id="inclusion.exclusions_low",
        words="Permanent exclusions remained consistently very low.",
        method="At most one counted permanent exclusion in each year from the first in which an"
        " exclusion that was not rescinded began. The years in which one of any category began"
        " are named with their counts; where one is missing since the first it is not known. A"
        " claim of five years needs five.",
        query=_exclusions_low,
    ),
)
