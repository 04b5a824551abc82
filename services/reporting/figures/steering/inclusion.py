"""Suspensions: in half days, of all the schools that a child was at."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from services.reporting.evaluate import Figure, Population
from services.reporting.figures.caseload import EXCLUSIONS, by_who
from services.reporting.figures.inclusion import REGISTER
from services.reporting.members import Made, Member
from services.reporting.year import YearFacts

HEADING = "Suspensions"
"""The heading of these figures."""

MOST: Final = 90
"""Half days, which are the 45 school days of a year that nobody is suspended beyond."""


class Suspended(NamedTuple):
    """How many half days a child was suspended in the year, over all schools."""

    half_days: int


def _suspended(_: YearFacts, exclusions: Sequence[Member]) -> list[Member]:
    suspensions = by_who(one for one in exclusions if one.has.suspends)
    return [
        Made(
            who,
            max(one.day for one in mine),
            Suspended(sum(one.has.half_days for one in mine)),
            mine,
        )
        for who, mine in suspensions.items()
    ]


SUSPENDED = Population(
    words="children suspended in the year while on the caseload, over all their schools",
    whose="child",
    ask=_suspended,
    made_of=(EXCLUSIONS,),
)

OF = "begun in the year, not rescinded, of children on the caseload that day"

FIGURES = (
    Figure(
        id="inclusion.suspensions.half_days",
        words=f"Half days of suspensions {OF}. A lunchtime is half a day.",
        population=EXCLUSIONS,
        part=lambda exclusion: exclusion.half_days if exclusion.suspends else 0,
        needs=(REGISTER,),
    ),
    Figure(
        id="inclusion.suspensions.without_length",
        words=f"Suspensions {OF}, whose length is not on record: they are in no half days.",
        population=EXCLUSIONS,
        part=lambda exclusion: exclusion.suspends and not exclusion.half_days,
        needs=(REGISTER,),
    ),
    Figure(
        id="inclusion.suspensions.children",
        words="Children suspended in the year while on the caseload, lunchtimes among it, each"
        " once.",
        population=SUSPENDED,
        needs=(REGISTER,),
    ),
    Figure(
        id="inclusion.suspensions.beyond_45_days.children",
        words="Children suspended in the year for more than 45 school days, over all their"
        " schools.",
        population=SUSPENDED,
        part=lambda suspended: suspended.half_days > MOST,
        needs=(REGISTER,),
    ),
)
