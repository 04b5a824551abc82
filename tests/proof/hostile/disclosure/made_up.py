"""A made-up county of pupils, its tables by several dimensions, and what the gate makes of them."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from libs.common.core.clock import AcademicYear
from services.reporting.disclosure import Gate, Place, Table, profile_of
from services.reporting.evaluate import Cell, Figure, Given, Population, each, mean, share
from services.reporting.members import Made
from services.reporting.presentation import Unit
from services.reporting.views import Exempted, GatedTable

DAY: Final = date(2019, 1, 10)
DIMENSIONS: Final[Mapping[str, Sequence[str]]] = {
    "team": "ABCDEFG",
    "need": ("autism", "communication", "hearing", "learning", "physical", "severe"),
    "plan-type": ("EHC", "GRIP", "none"),
    "sex": "FM",
    "year-group": "1234",
    "pupil-premium": "NY",
}
RARE: Final = {
    "need": (5, 60, 2, 80, 3, 9),
    "plan-type": (60, 30, 2),
    "team": (9, 9, 9, 9, 9, 3, 1),
}
"""How often each label comes, of those that do not come alike."""
NESTED: Final[Mapping[str, tuple[str, Callable[[str], str]]]] = {
    "area": ("team", lambda team: "north" if team in "ACEG" else "south"),
    "key-stage": ("year-group", lambda group: "1" if group in "12" else "2"),
}
"""Dimensions whose groups are sums of another's: of which one, and which label is whose."""


@dataclass(frozen=True)
class Pupil:
    """A pupil: who, a label by each dimension, whether at risk, a gain if any, two answers."""

    who: int
    labels: Mapping[str, str]
    at_risk: bool
    gain: int | None
    said: str
    graded: str


def county(seed: int, pupils: int = 500) -> list[Pupil]:
    """Draw a county."""
    draw = random.Random(seed)
    return [_pupil(draw, who) for who in range(pupils)]


MOVED: Final = 6
"""As how many an erratum counts: one left, one joined, two did both."""


def a_year_on(pupils: Sequence[Pupil], seed: int) -> list[Pupil]:
    """Return the county a year later: three in ten have left and others come; all are a year older.

    Of those who stay one in ten is at risk who was not, or no longer.
    """
    draw = random.Random(seed)
    stay = [
        replace(one, labels=labels, at_risk=one.at_risk ^ (draw.random() < 0.1))
        for one in pupils
        if draw.random() < 0.7 and (labels := a_year_older(one.labels))
    ]
    return [*stay, *(_pupil(draw, len(pupils) + n) for n in range(len(pupils) - len(stay)))]


def a_year_older(labels: Mapping[str, str]) -> dict[str, str] | None:
    """Return the labels of who is a year older; none of who was in the last year group."""
    older = int(labels["year-group"]) + 1
    last = int(DIMENSIONS["year-group"][-1])
    return {**labels, "year-group": str(older)} if older <= last else None


def moved(before: Sequence[Pupil], after: Sequence[Pupil]) -> int:
    """Return how many left or joined, who became something else as both."""
    stay = {one.who: one for one in before}
    same = sum(
        one.who in stay
        and a_year_older(stay[one.who].labels) == one.labels
        and stay[one.who].at_risk == one.at_risk
        for one in after
    )
    return len(before) + len(after) - 2 * same


def _pupil(draw: random.Random, who: int) -> Pupil:
    labels = {
        by: draw.choices(names, RARE.get(by, (1,) * len(names)))[0]
        for by, names in DIMENSIONS.items()
    }
    gain = draw.randrange(20) if draw.random() < 0.6 else None
    said = draw.choices(("yes", "no", "neither"), (8, 3, 1))[0]
    graded = draw.choices(("outstanding", "good", "less"), (6, 2, 2))[0]
    return Pupil(who, labels, draw.random() < 0.15, gain, said, graded)


def put_right(pupils: Sequence[Pupil], seed: int) -> list[Pupil]:
    """Return the county as an erratum has it: one more, one less, two who are otherwise."""
    draw = random.Random(seed)
    left = list(pupils)
    left.pop(draw.randrange(len(left)))
    for _ in range(2):
        place = draw.randrange(len(left))
        left[place] = replace(left[place], at_risk=not left[place].at_risk, said="no")
    return [*left, _pupil(draw, len(pupils))]


_PUPILS = Population(words="pupils", whose="child", ask=lambda _: ())


def _figure(id_: str, **how: Any) -> Figure:
    return Figure(id=id_, words=id_, population=_PUPILS, **how)


