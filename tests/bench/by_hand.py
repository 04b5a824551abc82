"""P2's bound: recording a team with each promise kept, written out by hand in one route.

Token, permission, strict JSON and the code looked for; in one statement the team, its event and its
audit line; ETag, request id and security headers. It writes into the service's own tables, and the
service beside it relays and seals what it records. It can do nothing else: nobody's narrower reach,
no second time, no change, no Idempotency-Key, no refusal in words, no limit, log or metric.
"""

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import uvicorn
from fastapi import FastAPI, Request, Response

from libs.common.contracts.referral import TeamFormed
from libs.common.core.strict_json import loads
from libs.common.http.middleware import SECURITY_HEADERS
from libs.common.security import Actor, DemoIssuer, TokenChecker, reaches
from services.referral.service import SERVICE
from services.referral.staff.api import TeamView
from services.referral.staff.api.teams import NameView
from services.referral.staff.commands import RecordTeam

LOOKED_FOR = "SELECT id FROM team WHERE code = $1"
RECORDED = """
    WITH team AS (
        INSERT INTO team (id, row_version, event_version, code, name, area, formed_on, disbanded_on)
        VALUES ($1, 1, 1, $2, $3, $4, $5, $6)
    ), event AS (
        INSERT INTO event (xid, id, type, subject, sequence, time, traceparent, data)
        VALUES (pg_current_xact_id()::text::bigint, $7, $8, $1, 1, $9, $10, $11)
    )
    INSERT INTO audit (at, subject, roles, action, object, outcome, request_id)
    VALUES ($9, $12, $13, 'team.write', $14, 'done', $15)
"""


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold a pool of as many connections as the service has."""
    app.state.tokens = TokenChecker(DemoIssuer(Path(os.environ["VAR_DIR"])).settings)
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=20, max_size=20) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/ready")
async def ready() -> dict[str, str]:
    """Say that it serves."""
    return {"status": "ready"}


@app.put("/v1/teams/by-code/{code}")
async def put_team(code: str, request: Request) -> Response:
    """Record a team."""
    now = datetime.now(UTC)
    actor = await app.state.tokens.actor(request.headers.get("authorization"), now)
    assert reaches(SERVICE.grants, actor, "team.write")
    command = RecordTeam.model_validate(loads(await request.body()))
    said = command.model_dump(exclude={"effective_on"})
    named = NameView(from_on=said["formed_on"], name=said["name"], area=said["area"])
    view = TeamView(team_id=uuid4(), code=code, manager_id=None, names=[named], managers=[], **said)
    request_id = secrets.token_hex(16)
    async with app.state.pool.acquire() as connection:
        assert await connection.fetchrow(LOOKED_FOR, code) is None
        await connection.execute(RECORDED, *_values(view, actor, now, request_id))
    headers = {**SECURITY_HEADERS, "X-Request-ID": request_id, "ETag": '"1"'}
    return Response(view.model_dump_json(), 201, headers, "application/json")


def _values(view: TeamView, actor: Actor, now: datetime, request_id: str) -> tuple[Any, ...]:
    formed = TeamFormed(
        team_id=view.team_id, code=view.code, area=view.area, formed_on=view.formed_on
    )
    team = (view.team_id, view.code, view.name, view.area, view.formed_on, view.disbanded_on)
    trace = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
    event = (uuid4(), formed.type(), now, trace, formed.model_dump_json())
    about = (actor.subject, " ".join(sorted(actor.roles)), f"TeamFormed:{view.team_id}")
    return (*team, *event, *about, request_id)


if __name__ == "__main__":
    config = uvicorn.Config(
        app, host="127.0.0.1", port=int(os.environ["PORT"]), log_config=None, access_log=False
    )
    uvicorn.Server(config).run()
