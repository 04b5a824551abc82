"""A referral database of the version before: what it published fills what was told of which day."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from alembic import command
from alembic.config import Config
from sqlalchemy import JSON, Connection, insert, select

from libs.common.contracts import Event
from libs.common.contracts import referral as events
from libs.common.persistence import tables
from libs.common.persistence.db import Base, Database
from libs.common.persistence.migrations import configuration
from services.referral.children.domain import Child, Plan
from services.referral.children.history import (
    ChildCharacteristics,
    ChildSchool,
    ListedPlans,
    PlanSays,
)
from services.referral.service import SERVICE
from tests.older import as_then
from tests.unit.referral.made import (
    CHILD,
    OTHER_CHILD,
    OTHER_SCHOOL,
    PLAN,
    SCHOOL,
    a_child,
    a_plan,
    a_school,
)
from tests.worlds import empty_database

BEFORE, AFTER = "0015", "0016"
SINCE, MOVED, BACK = date(2018, 9, 1), date(2018, 11, 5), date(2019, 1, 7)
NUMBER = "U830200119001"
SO: dict[str, Any] = {
    "needs": ("MLD",),
    "pupil_premium": False,
    "looked_after": False,
    "eal": False,
}


def _events() -> list[Event]:
    """Return what was published of a child: of one day two schools, of which the later holds."""

    def moved(school: UUID, before: UUID, on: date) -> Event:
        return events.ChildMovedSchool(
            child_id=CHILD, from_school_id=before, school_id=school, moved_on=on
        )

    def so(on: date, group: str) -> Event:
        return events.ChildCharacteristicsRecorded(
            child_id=CHILD, effective_on=on, year_group=group, **SO
        )

    return [
        events.ChildRegistered(
            child_id=CHILD, school_id=SCHOOL, year_group="3", sex="F", registered_on=SINCE
        ),
        so(SINCE, "3"),
        moved(OTHER_SCHOOL, SCHOOL, MOVED),
        so(BACK, "4"),
        moved(OTHER_SCHOOL, SCHOOL, BACK),
        moved(SCHOOL, OTHER_SCHOOL, BACK),
    ]


@asynccontextmanager
async def _database(kind: str, folder: Path) -> AsyncIterator[Database]:
    async with empty_database(kind, folder, SERVICE.name) as url:
        database = Database(url)
        try:
            yield database
        finally:
            await database.close()


async def _move(database: Database, to: Callable[[Config], None]) -> None:
    def run(connection: Connection) -> None:
        config = configuration(SERVICE.migrations)
        config.attributes["connection"] = connection
        to(config)

    async with database.writing() as connection:
        await connection.run_sync(run)


async def _keep(database: Database, *things: Base) -> None:
    """Keep things with the columns that they had."""
    for thing in things:
        table = await as_then(database, type(thing))
        counted = {"row_version": 1, "event_version": 0}
        row = {c.name: counted.get(c.name, getattr(thing, c.name, None)) for c in table.c}
        async with database.writing() as connection:
            await connection.execute(insert(table).values(row))


async def _publish(database: Database, *told: Event) -> None:
    async with database.writing() as connection:
        for number, event in enumerate(told, 1):
            row: dict[str, Any] = {
                "xid": 0,
                "id": UUID(int=100 + number),
                "type": event.type(),
                "subject": event.aggregate_id,
                "sequence": number,
                "time": datetime(2019, 2, 1, tzinfo=UTC),
                "traceparent": "",
                "data": event.model_dump_json(),
            }
            await connection.execute(insert(tables.event).values(row))


async def _all(database: Database, kind: type[Base], *names: str) -> list[tuple[Any, ...]]:
    columns = [kind.__table__.c[name] for name in names]
    async with database.reading() as connection:
        by = [one for one in columns[:2] if not isinstance(one.type, JSON)]
        rows = await connection.execute(select(*columns).order_by(*by))
        return [tuple(row) for row in rows]


async def test_what_was_published_is_what_was_told_of_a_day(kind: str, tmp_path: Path) -> None:
    async with _database(kind, tmp_path) as database:
        await _move(database, lambda config: command.upgrade(config, BEFORE))
        other = a_child(id=OTHER_CHILD, reference="C2", upn=NUMBER, as_of=BACK)
        schools = a_school(), a_school(id=OTHER_SCHOOL, urn=900002)
        await _keep(database, *schools, a_child(upn=NUMBER, as_of=BACK), other, a_plan())
        await _publish(database, *_events())
        await _move(database, lambda config: command.upgrade(config, AFTER))
        assert await _all(database, ChildSchool, "from_on", "school_id", "void") == [
            (SINCE, SCHOOL, False),
            (MOVED, OTHER_SCHOOL, False),
            (BACK, SCHOOL, False),
        ]
        kept = json.loads(json.dumps(SO))
        assert await _all(database, ChildCharacteristics, "child_id", "from_on", "said") == [
            (CHILD, SINCE, {"year_group": "3", **kept}),
            (CHILD, BACK, {"year_group": "4", **kept}),
        ]
        says = {"plan_type": "EHC", "names_service": True, "review_due_on": None}
        assert await _all(database, PlanSays, "plan_id", "from_on", "said") == [
            (PLAN, date(2018, 1, 10), says)
        ]
        listed = [(CHILD, BACK, {"plans": ["PL-1"]})]
        assert await _all(database, ListedPlans, "child_id", "from_on", "said") == listed
        day = BACK.isoformat()
        told = dict.fromkeys(("upn", "forename", "surname", "born_on", "sex"), day)
        assert await _all(database, Child, "id", "particulars_on", "upn_shared") == [
            (CHILD, told, True),
            (OTHER_CHILD, told, True),
        ]
        assert await _all(database, Plan, "id", "said_on") == [
            (PLAN, {"starts_on": day, "ends_on": day})
        ]
        await _move(database, lambda config: command.downgrade(config, BEFORE))
        await _move(database, lambda config: command.upgrade(config, AFTER))
