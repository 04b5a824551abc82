"""The facts are the same whatever order the aggregates arrive in, and in whatever batches."""

import json
from collections import defaultdict, deque
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from libs.common.contracts import Event, Recorded
from libs.common.persistence.db import Database
from services.reporting.facts import metadata, subscriptions
from services.reporting.figures import FIGURES
from tests.spec import events as draw
from tests.spec import put_right as right
from tests.spec.asked import questionnaires
from tests.spec.conftest import ReadModel
from tests.spec.drawing import recorded

SAMPLES = Path(__file__).parents[1] / "contracts" / "samples"


def every_heard_event_once() -> list[Event]:
    """Return a sample of each event that reporting handles; each is of an aggregate of its own."""
    handled = sorted(subscriptions.handled, key=lambda type_: type_.__name__)
    return [
        type_.read((SAMPLES / f"{type_.__name__}.v{type_.major}.json").read_bytes())
        for type_ in handled
    ]


RESULTS = "child | year | term | subject | position | assessed"


def a_year_of_several_aggregates() -> list[Event]:
    """Return aggregates with several events each, and facts that refer to one another."""
    put_right = f"{RESULTS}\nann | 2018-19 | summer | reading | P6 | 2019-06-02"
    return [
        *draw.cases("""
            child | started    | ended
            ann   | 2018-09-03 | 2019-05-01
            bob   | 2018-01-08 |
        """),
        *draw.risks("""
            child | assessed   | level
            ann   | 2018-10-01 | high
            ann   | 2019-01-10 | none
            ann   | 2018-12-01 | at-risk
        """),
        *draw.merges("""
            merged | stays | unmerged
            bob    | ann   | yes
            bob    | cat   |
        """),
        *draw.exclusions("""
            child | category | starts     | upheld     | rescinded
            ann   | PERM     | 2019-01-10 | 2019-02-01 | 2019-03-01
            bob   | PERM     | 2019-01-10 | 2019-02-01 |
        """),
        *right.exclusion(
            0, "child|category|starts|half days|upheld|rescinded\nann|PERM|2019-01-11||2019-02-01|"
        ),
        *right.exclusion(1, "child|category|starts|half days|upheld|rescinded\nbob| | | | |"),
        *draw.staff("""
            staff | post               | fte | appointed  | left
            Ash   | specialist-teacher | 100 | 2010-09-01 |
            Ash   |                    |  50 | 2018-10-01 |
            Ash   |                    |  70 | 2018-10-01 | 2019-01-01
        """),
        *right.contracts("""
            staff | formerly   | from       | fte
            Ash   | 2018-10-01 | 2018-11-01 |  60
            Ash   | 2010-09-01 | 2010-09-01 |  90
            Ash   | 2018-11-01 |            |
        """),
        *draw.teams("""
            team | formed     | disbanded
            A    | 2010-09-01 | 2019-01-01
            B    | 2010-09-01 |
        """),
        *right.managers("""
            team | formerly   | from       | staff
            A    |            | 2014-09-01 | Ash
            A    | 2014-09-01 | 2015-09-01 | Elm
            A    | 2015-09-01 |            |
        """),
        *right.referrals("""
            referral | what          | day        | reason
            R        | submitted     | 2018-09-03 |
            R        | refused       | 2018-09-20 | other
            R        | decision void |            |
            R        | agreed        | 2018-09-21 |
            R        | void          |            |
            R        | submitted     | 2018-10-01 |
        """),
        *draw.results(f"""{RESULTS}
            ann | 2018-19 | summer | reading | P4 | 2019-06-01
            ann | 2018-19 | summer | reading | P5 | 2019-06-01
        """),
        draw.corrected(0, put_right),
        draw.voided(0, "ann"),
        draw.voided(1, "ann"),
        *draw.judgements("""
            staff | judgement
            Ash   | good
            Elm   | outstanding
        """),
        *questionnaires(
            "questionnaire | version | question | trend\nparents | 1 | knew_learning | knew"
        ),
        *draw.waves("audience | year | issued\nparents | 2018-19 | 9"),
        *draw.responses(
            """
            knew_learning | given_ideas  | times
            yes           | not-answered | 2
            no            | yes          | 1
            """,
            "parents",
        ),
        draw.response_voided("parents", 2),
        *draw.deliveries("""
            delivery | kind     | course | on         | delegates
            d1       | course   | x      | 2018-10-01 | 4
            d2       | training |        | 2018-10-01 |
        """),
        *draw.ratings("""
            delivery | content | methods
            d1       | 10      |
            d2       | 9       | 8
            d1       | 7       | 7
        """),
    ]


LOG = recorded([*a_year_of_several_aggregates(), *every_heard_event_once()])


def interleaved(log: Sequence[Recorded[Any]], turns: Sequence[UUID]) -> list[Recorded[Any]]:
    """Return the log with the aggregates taking turns, each in its own order."""
    waiting: dict[UUID, deque[Recorded[Any]]] = defaultdict(deque)
    for one in log:
        waiting[one.event.aggregate_id].append(one)
    return [waiting[turn].popleft() for turn in turns]


TURNS = [one.event.aggregate_id for one in LOG]


async def rows(database: Database) -> dict[str, list[str]]:
    """Return every fact, in an order of its own."""
    async with database.writing() as connection:
        return {
            table.name: sorted(
                json.dumps(list(map(str, row))) for row in await connection.execute(select(table))
            )
            for table in metadata.sorted_tables
        }


async def in_memory(log: Sequence[Recorded[Any]], cuts: Sequence[int]) -> dict[str, list[str]]:
    """Return the facts of a log that was read in batches."""
    database = Database("sqlite:///:memory:")
    try:
        async with database.writing() as connection:
            await connection.run_sync(metadata.create_all)
        for first, last in pairwise([0, *sorted(cuts), len(log)]):
            async with database.writing() as connection:
                await subscriptions.apply(connection, log[first:last])
        return await rows(database)
    finally:
        await database.close()


@settings(max_examples=12, deadline=None)
@given(turns=st.permutations(TURNS), cuts=st.lists(st.integers(0, len(TURNS)), max_size=4))
async def test_any_order_of_aggregates_gives_the_same_facts(
    turns: list[UUID], cuts: list[int]
) -> None:
    assert await in_memory(interleaved(LOG, turns), cuts) == await in_memory(LOG, [])


async def test_every_fact_table_is_filled_by_some_event() -> None:
    found = await in_memory(LOG, [])
    assert len(found) > 15
    assert [name for name, rows in found.items() if name.startswith("fact_") and not rows] == []
    replaced = {name for name, rows in found.items() if name.startswith("past_") and rows}
    assert {"past_case", "past_result", "past_exclusion", "past_contract"} <= replaced


async def test_both_databases_keep_the_same_facts(model: ReadModel) -> None:
    async with model.database.writing() as connection:
        await subscriptions.apply(connection, LOG)
    assert await rows(model.database) == await in_memory(LOG, [])


async def test_applying_again_changes_nothing(model: ReadModel) -> None:
    for _ in range(2):
        async with model.database.writing() as connection:
            await subscriptions.apply(connection, LOG)
    assert await rows(model.database) == await in_memory(LOG, [])


@pytest.mark.parametrize("year", ["2018-19", "2001-02", "2199-00"])
async def test_a_report_of_nothing_says_so_everywhere(model: ReadModel, year: str) -> None:
    report = await model.report(year)
    assert len(report.figures) == len(FIGURES)
    assert {one.value for one in report.figures} == {None}
    assert {one.printed for one in report.figures} == {
        "no data for this year",
        "not run this year",
        "not known",
    }
    assert {one.change for one in report.figures} == {None}
