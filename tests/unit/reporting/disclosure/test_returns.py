"""Groups of those who were sent a questionnaire: none of fewer than ten returns is shown (8.8)."""

import random
from collections.abc import Mapping
from datetime import date

import pytest

from libs.common.core.clock import AcademicYear
from services.reporting.disclosure import Gate, Table, kin, profile_of
from services.reporting.evaluate import Cell, Figure, Given
from services.reporting.figures.forms import Form, Whose
from services.reporting.members import Made
from services.reporting.queries import figure_named
from services.reporting.views import CellView

DAY = date(2019, 8, 31)
GATE = Gate(profile=profile_of(AcademicYear(2018)))
YES = figure_named("survey.parents.knew_learning.share")
RATE = figure_named("survey.parents.return_rate")
Groups = Mapping[str, tuple[int, int, int]]
"""Of each group so many were issued, came back, and said yes."""


def forms(groups: Groups) -> list[Form]:
    sent = [
        Form("parents", issued=issued, whose=Whose(label))
        for label, (issued, _, _) in groups.items()
    ]
    back = [
        Form(
            "parents",
            returned=1,
            whose=Whose(label),
            answers={"knew_learning": "yes" if n < yes else "no"},
        )
        for label, (_, returned, yes) in groups.items()
        for n in range(returned)
    ]
    return sent + back


def cell(figure: Figure, some: list[Form]) -> Cell:
    parts = [figure.part(form) for form in some]
    of = [figure.of(form) for form in some] if figure.of else parts
    given = Given([Made(n, DAY, form) for n, form in enumerate(some)], parts, of)
    return Cell(figure.fold(given), "no data", given)


def table(figure: Figure, groups: Groups) -> Table:
    by = figure.population.divides["team"]
    every = forms(groups)
    cells = {label: cell(figure, [one for one in every if by(one) == label]) for label in groups}
    return Table(figure, cell(figure, every), cells={"team": cells})


def passed(figure: Figure, groups: Groups) -> dict[str, CellView]:
    of = table(figure, groups)._replace(kin=[table(one, groups) for one in kin(figure)])
    return {one.label: one for one in GATE.table(of).cells["team"]}


def shown(figure: Figure, groups: Groups) -> set[str]:
    return {label for label, one in passed(figure, groups).items() if one.withheld is None}


@pytest.mark.parametrize("id_", ["issued", "returned", "return_rate", "knew_learning.share"])
def test_a_group_of_fewer_than_ten_returns_is_withheld_in_every_figure(id_: str) -> None:
    """Whatever is asked of them, and another with it: the total less the rest would be theirs."""
    figure = figure_named(f"survey.parents.{id_}")
    nine = {"red": (40, 9, 0), "blue": (60, 30, 15), "green": (90, 60, 30)}
    assert not {"red", "blue"} & shown(figure, nine)
    ten = {"red": (40, 20, 10), "blue": (60, 30, 15), "green": (90, 60, 30)}
    assert shown(figure, ten) == {"red", "blue", "green"}


def test_the_total_of_a_county_is_shown_as_it_was() -> None:
    few = {"red": (40, 9, 5)}
    assert GATE.table(table(RATE, few)).figure.withheld is None


def test_what_came_back_and_the_rate_withhold_the_same_groups() -> None:
    """Of a rate its counts are told: so what is withheld beside one may not stand in the other.

    Blue has the fewest returns beside Red, and Green was sent the fewest.
    """
    groups = {"red": (40, 9, 5), "blue": (90, 30, 15), "green": (60, 40, 20), "grey": (99, 60, 30)}
    family = [RATE, *kin(RATE)]
    assert {one.id.rpartition(".")[2] for one in family} == {"issued", "returned", "return_rate"}
    assert len({frozenset(shown(one, groups)) for one in family}) == 1


def test_no_sum_gives_a_small_group_back() -> None:
    """In made-up counties: the total less what any figure tells of the groups.

    Neither those who came back nor those who did not are few, unless all are together.
    """
    draw = random.Random(8)
    few = 0
    for _ in range(60):
        groups = {name: _drawn(draw) for name in "ABCDEF"[: draw.randint(2, 6)]}
        sent = set.intersection(*(hidden(one, groups) for one in (RATE, *kin(RATE))))
        came = sent & hidden(YES, groups)
        returned = {label: group[1] for label, group in groups.items()}
        not_returned = {label: group[0] - group[1] for label, group in groups.items()}
        for unknown, numbers in ((came, returned), (sent, not_returned)):
            small = {label for label, one in numbers.items() if 0 < one < 10}
            few += len(small)
            assert small <= unknown, groups
            together = sum(numbers[label] for label in unknown)
            assert not small or (len(unknown) > 1 and together >= min(10, sum(numbers.values())))
    assert few > 20


def hidden(figure: Figure, groups: Groups) -> set[str]:
    return set(groups) - shown(figure, groups)


def _drawn(draw: random.Random) -> tuple[int, int, int]:
    issued = draw.randint(3, 90)
    returned = draw.randint(0, issued)
    return issued, returned, draw.randint(0, returned)