def _share(id_: str, part: Callable[[Any], int]) -> Figure:
    return _figure(id_, part=part, of=each, fold=share, unit=Unit.PER_CENT, decimals=1)


CASELOAD = _figure("caseload")
AT_RISK = _figure("at-risk", part=lambda pupil: pupil.at_risk)
SHARE = _share("at-risk-share", AT_RISK.part)
GAIN = _figure(
    "gain",
    part=lambda pupil: pupil.gain or 0,
    of=lambda pupil: pupil.gain is not None,
    fold=mean,
    unit=Unit.LEVELS,
    decimals=2,
)
YES = _share("yes", lambda pupil: pupil.said == "yes")
NO = _share("no", lambda pupil: pupil.said == "no")
NEITHER = _share("neither", lambda pupil: pupil.said == "neither")
GOOD = _share("good", lambda pupil: pupil.graded != "less")
OUTSTANDING = _share("outstanding", lambda pupil: pupil.graded == "outstanding")

ANSWERS: Final = (YES, NO, NEITHER)
SETS: Final[Mapping[str, Sequence[Figure]]] = {
    "risk": (CASELOAD, AT_RISK, SHARE, GAIN),
    "answers": (CASELOAD, *ANSWERS),
    "grades": (CASELOAD, GOOD, OUTSTANDING),
}
"""What is shown together: figures that have more in common than the size of each group."""
WITHIN: Final = {OUTSTANDING.id: GOOD}
_THREE: Final = tuple(DIMENSIONS)[:3]
BY: Final = {"risk": tuple(DIMENSIONS), "answers": _THREE, "grades": _THREE}
"""By what each set is broken down."""


def tables(pupils: Sequence[Pupil], name: str = "risk", *by: str) -> list[Table]:
    """Return each figure's raw table of a set, by its dimensions or by others."""
    names = by or BY[name]
    found = {one.id: _table(one, pupils, names) for one in SETS[name]}
    return [_beside(one, found) for one in found.values()]


def _beside(table: Table, others: Mapping[str, Table]) -> Table:
    """Return a table with those that divide the same answers, and with the wider one."""
    id_, outer = table.figure.id, WITHIN.get(table.figure.id)
    answers = [one.id for one in ANSWERS]
    kin = [others[one] for one in answers if id_ in answers and one != id_]
    return table._replace(kin=kin, outer=others[outer.id] if outer else None)


def _table(figure: Figure, pupils: Sequence[Pupil], names: Sequence[str]) -> Table:
    cells = {by: _cells(figure, pupils, by) for by in names}
    return Table(figure, _cell(figure, pupils), cells=cells)


def label_of(by: str, labels: Mapping[str, str]) -> str:
    """Return the label of somebody who has these, by a dimension of either kind."""
    if by in NESTED:
        of, label = NESTED[by]
        return label(labels[of])
    return labels[by]


def _cells(figure: Figure, pupils: Sequence[Pupil], by: str) -> dict[str, Cell]:
    groups = defaultdict(list)
    for one in pupils:
        groups[label_of(by, one.labels)].append(one)
    return {label: _cell(figure, groups[label]) for label in sorted(groups)}


def _cell(figure: Figure, pupils: Sequence[Pupil]) -> Cell:
    members = [Made(one.who, DAY, one) for one in pupils]
    parts = [int(figure.part(one)) for one in pupils]
    of = [int(figure.of(one)) for one in pupils] if figure.of else parts
    given = Given(members, parts, of)
    return Cell(figure.fold(given), "no data", given)


def published(
    pupils: Sequence[Pupil],
    before: Sequence[Pupil] = (),
    *,
    name: str = "risk",
    by: Sequence[str] = (),
    **gate: Any,
) -> list[GatedTable]:
    """Return what an edition of the county shows, after one of the county as it was before."""
    its = Gate(profile=profile_of(AcademicYear(2018)), **gate)
    earlier = {one.figure.id: one for one in tables(before, name, *by)} if before else {}
    return [
        its.table(one, [earlier[one.figure.id]] if before else ())
        for one in tables(pupils, name, *by)
    ]


def excepted(figure: Figure, by: str, label: str) -> dict[Place, Exempted]:
    """Return an exception for a place."""
    said = {"grounds": "public-already", "until": date(2030, 1, 1), "signed_as": ["a", "b"]}
    return {Place(figure.id, by, label): Exempted.model_validate({"id": UUID(int=1), **said})}
