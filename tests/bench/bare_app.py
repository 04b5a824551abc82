"""P2's floor: the same framework and server doing one INSERT through asyncpg."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from services.referral.staff.commands import RecordTeam

TABLE = "CREATE TABLE bare_team (id uuid PRIMARY KEY, code text, name text, area text, formed date)"
INSERT = "INSERT INTO bare_team VALUES ($1, $2, $3, $4, $5)"


class TeamView(BaseModel):
    """What is answered."""

    team_id: str
    code: str
    name: str


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold a pool of as many connections as the service has."""
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=20, max_size=20) as pool:
        await pool.execute(TABLE)
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/ready")
async def ready() -> dict[str, str]:
    """Say that it serves."""
    return {"status": "ready"}


@app.put("/v1/teams/by-code/{code}", status_code=201)
async def put_team(code: str, command: RecordTeam) -> TeamView:
    """Record a team, in the one statement that it takes."""
    id_ = uuid4()
    await app.state.pool.execute(INSERT, id_, code, command.name, command.area, command.formed_on)
    return TeamView(team_id=str(id_), code=code, name=command.name or "")


if __name__ == "__main__":
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=int(os.environ["PORT"]),
        log_config=None,
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run()
