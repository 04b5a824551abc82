"""References of staff that are on record when the service is upgraded are told once."""

import asyncio
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from libs.common.contracts import Envelope, referral
from libs.common.persistence import tables
from services.assessment.known import known_staff
from services.assessment.service import SERVICE as ASSESSMENT
from services.referral.service import SERVICE as REFERRAL
from tests.integration.test_upgrades import (
    DAY,
    STAFF,
    at_work,
    made_before,
    migrate,
    published,
    rows_of,
    until_ready,
)
from tests.worlds import bus_in


async def test_references_of_staff_on_record_are_told_once(kind: str, tmp_path: Path) -> None:
    async with (
        bus_in(kind, tmp_path) as nothing_yet,
        made_before(REFERRAL, kind, tmp_path) as owner,
        made_before(ASSESSMENT, kind, tmp_path) as listener,
    ):
        async with owner.writing() as connection:
            await connection.execute(text(MEMBER), member(connection.dialect.name))
            await connection.execute(insert(tables.event), [kept(one) for one in published()])
        async with at_work(
            nothing_yet, tmp_path, (REFERRAL, owner), (ASSESSMENT, listener)
        ) as client:
            async with asyncio.timeout(30):
                while await rows_of(listener, known_staff, "reference") != [("S1",)]:
                    await asyncio.sleep(0.02)
            await until_ready(client, "referral")
        await migrate(owner, REFERRAL, "head")
        of_staff = tables.event.c.subject == STAFF
        async with owner.reading() as connection:
            query = select(tables.event.c.sequence, tables.event.c.type).where(of_staff)
            found = (await connection.execute(query.order_by(tables.event.c.sequence))).all()
            versions = text("SELECT row_version, event_version FROM staff_member")
            assert (await connection.execute(versions)).one() == (3, 3)
        assert [row.sequence for row in found] == [1, 2, 3]
        assert found[-1].type == referral.StaffReferenceRecorded.type()


def kept(sent: Envelope) -> dict[str, Any]:
    """Return an event as its owner keeps it."""
    names = ("id", "type", "subject", "sequence", "time", "traceparent")
    row = {name: getattr(sent, name) for name in names}
    return row | {"xid": 0, "data": sent.data.decode()}


MEMBER = (
    "INSERT INTO staff_member (id, row_version, event_version, reference, name, post,"
    " fte_hundredths, appointed_on, contract_on)"
    " VALUES (:id, 2, 2, 'S1', 'Testcase Teacher', 'specialist-teacher', 100, :day, :day)"
)


def member(dialect: str) -> dict[str, Any]:
    on_sqlite = dialect == "sqlite"
    return {"id": STAFF.hex if on_sqlite else STAFF, "day": str(DAY) if on_sqlite else DAY}
