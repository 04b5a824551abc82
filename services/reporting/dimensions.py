"""By what figures are broken down: chains of dated holders, looked up on a member's day.

A child goes to whom held them on the day that their population names; each gets one label. What a
member has of its own, as the reason of an ending, its population says (`Population.divides`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from libs.common.core.clock import academic_year
from services.reporting.holders import (
    AREA_OF_TEAM,
    AT_RISK,
    CASE_OF_CHILD,
    EAL_OF_CHILD,
    KIND_OF_SCHOOL,
    LOOKED_AFTER_OF_CHILD,
    NEEDS_OF_CHILD,
    PLAN_OF_CHILD,
    PUPIL_PREMIUM_OF_CHILD,
    RISK_OF_CASE,
    SCHOOL_OF_CHILD,
    SEX_OF_CHILD,
    TEACHER_OF_CASE,
    TEAM_OF_TEACHER,
    YEAR_GROUP_OF_CHILD,
    Holders,
    held_on,
)
from services.reporting.presentation import NOT_KNOWN
from services.reporting.year import YearFacts

NO_SPAN: Final = "no span"
"""The label of those whom nothing on record held that day."""

YEAR_GROUPS: Final = ("N1", "N2", "R", "1", "2", "3", "4", "5", "6")
"""In their order: reception is neither a number nor after them (domain brief 4.6, trap 3)."""

KEY_STAGES: Final = ("early years", "key stage 1", "key stage 2")
NO_KEY_STAGE: Final = "no key stage"


def _key_stage(group: str) -> str:
    if group in {"N1", "N2", "R"}:
        return KEY_STAGES[0]
    if group in {"1", "2"}:
        return KEY_STAGES[1]
    return KEY_STAGES[2] if group in {"3", "4", "5", "6"} else NO_KEY_STAGE


Chain = Sequence[Holders]
Shown = Callable[[Any, date], str]


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """What divides figures: for each that a population may be of, a chain of holders.

    ``nobody`` is the label where a holder is on record and holds nothing further: a teacher in no
    team. Where none is on record it is `NO_SPAN`. Labels stand in ``order``, others after them and
    these last.
    One that is ``both`` of others has each member under the two labels together.
    """

    words: str
    nobody: str = ""
    chains: Mapping[str, Chain] = field(default_factory=dict)
    shown: Shown = field(default=lambda holder, _: str(holder))
    order: Sequence[str] = ()
    both: tuple[str, ...] = ()

    async def labels(self, whose: str, year: YearFacts) -> Callable[[Any, date], str]:
        """Return what gives the label of one on a day."""
        chain = [await holders.spans(year) for holders in self.chains[whose]]

        def label(who: Any, day: date) -> str:
            for spans in chain:
                span = held_on(spans.get(who, ()), day)
                if span is None or span.holder is None:
                    return self.nobody if span else NO_SPAN
                who = span.holder
            return self.shown(who, day)

        return label

    def place(self, label: str) -> tuple[Any, ...]:
        """Return by what labels are put in order: those that say "none" last."""
        if self.both:
            parts = zip(self.both, label.split(BOTH), strict=True)
            return tuple(DIMENSIONS[one].place(part) for one, part in parts)
        none = label in {NO_SPAN, NOT_KNOWN}, label == self.nobody
        return *none, self.order.index(label) if label in self.order else len(self.order), label


BOTH: Final = ", "
"""What stands between the labels of a breakdown by two."""


def _id(kept: Any, _: date) -> str:
    """Return an id as the interface shows it, however the database keeps it."""
    return str(kept) if isinstance(kept, UUID) else str(UUID(kept))


def _yes_or_no(held: Any, _: date) -> str:
    return "yes" if held else "no"


def _of_child(words: str, nobody: str, *chain: Holders, **more: Any) -> Dimension:
    return Dimension(words=words, nobody=nobody, chains={"child": chain}, **more)


def _flag(what: str, holders: Holders) -> Dimension:
    words = f"whether the child {what}, as recorded last by the member's day"
    return _of_child(words, "not told", holders, shown=_yes_or_no)


TEAM: Final = (CASE_OF_CHILD, TEACHER_OF_CASE, TEAM_OF_TEACHER)

DIMENSIONS: Final[Mapping[str, Dimension]] = {
    "team": Dimension(
        words="the team of the teacher of the child's case, or of the teacher, on the member's day;"
        " of a questionnaire, on the day of issue",
        nobody="no team",
        chains={"child": TEAM, "staff": (TEAM_OF_TEACHER,), "team": ()},
        shown=_id,
    ),
    "area": Dimension(
        words="the area of that team on the member's day; of a questionnaire, on the day of issue",
        nobody="no area",
        chains={
            "child": (*TEAM, AREA_OF_TEAM),
            "staff": (TEAM_OF_TEACHER, AREA_OF_TEAM),
            "team": (AREA_OF_TEAM,),
        },
    ),
    "school-kind": _of_child(
        "the kind of the school that the child attended on the member's day; of a questionnaire, of"
        " the school that was asked, or attended on the day of issue",
        "no school kind",
        SCHOOL_OF_CHILD,
        KIND_OF_SCHOOL,
    ),
    "year-group": _of_child(
        "the year group that was recorded last by the member's day",
        "no year group",
        YEAR_GROUP_OF_CHILD,
        order=YEAR_GROUPS,
    ),
    "key-stage": _of_child(
        "the key stage of that year group: early years to reception, 1 for years 1 and 2, 2 for"
        " years 3 to 6",
        NO_KEY_STAGE,
        YEAR_GROUP_OF_CHILD,
        shown=lambda group, _: _key_stage(group),
        order=KEY_STAGES,
    ),
    "sex": _of_child("the child's sex", "not told", SEX_OF_CHILD),
    "need": _of_child(
        "the child's first need in rank order, as recorded last by the member's day",
        "no need",
        NEEDS_OF_CHILD,
        shown=lambda needs, _: str(needs).split()[0],
    ),
    "need-and-year-group": Dimension(
        words="the child's first need and year group together, each as recorded last by the"
        " member's day",
        both=("need", "year-group"),
    ),
    "plan-type": _of_child(
        "the kind of the child's plan on the member's day; of two open then, of the one begun last",
        "no plan type",
        PLAN_OF_CHILD,
    ),
    "pupil-premium": _flag("has the pupil premium", PUPIL_PREMIUM_OF_CHILD),
    "looked-after": _flag("is looked after", LOOKED_AFTER_OF_CHILD),
    "eal": _flag("speaks English as an additional language", EAL_OF_CHILD),
    "at-risk": _of_child(
        "whether the level of the child's case on the member's day is at risk or high: not"
        " whether it was in the year",
        "no level",
        CASE_OF_CHILD,
        RISK_OF_CASE,
        shown=lambda level, _: "yes" if level in AT_RISK else "no",
    ),
    "audience": Dimension(words="who was asked"),
    "reason": Dimension(words="the coded reason"),
    "recommendation": Dimension(words="what the teacher recommended"),
    "decision": Dimension(words="what the Head of Service decided"),
    "recommendation-and-decision": Dimension(
        words="what the teacher recommended and what the Head of Service decided, together",
        both=("recommendation", "decision"),
    ),
    "outcome": Dimension(words="what came of it"),
    "criteria": Dimension(words="the version of the criteria by which it is judged"),
    "academic-year": Dimension(
        words="the academic year of the member's day",
        chains={"child": ()},
        shown=lambda _, day: academic_year(day),
    ),
}

BREAKDOWNS: Final = tuple(name for name in DIMENSIONS if name != "academic-year")
"""By what a reader may have a figure broken down; a year's figures are of one academic year."""
