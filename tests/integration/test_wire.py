"""What a client sees on the wire: no answer before the commit, 503 without a database."""

import asyncio
import logging
import os
import socket
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.clock import SystemClock
from libs.common.http.requests import Work, permission, router
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.messaging.bus.local import LocalBus
from libs.common.persistence import tables
from libs.common.persistence.db import Base, refers_to
from libs.common.persistence.db import tables as fresh_metadata
from libs.common.runtime.manifest import Service, Surroundings
from libs.common.runtime.service import SchemaNotCurrent, System
from libs.common.security import DemoIssuer, Reach, Role, TokenChecker
from services.reporting.service import SERVICE as REPORTING
from services.survey.service import SERVICE
from tests.proof.hostile.serving import served
from tests.worlds import EMBEDDED, databases, world_of
from tests.written import written_logs

metadata = fresh_metadata()
CANARY = "Zzcanary"


class Kept(Base, kw_only=True):
    """Rows that refer to a row that is not there: their commit fails, and nothing before."""

    __abstract__ = True
    metadata = metadata


class Parent(Kept, kw_only=True):
    __tablename__ = "wire_parent"
    id: Mapped[UUID] = mapped_column(primary_key=True)


class Orphan(Kept, kw_only=True):
    __tablename__ = "wire_orphan"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_id: Mapped[UUID] = mapped_column(refers_to("wire_parent.id"))


routes = router()


@routes.post("/v1/orphans", openapi_extra=permission("orphan.add"))
async def post_orphan(work: Work) -> dict[str, str]:
    work.add(Orphan(id=uuid4(), parent_id=uuid4()))
    await work.flush()
    return {"status": "looks well"}


@routes.post("/v1/parents", openapi_extra=permission("orphan.add"))
async def post_parent(work: Work) -> dict[str, str]:
    work.add(Parent(id=uuid4()))
    return {"status": "well"}


@routes.get("/v1/failures", openapi_extra=permission("orphan.add"))
async def get_failure() -> dict[str, str]:
    raise LookupError(CANARY)


def is_a_problem(answer: httpx.Response) -> bool:
    """Say whether a fault of ours is answered as one, with an id to quote."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-request-id"]
    return bool(answer.json()["code"] == "internal-error")


WIRE = Service(
    name="referral",
    summary="A service whose commit can be made to fail.",
    routers=(routes,),
    metadata=metadata,
    migrations=Path(__file__).parents[2] / "services/referral/migrations",
    grants={"orphan.add": {Role.HEAD_OF_SERVICE: Reach.COUNTY}},
    visible=lambda access, kind: Orphan.id.is_not(None),  # noqa: ARG005
)


async def test_nothing_is_answered_before_the_commit(kind: str, tmp_path: Path) -> None:
    async with world_of(kind, tmp_path, [WIRE]) as world:
        async with world.database("referral").writing() as connection:
            await connection.run_sync(metadata.create_all)
        async with served(world) as port:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/referral") as client:
                well = await client.post("/v1/parents", headers=world.as_())
                failing = await client.post("/v1/orphans", headers=world.as_())
        assert well.status_code == 200
        assert failing.status_code == 500
        assert is_a_problem(failing)
        assert "looks well" not in failing.text
        async with world.database("referral").reading() as connection:
            assert (await connection.execute(Orphan.__table__.select())).all() == []
            assert len((await connection.execute(tables.idempotency.select())).all()) == 1


async def test_a_fault_of_ours_is_a_problem_and_one_line_in_the_log(
    kind: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world_of(kind, tmp_path, [WIRE]) as world:
        headers = world.as_() | {"X-Request-ID": "abc-1"}
        async with served(world) as port:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                inside = await client.get("/referral/v1/failures", headers=headers)
                world.system.running["nothing"] = None  # type: ignore[assignment]  # for "/" to fail
                outside = await client.get("/", headers=headers)
                del world.system.running["nothing"]
    for answer in (inside, outside):
        assert (answer.status_code, is_a_problem(answer)) == (500, True)
        assert answer.headers["x-request-id"] == "abc-1"
        assert CANARY not in answer.text
    lines = [(record.message, record.__dict__["error"]) for record in failures(caplog)]
    assert lines == [("request-failed", "LookupError"), ("request-failed", "AttributeError")]
    assert CANARY not in "".join(record.message for record in caplog.records)


async def test_what_failed_is_in_the_log_under_the_id_to_quote(kind: str, tmp_path: Path) -> None:
    async with world_of(kind, tmp_path, [WIRE]) as world:
        headers = world.as_() | {"X-Request-ID": "abc_1.2"}
        with written_logs() as stream:
            assert is_a_problem(await world.client.get("/referral/v1/failures", headers=headers))
            lines = stream.lines()
    assert [(line["event"], line["request_id"]) for line in lines] == [
        ("request-failed", "abc_1.2")
    ]


def failures(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return the lines that tell of an exception; how it is written there is the log's to keep."""
    return [record for record in caplog.records if record.exc_info]


