"""The evaluator: what a figure makes of its members, and what a cell lets out."""

import json
import pickle
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from fastapi.encoders import jsonable_encoder
from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError, to_jsonable_python

from libs.common.core.clock import AcademicYear
from services.reporting.evaluate import (
    Cell,
    Figure,
    Folded,
    Need,
    Population,
    each,
    evaluate,
    mean,
    share,
    total,
)
from services.reporting.holders import Span, held_on
from services.reporting.members import Made, Member, Row
from services.reporting.year import YearFacts, end_of

DAY = date(2019, 1, 10)


class Marked(NamedTuple):
    mark: int | None


def people(*marks: int | None) -> Population:
    found = [Made(n, DAY, Marked(mark)) for n, mark in enumerate(marks)]
    return Population(words="people", whose="child", ask=lambda _: found)


def figure(population: Population, **more: Any) -> Figure:
    return Figure(id="a", words="A.", population=population, **more)


def year() -> YearFacts:
    return YearFacts(None, AcademicYear(2018))  # type: ignore[arg-type]  # nobody asks it


async def cell(population: Population, **more: Any) -> Cell:
    return await total(figure(population, **more), year())


async def test_a_count_adds_parts_up_and_its_rows_are_those_with_one() -> None:
    found = await cell(people(1, 0, 1), part=lambda one: one.mark)
    assert (found.value, found.absent) == (Fraction(2), "")
    assert [one.who for one in found.rows] == [0, 2]
    assert len(found.looked_at) == 3


async def test_a_share_is_of_all_that_are_in_the_whole_and_exact() -> None:
    found = await cell(people(1, 0, 0), part=lambda one: one.mark, of=each, fold=share)
    assert (found.value, found.folded.basis) == (Fraction(100, 3), (1, 3))
    assert len(found.rows) == 3


async def test_of_nothing_there_is_no_share_and_no_mean() -> None:
    for fold in (share, mean):
        found = await cell(people(), of=each, fold=fold, absent="nobody")
        assert (found.value, found.folded.basis, found.absent) == (None, None, "nobody")


async def test_a_mean_is_of_those_who_answered() -> None:
    found = await cell(
        people(9, None, 10),
        part=lambda one: one.mark or 0,
        of=lambda one: one.mark is not None,
        fold=mean,
    )
    assert (found.value, found.folded.counts) == (Fraction(19, 2), {"answers": 2})


@pytest.mark.parametrize(
    ("marks", "absent"), [((), "too few"), ((1, 0), "too few"), ((1, 1), ""), ((1, 1, 1), "")]
)
async def test_what_is_needed_is_needed_so_often(marks: tuple[int, ...], absent: str) -> None:
    need = Need(absent="too few", population=people(*marks), where=lambda one: one.mark, at_least=2)
    found = await cell(people(1), needs=(need,))
    assert (found.value, found.absent) == (None if absent else 1, absent)
    assert len(found.looked_at) == 1


async def test_the_first_need_that_is_not_met_says_why() -> None:
    needs = [Need(absent=word, population=people(*marks)) for word, marks in WORDS]
    assert (await cell(people(1), needs=tuple(needs))).absent == "second"


WORDS: tuple[tuple[str, tuple[int, ...]], ...] = (("first", (1,)), ("second", ()), ("third", ()))


async def test_a_population_is_asked_once_whoever_shares_it() -> None:
    asked = []

    def ask(_: YearFacts) -> list[Member]:
        asked.append(1)
        return []

    shared = Population(words="people", whose="child", ask=ask)
    made = Population(words="them", whose="child", ask=lambda _, them: them, made_of=(shared,))
    of = year()
    for population in (shared, made, shared, made):
        await total(figure(population, needs=(Need(absent="", population=shared),)), of)
    assert asked == [1]


async def test_each_member_is_in_the_cell_of_its_label() -> None:
    days = [date(2018, 8, 31), date(2018, 9, 1), date(2019, 8, 31), date(2019, 9, 1)]
    found = [Made(n, day, None) for n, day in enumerate(days)]
    population = Population(words="people", whose="child", ask=lambda _: found)
    cells = await evaluate(figure(population), year(), "academic-year")
    assert {label: one.value for label, one in cells.items()} == {
        "2017-18": 1,
        "2018-19": 2,
        "2019-20": 1,
    }


async def test_what_is_told_of_the_service_alone_is_not_broken_down() -> None:
    with pytest.raises(KeyError):
        await evaluate(figure(people(1), whole=True), year(), "academic-year")


async def test_nothing_makes_anything_that_can_be_sent_of_a_cell() -> None:
    found = await cell(people(1), fold=lambda _: Folded("Good"))
    with pytest.raises(TypeError):
        json.dumps(found)
    with pytest.raises(TypeError):
        pickle.dumps(found)
    with pytest.raises(ValueError, match="not iterable"):
        jsonable_encoder(found)
    with pytest.raises(PydanticSerializationError):
        to_jsonable_python(found)
    with pytest.raises(PydanticSerializationError):
        TypeAdapter(Any).dump_json(found)


@pytest.mark.parametrize(
    ("on", "holder"),
    [
        ("2018-08-31", None),
        ("2018-09-01", "a"),
        ("2018-12-31", "a"),
        ("2019-01-01", "b"),
        ("2019-02-01", "b"),
        ("2019-02-02", "a"),  # the later span ended, the one before goes on
    ],
)
def test_of_several_spans_the_one_that_began_last_holds(on: str, holder: str | None) -> None:
    spans = [
        Span(date(2018, 9, 1), None, "a"),
        Span(date(2019, 1, 1), date(2019, 2, 1), "b"),
    ]
    found = held_on(spans, date.fromisoformat(on))
    assert (found and found.holder) == holder


@pytest.mark.parametrize(
    ("day", "ends"),
    [
        ("2019-01-10", "2019-01-11T00:00:00+00:00"),
        ("2019-06-30", "2019-06-30T23:00:00+00:00"),
        ("2019-03-31", "2019-03-31T23:00:00+00:00"),  # the clocks went forward that day
        ("2019-10-27", "2019-10-28T00:00:00+00:00"),  # and back
    ],
)
def test_a_day_ends_at_midnight_in_london(day: str, ends: str) -> None:
    instant = datetime.fromisoformat(ends).timestamp()
    assert end_of(date.fromisoformat(day)) == instant * 1_000_000 - 1


def test_a_member_rests_on_the_events_of_those_it_is_made_of() -> None:
    first, second = Case(1, DAY, "a", None), Case(1, DAY, "b", "c")
    made = Made(1, DAY, None, (first, None, Made(1, DAY, None, (second,))))
    assert made.events == {"case": ["a", "b"], "risk": ["c"]}
    assert first.has is first


class Case(Row, frozen=True):
    event_case: str
    event_risk: str | None
