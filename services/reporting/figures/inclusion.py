"""Inclusion: children at risk of exclusion, and permanent exclusions.

Risk and exclusions are a register each: a year of which it has no record is not known. A level
that still holds from the year before is no record of this one.
"""

from services.reporting.evaluate import Figure, Need, each, share
from services.reporting.figures.caseload import (
    CHILDREN,
    EXCLUSIONS,
    EXCLUSIONS_SO_FAR,
    FIRST_JUDGED,
    PLACEMENTS,
)
from services.reporting.presentation import NOT_KNOWN, Unit

HEADING = "Inclusion"
"""The heading of these figures on the page of the report."""

WORDS = "judged at risk of exclusion (at risk or high) on any day of the year on the caseload"

RISK = Need(absent=NOT_KNOWN, population=FIRST_JUDGED)
REGISTER = Need(absent=NOT_KNOWN, population=EXCLUSIONS)

AT_RISK = Figure(
    id="inclusion.at_risk_of_exclusion.count",
    words=f"Children {WORDS}, each once.",
    population=CHILDREN,
    part=lambda child: child.at_risk,
    needs=(RISK,),
)
NOT_EXCLUDED = Figure(
    id="inclusion.placements_maintained.count",
    words=f"Children {WORDS}, whom no permanent exclusion that counts began for in the year.",
    population=PLACEMENTS,
    part=lambda placement: not placement.excluded,
    needs=(RISK, REGISTER),
)
COUNTED_SO_FAR = Figure(
    id="inclusion.permanent_exclusions.so_far",
    words="Permanent exclusions, upheld and not rescinded, of children on the caseload that day.",
    population=EXCLUSIONS_SO_FAR,
    part=lambda exclusion: exclusion.counts,
)
STANDING_SO_FAR = Figure(
    id="inclusion.exclusions.so_far",
    words="Exclusions of any category that were not rescinded.",
    population=EXCLUSIONS_SO_FAR,
    part=lambda exclusion: exclusion.stands,
)

FIGURES = (
    AT_RISK,
    Figure(
        id="inclusion.at_risk_of_exclusion.share",
        words=f"Share of children {WORDS}.",
        population=CHILDREN,
        part=lambda child: child.at_risk,
        of=each,
        fold=share,
        unit=Unit.PER_CENT,
        base="children on the caseload on any day of the year",
        needs=(RISK,),
        absent=NOT_KNOWN,
    ),
    Figure(
        id="inclusion.permanent_exclusions",
        words="Permanent exclusions begun in the year, upheld and not rescinded, of children on"
        " the caseload that day.",
        population=EXCLUSIONS,
        part=lambda exclusion: exclusion.counts,
        needs=(REGISTER,),
    ),
)