@pytest.mark.real
async def test_a_database_that_is_away_is_503_within_two_seconds(tmp_path: Path) -> None:
    async with world_of("real", tmp_path, [WIRE]) as world:
        database = make_url(str(world.database("referral").url)).database
        admin = await asyncpg.connect(os.environ["POSTGRES_URL"])
        await admin.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database
        )
        began = asyncio.get_running_loop().time()
        answer = await world.client.post("/referral/v1/parents", headers=world.as_())
        ready = await world.client.get("/referral/health/ready")
        live = await world.client.get("/referral/health/live")
        took = asyncio.get_running_loop().time() - began
        await admin.execute(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')
        await admin.close()
        assert (answer.status_code, ready.status_code, live.status_code) == (503, 503, 200)
        assert "retry-after" in answer.headers
        assert took < 6  # three requests, each within two seconds


@pytest.mark.real
async def test_a_database_that_only_reads_is_503_until_it_writes_again(tmp_path: Path) -> None:
    """As one that stands by does, until another server has taken over."""
    async with world_of("real", tmp_path, [WIRE]) as world:
        async with world.database("referral").writing() as connection:
            await connection.run_sync(metadata.create_all)
        url = make_url(str(world.database("referral").url))
        admin = await asyncpg.connect(os.environ["POSTGRES_URL"])

        async def become(mode: str) -> None:
            await admin.execute(f'ALTER DATABASE "{url.database}" {mode}')
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                url.database,
            )

        async def statuses(count: int) -> list[int]:
            answers = [
                await world.client.post("/referral/v1/parents", headers=world.as_())
                for _ in range(count)
            ]
            return [answer.status_code for answer in answers]

        await become("SET default_transaction_read_only = on")
        assert set(await statuses(30)) == {503}
        await become("RESET default_transaction_read_only")
        assert (await statuses(30))[-1] == 200
        await admin.close()


async def test_a_start_that_fails_says_why_in_the_log(tmp_path: Path) -> None:
    around = Surroundings(
        database_urls={"survey": f"sqlite:///{tmp_path}/empty.db"},
        bus=LocalBus(str(tmp_path / "bus.db")),
        tokens=TokenChecker(DemoIssuer(tmp_path).settings),
        clock=SystemClock(),
        upgrade=False,
    )
    with written_logs() as stream, pytest.raises(SchemaNotCurrent):
        async with System([SERVICE], around).lifespan():
            pass
    line = stream.line()
    assert (line["event"], line["database"]) == ("start-failed", "survey")
    assert line["exception"].endswith("SchemaNotCurrent")


async def test_a_gauge_of_a_partition_that_another_reads_is_not_shown(
    kind: str, tmp_path: Path
) -> None:
    async with world_of(kind, tmp_path, [REPORTING]) as world:
        gauge = world.system.running["reporting"].metrics.lag
        gauge.labels("reporting", "referral", "77").set(9699)
        assert "9699" not in (await world.client.get("/reporting/metrics")).text


async def test_the_bus_away_does_not_keep_commands_from_being_taken(tmp_path: Path) -> None:
    issuer = DemoIssuer(tmp_path)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nowhere = closed.getsockname()[1]
    async with databases(EMBEDDED, tmp_path, [SERVICE]) as urls:
        system = System(
            [SERVICE],
            Surroundings(
                database_urls=urls,
                bus=KafkaBus(f"127.0.0.1:{nowhere}"),
                tokens=TokenChecker(issuer.settings),
                clock=SystemClock(),
                upgrade=False,
            ),
        )
        transport = httpx.ASGITransport(system.app)
        async with (
            system.lifespan(),
            httpx.AsyncClient(transport=transport, base_url="http://test") as client,
        ):
            headers = {
                "Authorization": f"Bearer {issuer.token(Role.HEAD_OF_SERVICE)}",
                "Idempotency-Key": "k-1",
            }
            body = {"reference": "CP-1", "received_on": "2018-10-01", "source": "parents"}
            answer = await client.post("/survey/v1/compliments", json=body, headers=headers)
            ready = await client.get("/survey/health/ready")
    assert answer.status_code == 201
    assert ready.status_code == 200
    assert ready.json()["relay"]["pending"] == 1
