"""The criteria by which a year's progress is judged."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from libs.common.core.progress import Criteria
from services.reporting import facts
from services.reporting.asked import AnyYear, Query, as_kept, rests_on
from services.reporting.evaluate import Population
from services.reporting.members import Made, Member
from services.reporting.presentation import day_printed
from services.reporting.year import YearFacts

FRAMEWORK = "Ofsted's four grades"


def _versions(year: AnyYear) -> Select[Any]:
    criteria = year.known(facts.criteria)
    return (
        select(
            as_kept(criteria.c.criteria_id).label("who"),
            year.last_day.label("day"),
            *(criteria.c[name] for name in ("academic_year", "version", "signed_on")),
            *(criteria.c[name] for name in ("progress", "cohort", "minimum_months")),
            *(criteria.c[name] for name in ("minimum_terms", "minimum_judged")),
            *rests_on(criteria),
        )
        .where(criteria.c.academic_year == year.label)
        .order_by(criteria.c.version, criteria.c.criteria_id)
    )


VERSIONS = Population(
    words="versions of the year's criteria, the first first", whose="criteria", ask=Query(_versions)
)


class InForce(NamedTuple):
    """The criteria in force, and which they are: framework, set, version and day."""

    criteria: Criteria
    judged_by: str
    version: int = 0


def _in_force(year: YearFacts, versions: Sequence[Member]) -> list[Member]:
    """Return the criteria in force for the year; there are none where none were adopted (13.6).

    They are the latest version that both had signed by the year's last day or, if none was, the
    first that was signed for it. What is adopted later changes no judgement.
    """
    in_time = [one for one in versions if _signed(one) <= year.year.last_day]
    found = in_time[-1] if in_time else min(versions, key=_signed, default=None)
    return [] if found is None else [_as_judged_by(found)]


def _as_judged_by(version: Member) -> Member:
    has = version.has
    in_force = InForce(_criteria(has), _judged_by(has), has.version)
    return Made(version.who, version.day, in_force, (version,))


def _signed(version: Member) -> date:
    """Return the day by which both had signed; where that is not on record, long ago."""
    found: date = version.has.signed_on or date.min
    return found


def _judged_by(row: Any) -> str:
    signed = f", signed by both on {day_printed(row.signed_on)}" if row.signed_on else ""
    return (
        f"Judged on {FRAMEWORK} by the criteria set for {row.academic_year}, version"
        f" {row.version}{signed}."
    )


def _criteria(row: Any) -> Criteria:
    return Criteria(
        progress=[(one["scale"], one["grade"], one["at_least_tenths"]) for one in row.progress],
        cohort=[
            (one["outcome"], one["expected_or_better"], one["good_or_better"]) for one in row.cohort
        ],
        minimum_months=row.minimum_months,
        minimum_terms=row.minimum_terms,
        minimum_judged=row.minimum_judged,
    )


IN_FORCE = Population(
    words="the criteria in force for the year",
    whose="criteria",
    ask=_in_force,
    made_of=(VERSIONS,),
)


def _later(_: YearFacts, versions: Sequence[Member], in_force: Sequence[Member]) -> list[Member]:
    """Return the versions after the one in force: they judge in a series of their own (13.6)."""
    since = in_force[0].has.version if in_force else 0
    return [_as_judged_by(one) for one in versions if one.has.version > since]


LATER = Population(
    words="versions of the year's criteria after the one in force",
    whose="criteria",
    ask=_later,
    made_of=(VERSIONS, IN_FORCE),
)
