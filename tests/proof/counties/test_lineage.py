"""To leave an event of a county out, or alter it, changes no figure that did not name it.

LINEAGE_COUNTIES (1) are drawn, or those from number SOAK_FIRST on, and LINEAGE_EVENTS (8) of all
that each published: 500 of each of five in a soak.
"""

import os
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from deploy.demo.county import small_county
from libs.common.contracts import REGISTRY, Event, Recorded
from libs.common.core.clock import AcademicYear, micros
from libs.common.persistence.db import Database
from libs.common.persistence.tables import event as published
from services.reporting.facts import metadata, subscriptions
from services.reporting.figures import ALL_FIGURES
from tests.journeys.counties import report
from tests.spec.leaving_out import LeavingOut, unnamed
from tests.worlds import World, embedded

EVENTS = int(os.environ.get("LINEAGE_EVENTS", "8"))
COUNTIES = int(os.environ.get("LINEAGE_COUNTIES", "1"))
FIRST = int(os.environ.get("SOAK_FIRST", "0"))
SHIFT = timedelta(days=200)
YEARS = [AcademicYear(2018), AcademicYear(2017)]
BY = ["team", "need-and-year-group"]


async def log_of(world: World) -> list[Recorded[Any]]:
    """Return what the services published and reporting hears, an aggregate's events in order."""
    found: list[Recorded[Any]] = []
    for service in ("referral", "assessment", "survey"):
        async with world.database(service).reading() as connection:
            rows = await connection.execute(select(published).order_by(published.c.position))
            for row in rows.mappings():
                type_ = REGISTRY.get(row["type"])  # beside events stands what the feed tells
                if type_ in subscriptions.handled:
                    event = type_.read(row["data"].encode())
                    at = row["time"]
                    found.append(Recorded(event, row["id"], row["sequence"], at, micros(at)))
    return found


def altered(event: Event, chance: random.Random) -> Event:
    """Return an event that says another day or number, one of its own."""
    said: dict[str, Any] = dict(event)
    names = [name for name, value in said.items() if type(value) in {bool, int, date}]
    if not names:
        return event
    name = chance.choice(sorted(names))
    match said[name]:
        case bool(flag):
            said[name] = not flag
        case int(number):
            said[name] = number + 1
        case day:
            said[name] = day + chance.choice((SHIFT, -SHIFT))
    return type(event).model_construct(**said)


@pytest.mark.long
@pytest.mark.timeout(7200)
@embedded
@pytest.mark.parametrize("county", range(COUNTIES))
async def test_nothing_changes_a_figure_whose_lineage_did_not_name_it(
    world: World, county: int
) -> None:
    number = FIRST + county if FIRST else random.randrange(1, 1_000_000)
    print(f"county number {number}: SOAK_FIRST={number}")  # noqa: T201 - shown on failure
    await report(world, small_county(number))
    log = await log_of(world)
    chance = random.Random(number)
    database = Database("sqlite:///:memory:")
    try:
        async with database.writing() as connection:
            await connection.run_sync(metadata.create_all)
            await subscriptions.apply(connection, log)
            model = LeavingOut(connection, log, ALL_FIGURES, YEARS, BY)
            await _hold(model, chance.sample(log, len(log)), chance)
    finally:
        await database.close()


async def _hold(model: LeavingOut, drawn: Sequence[Recorded[Any]], chance: random.Random) -> None:
    """Try events until there are enough, and one of them changed something."""
    before, names = await model.told(), await model.named()
    changed = 0
    for tried, one in enumerate(drawn):
        if tried >= EVENTS and changed:
            return
        what = type(one.event).__name__, one.id
        without = await model.without(one)
        assert unnamed(before, without, names, one.id) == set(), what
        other = replace(one, event=altered(one.event, chance))
        after = await model.with_other(other)
        if doubtful := unnamed(before, after, names, one.id):
            now = await model.named_with_other(other, doubtful)
            both = {key: names.get(key, set()) | now.get(key, set()) for key in {*names, *now}}
            assert unnamed(before, after, both, one.id) == set(), (*what, other.event)
        changed += without != before or after != before
    assert changed
