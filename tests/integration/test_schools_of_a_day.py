"""A database of the version before: what each extract said is found in the service's own events."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text

from libs.common.contracts.referral import SchoolRecorded
from libs.common.persistence import tables
from services.referral.schools.domain import SchoolExtract
from services.referral.service import SERVICE as REFERRAL
from tests.integration.test_upgrades import made_before, migrate

SCHOOL = UUID(int=41)
BEFORE = "0014"
SAID = [
    (date(2018, 9, 1), 1, None),
    (date(2019, 3, 1), 3, None),
    (date(2019, 3, 1), 1, None),
    (date(2019, 9, 2), 2, date(2019, 8, 31)),
]
"""What was published: of the extract of 1 March, read twice, the second reading counts."""
NEWEST = date(2020, 1, 6)
"""The day of an extract that said the same as the last."""


def _event(sequence: int, snapshot_on: date, status: int, closed_on: date | None) -> dict[str, Any]:
    recorded = SchoolRecorded(
        school_id=SCHOOL,
        urn=900001,
        la_code=830,
        establishment_type="01",
        phase=2,
        status=status,
        kind="primary",
        opened_on=None,
        closed_on=closed_on,
        snapshot_on=snapshot_on,
    )
    return {
        "xid": 0,
        "id": UUID(int=100 + sequence),
        "type": SchoolRecorded.type(),
        "subject": SCHOOL,
        "sequence": sequence,
        "time": datetime(2020, 1, 6, tzinfo=UTC),
        "traceparent": "",
        "data": json.dumps(recorded.model_dump(mode="json")),
    }


async def test_what_each_extract_said_is_kept_from_before(kind: str, tmp_path: Path) -> None:
    async with made_before(REFERRAL, kind, tmp_path, BEFORE) as database:
        on_sqlite = database.engine.dialect.name == "sqlite"
        given = {"id": SCHOOL.hex if on_sqlite else SCHOOL, "newest": NEWEST, "closed": SAID[-1][2]}
        if on_sqlite:
            given |= {name: str(given[name]) for name in ("newest", "closed")}
        async with database.writing() as connection:
            await connection.execute(
                text(
                    "INSERT INTO school (id, row_version, event_version, urn, la_code, name,"
                    " establishment_type, phase, status, low_age, high_age, closed_on, kind,"
                    " snapshot_on) VALUES (:id, 4, 4, 900001, 830, 'Madeup School', '01', 2, 2, 4,"
                    " 11, :closed, 'primary', :newest)"
                ),
                given,
            )
            rows = [_event(number, *said) for number, said in enumerate(SAID, 1)]
            await connection.execute(insert(tables.event), rows)
        await migrate(database, REFERRAL, "head")
        async with database.reading() as connection:
            extract = SchoolExtract.__table__.c
            query = select(extract.snapshot_on, extract.status, extract.closed_on, extract.kind)
            kept = (await connection.execute(query.order_by(extract.snapshot_on))).all()
    assert [tuple(row) for row in kept] == [
        (day, status, closed_on, "primary") for day, status, closed_on in (SAID[0], *SAID[2:])
    ] + [(NEWEST, 2, date(2019, 8, 31), "primary")]
