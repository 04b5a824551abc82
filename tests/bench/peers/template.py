"""Recording a team in the commonly copied way: FastAPI, SQLAlchemy's asynchronous ORM, an outbox.

It validates the body as ours does, looks for the code, and writes the team and an outbox row in one
transaction. It checks no token, permission or precondition, keeps no answer under an
Idempotency-Key, writes neither audit nor change log, limits nothing, and sends nothing of its
outbox anywhere.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID, uuid4

import uvicorn
from fastapi import Depends, FastAPI, Response
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.referral.staff.commands import RecordTeam


class Base(DeclarativeBase):
    """What the two tables share."""


class Team(Base):
    """A team."""

    __tablename__ = "template_team"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    area: Mapped[str]
    formed_on: Mapped[date]
    disbanded_on: Mapped[date | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class OutboxEvent(Base):
    """An event that is to be published."""

    __tablename__ = "template_outbox"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[UUID] = mapped_column(default=uuid4)
    type: Mapped[str]
    subject: Mapped[UUID]
    time: Mapped[str]
    data: Mapped[str]


class TeamView(BaseModel):
    """What is answered."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    code: str
    name: str
    area: str
    formed_on: date
    disbanded_on: date | None


url = make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg")
engine = create_async_engine(url, pool_size=20, max_overflow=0)
sessions = async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Make the tables."""
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield
    await engine.dispose()


async def session() -> AsyncIterator[AsyncSession]:
    """Give a request its session."""
    async with sessions() as opened:
        yield opened


app = FastAPI(lifespan=lifespan)


@app.get("/ready")
async def ready() -> dict[str, str]:
    """Say that it serves."""
    return {"status": "ready"}


@app.put("/v1/teams/by-code/{code}", status_code=201)
async def put_team(
    code: str,
    command: RecordTeam,
    response: Response,
    db: Annotated[AsyncSession, Depends(session)],
) -> TeamView:
    """Record a team, and that it was formed, in one transaction."""
    team = (await db.execute(select(Team).where(Team.code == code))).scalar_one_or_none()
    if team is None:
        team = Team(id=uuid4(), code=code, **command.model_dump(exclude={"effective_on"}))
        db.add_all([team, _formed(team)])
    else:
        team.name = command.name or team.name
        response.status_code = 200
    await db.commit()
    return TeamView.model_validate(team)


def _formed(team: Team) -> OutboxEvent:
    data = {"team_id": str(team.id), "code": team.code, "formed_on": team.formed_on.isoformat()}
    return OutboxEvent(
        type="TeamFormed",
        subject=team.id,
        time=datetime.now(UTC).isoformat(),
        data=json.dumps({**data, "area": team.area}),
    )


if __name__ == "__main__":
    config = uvicorn.Config(
        app, host="127.0.0.1", port=int(os.environ["PORT"]), log_config=None, access_log=False
    )
    uvicorn.Server(config).run()
