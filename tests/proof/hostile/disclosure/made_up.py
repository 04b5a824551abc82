"""A made-up county of pupils, its tables by six dimensions, and what the gate makes of them."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from libs.common.core.clock import AcademicYear
from services.reporting.disclosure import Gate, Table, profile_of
from services.reporting.evaluate import Cell, Figure, Given, Population, each, mean, share
from services.reporting.members import Made
from services.reporting.presentation import Unit
from services.reporting.views import GatedTable

DAY: Final = date(2019, 1, 10)
DIMENSIONS: Final[Mapping[str, Sequence[str]]] = {
    "team": "ABCDEFG",
    "sex": "FM",
    "key-stage": "0123",
    "need": ("autism", "communication", "hearing", "learning", "physical", "severe"),
    "pupil-premium": "NY",
    "plan-type": ("EHC", "GRIP", "none"),
}
RARE: Final = {
    "need": (5, 60, 2, 80, 3, 9),
    "plan-type": (60, 30, 2),
    "team": (9, 9, 9, 9, 9, 3, 1),
}
"""How often each label comes, of those that do not come alike."""


@dataclass(frozen=True)
class Pupil:
    """A pupil: who, a label by each dimension, whether at risk, and a gain if there is one."""

    who: int
    labels: Mapping[str, str]
    at_risk: bool
    gain: int | None


def county(seed: int, pupils: int = 500) -> list[Pupil]:
    """Draw a county."""
    draw = random.Random(seed)
    return [_pupil(draw, who) for who in range(pupils)]


def _pupil(draw: random.Random, who: int) -> Pupil:
    labels = {
        by: draw.choices(names, RARE.get(by, (1,) * len(names)))[0]
        for by, names in DIMENSIONS.items()
    }
    gain = draw.randrange(20) if draw.random() < 0.6 else None
    return Pupil(who, labels, draw.random() < 0.15, gain)


def put_right(pupils: Sequence[Pupil], seed: int) -> list[Pupil]:
    """Return the county as an erratum has it: one more, one less, two of another risk."""
    draw = random.Random(seed)
    left = list(pupils)
    left.pop(draw.randrange(len(left)))
    for _ in range(2):
        place = draw.randrange(len(left))
        left[place] = replace(left[place], at_risk=not left[place].at_risk)
    return [*left, _pupil(draw, len(pupils))]


_PUPILS = Population(words="pupils", whose="child", ask=lambda _: ())


def _figure(id_: str, **how: Any) -> Figure:
    return Figure(id=id_, words=id_, population=_PUPILS, **how)


CASELOAD = _figure("caseload")
AT_RISK = _figure("at-risk", part=lambda pupil: pupil.at_risk)
SHARE = _figure(
    "at-risk-share", part=AT_RISK.part, of=each, fold=share, unit=Unit.PER_CENT, decimals=1
)
GAIN = _figure(
    "gain",
    part=lambda pupil: pupil.gain or 0,
    of=lambda pupil: pupil.gain is not None,
    fold=mean,
    unit=Unit.LEVELS,
    decimals=2,
)
FIGURES: Final = (CASELOAD, AT_RISK, SHARE, GAIN)


def tables(pupils: Sequence[Pupil]) -> list[Table]:
    """Return each figure's raw table, by all dimensions."""
    return [
        Table(
            figure,
            _cell(figure, pupils),
            cells={by: _cells(figure, pupils, by) for by in DIMENSIONS},
        )
        for figure in FIGURES
    ]


def _cells(figure: Figure, pupils: Sequence[Pupil], by: str) -> dict[str, Cell]:
    groups = defaultdict(list)
    for one in pupils:
        groups[one.labels[by]].append(one)
    return {label: _cell(figure, groups[label]) for label in sorted(groups)}


def _cell(figure: Figure, pupils: Sequence[Pupil]) -> Cell:
    members = [Made(one.who, DAY, one) for one in pupils]
    parts = [int(figure.part(one)) for one in pupils]
    of = [int(figure.of(one)) for one in pupils] if figure.of else parts
    given = Given(members, parts, of)
    return Cell(figure.fold(given), "no data", given)


def published(
    pupils: Sequence[Pupil], before: Sequence[Pupil] = (), *, exact: bool = False
) -> list[GatedTable]:
    """Return what an edition of the county shows, after one of the county as it was before."""
    gate = Gate(profile=profile_of(AcademicYear(2018)), exact=exact)
    earlier = {one.figure.id: one for one in tables(before)}
    return [gate.table(one, [earlier[one.figure.id]] if before else ()) for one in tables(pupils)]
