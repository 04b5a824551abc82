"""Parents on record when the service is upgraded become people: the same ones where they agree."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, column, insert, select, table

from libs.common.contracts import referral
from libs.common.core.clock import SystemClock
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.persistence.uow import Units
from services.referral.children.domain import Child
from services.referral.duplicates.domain import Duplicate
from services.referral.parents.commands import person_of
from services.referral.parents.domain import FormerPerson, Person, Relationship
from services.referral.schools.domain import School
from services.referral.service import SERVICE
from tests.integration.test_upgrades import made_before, migrate
from tests.older import as_then
from tests.unit.referral.made import a_child, a_school
from tests.worlds import request_context

BEFORE = "0016"
FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))
ANN = {"reference": "P1", "name": "Testparent Ann", "email": "ann@example.org"}
PARENTS: list[tuple[int, UUID, dict[str, Any]]] = [
    (11, FIRST, ANN),
    (12, SECOND, ANN),
    (13, THIRD, {**ANN, "email": "other@example.org"}),
    (14, FIRST, {"reference": "P2", "name": "Testparent Ben", "email": None}),
]
ALL = {"relationship": "mother", "row_version": 1, "event_version": 0}
PARENT = table(
    "parent",
    *(column(name, Uuid()) for name in ("id", "child_id")),
    *map(column, ("reference", "name", "email", "relationship", "row_version", "event_version")),
)
"""Ann of two children; under her reference somebody with another address; and somebody else."""


async def _keep(database: Database) -> list[Child]:
    """Keep a school, three children and their parents in the columns that there are."""
    children = [
        a_child(id=id_, reference=f"Sen/{id_.int}", as_of=date(2019, 3, id_.int))
        for id_ in (FIRST, SECOND, THIRD)
    ]
    tables_then: dict[type[Any], Any] = {
        kind: await as_then(database, kind) for kind in (School, Child)
    }
    async with database.writing() as connection:
        for thing in (a_school(), *children):
            then = tables_then[type(thing)]
            row = {name: getattr(thing, name, 1) for name in (c.name for c in then.c)}
            row["row_version"] = 1
            await connection.execute(insert(then).values(row))
        rows = [
            {"id": UUID(int=number), "child_id": child, **said, **ALL}
            for number, child, said in PARENTS
        ]
        await connection.execute(insert(PARENT), rows)
    return children


async def _all(database: Database, kind: Any) -> list[Any]:
    async with database.reading() as connection:
        query = select(kind.__table__).order_by(kind.__table__.c.id)
        return list((await connection.execute(query)).all())


async def test_rows_of_one_reference_become_one_person_where_they_agree(
    kind: str, tmp_path: Path
) -> None:
    async with made_before(SERVICE, kind, tmp_path, BEFORE) as database:
        children = await _keep(database)
        await migrate(database, SERVICE, "head")
        found = [(one.id.int, one.reference, one.apart) for one in await _all(database, Person)]
        assert found == [(11, "P1", 0), (13, "P1", 1), (14, "P2", 0)]
        [former] = await _all(database, FormerPerson)
        assert (former.id.int, former.person_id.int) == (12, 11)
        theirs = await _all(database, Relationship)
        assert {(one.child_id.int, one.person_id.int) for one in theirs} == {
            (1, 11),
            (2, 11),
            (3, 13),
            (1, 14),
        }
        assert {one.from_on for one in theirs} == {children[0].registered_on}
        [pair] = await _all(database, Duplicate)
        assert (pair.first_id.int, pair.second_id.int, pair.why) == (11, 13, ["reference"])
        await _told(database)
        await _answers(database)
        kept = {
            one.reference: (one.folded, str(one.parents_on)) for one in await _all(database, Child)
        }
        assert kept["Sen/3"] == ("sen/3", "2019-03-03")


async def _told(database: Database) -> None:
    """Each relationship is told once, with an id given out before where it is another."""
    async with database.reading() as connection:
        rows = (await connection.execute(select(tables.event))).mappings().all()
    said = [
        referral.RelationshipRecorded.read(row["data"].encode())
        for row in rows
        if row["type"] == referral.RelationshipRecorded.type()
    ]
    assert {
        (one.person_id.int, one.former_person_id and one.former_person_id.int) for one in said
    } == {
        (11, None),
        (11, 12),
        (13, None),
        (14, None),
    }
    assert {row["sequence"] for row in rows} == {1}


async def _answers(database: Database) -> None:
    """An id given out before keeps answering."""
    units = Units(database, SystemClock(), SERVICE.visible, lambda: None)
    async with units.read(request_context()) as read:
        assert (await person_of(read, UUID(int=12))).id == UUID(int=11)
