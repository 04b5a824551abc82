"""No number that is withheld can be worked out from all that is shown.

DISCLOSURE_COUNTIES counties are drawn and attacked: 50 in a soak.
"""

import os
import random
from collections.abc import Iterable, Sequence

import pytest

from services.reporting.disclosure import SUMS, is_gated
from services.reporting.disclosure.suppression import Rule
from services.reporting.figures import ALL_FIGURES
from services.reporting.views import GatedTable
from tests.proof.hostile.disclosure.attack import (
    Bounds,
    Number,
    Two,
    Unknowns,
    attacked,
    told,
    withheld,
)
from tests.proof.hostile.disclosure.made_up import (
    ANSWERS,
    AT_RISK,
    MOVED,
    NESTED,
    SETS,
    a_year_older,
    a_year_on,
    county,
    excepted,
    moved,
    published,
    put_right,
)

FLOOR = 5
"""How far apart the least and the most that a withheld number can be are, at least."""

SEEDS = range(int(os.environ.get("DISCLOSURE_COUNTIES", "1")))


def narrow(found: Iterable[Bounds]) -> list[Bounds]:
    return [one for one in found if one.width < FLOOR]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_linear_programme_finds_no_withheld_number_narrower_than_the_floor(
    seed: int, name: str
) -> None:
    """Of 500 pupils, up to six dimensions and two editions, each by itself and then subtracted."""
    pupils = county(seed)
    first = published(pupils, name=name)
    second = published(put_right(pupils, seed), pupils, name=name)
    for edition in (first, second):
        found = attacked(edition, name)
        assert len(found) >= 10, "there is something to attack"
        assert narrow(found) == []
        assert _told_of_few(edition) == []
    assert len(withheld(second)) > len(withheld(first))
    assert _few_apart(first, second) == []


BY = "team", "need", "plan-type"


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("seed", SEEDS)
def test_an_edition_and_the_one_that_puts_it_right_give_no_more_together(
    seed: int, name: str
) -> None:
    """Who attacks knows how few moved: of no number that neither shows more than a range is known.

    Nor is it known of one that one of them shows how it changed.
    """
    pupils = county(seed)
    first = published(pupils, name=name, by=BY)
    second = published(put_right(pupils, seed), pupils, name=name, by=BY)
    two = Two(first, second, Unknowns(name, BY), MOVED)
    found = two.withheld_in_both()
    assert len(found) >= 10, "there is something to attack"
    assert narrow(found) == []
    assert [one for one in two.withheld_in_one() if one.width < 1] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_two_years_of_pupils_of_whom_many_stay_give_no_more_together(seed: int) -> None:
    pupils, by = county(seed), ("team", "need", "year-group")
    later = a_year_on(pupils, seed)
    first, second = published(pupils, by=by), published(later, by=by)
    two = Two(first, second, Unknowns("risk", by), moved(pupils, later), a_year_older)
    found = two.withheld_in_both()
    assert len(found) >= 10, "there is something to attack"
    assert narrow(found) == []
    assert [one for one in two.withheld_in_one() if one.width < 1] == []


def _few_apart(first: Sequence[GatedTable], second: Sequence[GatedTable]) -> list[Number]:
    """Return the groups shown in both editions that one to four pupils tell apart."""
    before, now = told(first), told(second)
    return [
        number
        for number in sorted(set(before) & set(now))
        if number.by and 0 < abs(now[number] - before[number]) < FLOOR
    ]


def _told_of_few(tables: Sequence[GatedTable]) -> list[Number]:
    """Return the groups of which what is shown, or one less another within it, is of few."""
    shown, found = told(tables), []
    for (by, label, who), number in shown.items():
        wider = {"outstanding": "good or better"}.get(who, "all")
        less = shown.get(Number(by, label, wider), number) - number
        if 0 < number < FLOOR or 0 < less < FLOOR:
            found.append(Number(by, label, who))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cell_that_is_shown_by_mistake_is_found(seed: int) -> None:
    """Each that was withheld beside another is shown, one at a time: the attack must succeed."""
    pupils = county(seed)
    tables, exact = published(pupils), published(pupils, exact=True)
    places = [
        (n, by, cell.label)
        for n, table in enumerate(exact)
        for by, cells in table.cells.items()
        for cell in cells
        if cell.protected_by == Rule.BESIDE and table.figure.id != "gain"
    ]
    assert places
    for n, by, label in random.Random(seed).sample(places, min(2, len(places))):
        assert narrow(attacked(_planted(tables, exact, by, label, {n}))), (n, by, label)


def _planted(
    tables: Sequence[GatedTable],
    exact: Sequence[GatedTable],
    by: str,
    label: str,
    where: set[int],
) -> list[GatedTable]:
    """Return the tables with one group shown that was not, in some of them."""
    found = list(tables)
    for n in where:
        cells = [
            right if right.label == label else cell
            for cell, right in zip(tables[n].cells[by], exact[n].cells[by], strict=True)
        ]
        found[n] = tables[n].model_copy(update={"cells": {**tables[n].cells, by: cells}})
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_of_answers_that_divide_a_group_two_shown_by_mistake_give_the_third(seed: int) -> None:
    pupils = county(seed)
    tables = published(pupils, name="answers")
    exact = published(pupils, name="answers", exact=True)
    few = [
        (n, cell.label)
        for n, table in enumerate(exact)
        for cell in table.cells["team"]
        if cell.protected_by == Rule.THRESHOLD and cell.basis and cell.basis.of >= 2 * FLOOR
    ]
    assert few
    n, label = few[0]
    others = set(range(1, 1 + len(ANSWERS))) - {n}
    assert narrow(attacked(_planted(tables, exact, "team", label, others), "answers"))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_place_shown_by_exception_gives_no_other_away(seed: int) -> None:
    pupils = county(seed)
    exact = published(pupils, exact=True)[1].cells["team"]
    few = [one.label for one in exact if one.protected_by == Rule.THRESHOLD]
    assert few
    its = excepted(AT_RISK, "team", few[0])
    tables = published(pupils, by=("team", "need"), exempted=its)
    shown = {
        (table.figure.id, one.label)
        for table in tables
        for one in table.cells["team"]
        if one.exempted
    }
    assert shown == {(AT_RISK.id, few[0])}
    others = (one for one in attacked(tables) if one.number[:2] != ("team", few[0]))
    assert narrow(others) == []


def test_what_is_a_sum_of_others_is_refused_and_would_give_them_away() -> None:
    assert {"area", "key-stage"} <= SUMS == {*SUMS, *NESTED}
    assert not any(is_gated(figure, by) for figure in ALL_FIGURES for by in SUMS)
    seeds = range(8)
    found = [published(county(seed), by=("team", "area"))[:3] for seed in seeds]
    assert any(narrow(attacked(tables)) for tables in found)


def test_of_two_editions_that_were_not_compared_the_difference_is_found() -> None:
    assert _few_apart(published(county(0)), published(put_right(county(0), 0)))
