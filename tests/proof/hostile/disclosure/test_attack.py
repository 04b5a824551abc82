"""No number that is withheld can be worked out from all that is shown.

DISCLOSURE_COUNTIES counties are drawn and attacked: 50 in a soak.
"""

import os
import random
from collections.abc import Sequence

import pytest

from services.reporting.disclosure.suppression import Rule
from services.reporting.views import GatedTable
from tests.proof.hostile.disclosure.attack import Number, attacked, told, withheld
from tests.proof.hostile.disclosure.made_up import county, published, put_right

FLOOR = 5
"""How far apart the least and the most that a withheld number can be are, at least."""

SEEDS = range(int(os.environ.get("DISCLOSURE_COUNTIES", "1")))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_linear_programme_finds_no_withheld_number_narrower_than_the_floor(seed: int) -> None:
    """Of 500 pupils, six dimensions and two editions, each by itself and then subtracted."""
    pupils = county(seed)
    first = published(pupils)
    second = published(put_right(pupils, seed), pupils)
    for edition in (first, second):
        found = attacked(edition)
        assert len(found) >= 10, "there is something to attack"
        assert [one for one in found if one.width < FLOOR] == []
    assert len(withheld(second)) > len(withheld(first))
    assert _few_apart(first, second) == []


def _few_apart(first: Sequence[GatedTable], second: Sequence[GatedTable]) -> list[Number]:
    """Return the groups shown in both editions that one to four pupils tell apart."""
    before, now = told(first), told(second)
    return [
        number
        for number in sorted(set(before) & set(now))
        if number.by and 0 < abs(now[number] - before[number]) < FLOOR
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cell_that_is_shown_by_mistake_is_found(seed: int) -> None:
    """Each that was withheld beside another is shown, one at a time: the attack must succeed."""
    pupils = county(seed)
    tables, exact = published(pupils), published(pupils, exact=True)
    places = [
        (n, by, m)
        for n, table in enumerate(exact)
        for by, cells in table.cells.items()
        for m, cell in enumerate(cells)
        if cell.protected_by == Rule.BESIDE and table.figure.id != "gain"
    ]
    assert places
    for n, by, m in random.Random(seed).sample(places, min(2, len(places))):
        cells = list(tables[n].cells[by])
        cells[m] = exact[n].cells[by][m]
        planted = tables[n].model_copy(update={"cells": {**tables[n].cells, by: cells}})
        wrong = [planted if k == n else table for k, table in enumerate(tables)]
        assert [one for one in attacked(wrong) if one.width < FLOOR], (n, by, m)


def test_of_two_editions_that_were_not_compared_the_difference_is_found() -> None:
    pupils = county(0)
    assert _few_apart(published(pupils), published(put_right(pupils, 0)))
