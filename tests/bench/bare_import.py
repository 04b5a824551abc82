"""P6's floor: the same rows of visits into the same tables, by the least that could do it.

CSV, the row's model, and of each 500 in a transaction: the cases read, `COPY` into the visits, the
events and the audit, and one UPDATE of the cases. It checks no caller, no week and no case's dates,
looks for no week that is there already, and tells nothing of a row that is refused.
"""

import csv
import io
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import uvicorn
from fastapi import FastAPI, Request

from libs.common.contracts.referral import VisitsRecorded
from services.referral.visits.commands import VisitRow

AT_ONCE = 500
CASES = "SELECT id, child_id, staff_id, event_version FROM case_ WHERE id = ANY($1)"
COUNTED = """
    UPDATE case_ SET event_version = now.version, row_version = row_version + 1
    FROM unnest($1::uuid[], $2::int[]) AS now (id, version) WHERE case_.id = now.id
"""
WEEK = ("case_id", "week_beginning", "planned", "attended", "missed", "void")
EVENT = ("xid", "id", "type", "subject", "sequence", "time", "traceparent", "data")
AUDIT = ("at", "subject", "roles", "action", "object", "outcome", "request_id")


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold a connection."""
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=1) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/ready")
async def ready() -> dict[str, str]:
    """Say that it serves."""
    return {"status": "ready"}


@app.post("/v1/imports")
async def import_visits(request: Request) -> dict[str, int]:
    """Take all rows."""
    lines = csv.DictReader(io.StringIO((await request.body()).decode()))
    rows = [_row(line) for line in lines]
    async with app.state.pool.acquire() as connection:
        for start in range(0, len(rows), AT_ONCE):
            async with connection.transaction():
                await _write(connection, rows[start : start + AT_ONCE])
    return {"rows": len(rows)}


def _row(line: dict[str, Any]) -> VisitRow:
    numbers = {name: int(line[name]) for name in ("planned", "attended")}
    missed = tuple(part for part in line["missed"].split(";") if part)
    return VisitRow.model_validate({**line, **numbers, "missed": missed})


async def _write(connection: Any, rows: Sequence[VisitRow]) -> None:
    found = await connection.fetch(CASES, list({row.case_id for row in rows}))
    cases = {case["id"]: case for case in found}
    versions: dict[UUID, int] = {id_: case["event_version"] for id_, case in cases.items()}
    now, xid = datetime.now(UTC), await connection.fetchval("SELECT pg_current_xact_id()::text")
    weeks, events, audit = [], [], []
    for row in rows:
        versions[row.case_id] += 1
        event, case = _event(row, cases[row.case_id]), row.case_id
        weeks.append(
            (case, row.week_beginning, row.planned, row.attended, _list(row.missed), False)
        )
        number = versions[case]
        events.append((int(xid), uuid4(), event.type(), case, number, now, "", _json(event)))
        audit.append((now, "floor", "floor", "visit.record", f"VisitsRecorded:{case}", "done", ""))
    for table, columns, records in (
        ("visit_week", WEEK, weeks),
        ("event", EVENT, events),
        ("audit", AUDIT, audit),
    ):
        await connection.copy_records_to_table(table, columns=columns, records=records)
    await connection.execute(COUNTED, list(versions), list(versions.values()))


def _event(row: VisitRow, case: Any) -> VisitsRecorded:
    return VisitsRecorded(
        case_id=row.case_id,
        child_id=case["child_id"],
        staff_id=case["staff_id"],
        week_beginning=row.week_beginning,
        planned=row.planned,
        attended=row.attended,
        missed=row.missed,
    )


def _json(event: VisitsRecorded) -> str:
    return event.model_dump_json()


def _list(codes: Sequence[str]) -> str:
    return "[" + ",".join(f'"{code}"' for code in codes) + "]"


if __name__ == "__main__":
    config = uvicorn.Config(
        app, host="127.0.0.1", port=int(os.environ["PORT"]), log_config=None, access_log=False
    )
    uvicorn.Server(config).run()
