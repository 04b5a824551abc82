"""P6: the weeks' visits of many cases in bulk, from CSV to rows, events and audit.

The target is on the processor time of the serving process; that with the database's is told beside.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from uuid import UUID, uuid4

import asyncpg
import httpx

from deploy.demo.importing import ended
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.security import DemoIssuer, Role
from services.referral.service import SERVICE
from tests.bench.measured import Measured, Target, in_turn
from tests.bench.surroundings import DatabaseServer, Process, Surroundings
from tests.worlds import REAL, bus_in, databases

CASES, WEEKS = 500, 20
FIRST_MONDAY = date(2018, 9, 3)
CASE = """
    INSERT INTO case_ (id, row_version, event_version, child_id, referral_id, school_id, plan_id,
        plan_type, staff_id, allocated_on, started_on, void)
    VALUES ($1, 1, 1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),
        'learning-support', gen_random_uuid(), '2018-09-01', '2018-09-01', FALSE)
"""


async def measure(around: Surroundings) -> list[Measured]:
    """Import the same weeks by the service and by the floor, each into a database of its own."""
    async with (
        databases(REAL, around.folder, [SERVICE]) as urls,
        databases(REAL, around.folder, [SERVICE]) as others,
        bus_in(REAL, around.folder) as bus,
    ):
        assert isinstance(bus, KafkaBus)
        url, other = urls[SERVICE.name], others[SERVICE.name]
        service = await around.serving(
            ["-m", "services.referral"],
            {
                "REFERRAL_DATABASE_URL": url,
                "BUS_URL": f"kafka://{bus._servers}?prefix={bus._prefix}",
                "VAR_DIR": str(around.folder / "imports"),
            },
            "/referral/health/ready",
        )
        bare = await around.serving(
            ["-m", "tests.bench.bare_import"], {"DATABASE_URL": other}, "/ready"
        )
        cases = [uuid4() for _ in range(CASES)]
        await _add_cases(url, cases)
        await _add_cases(other, cases)
        try:
            token = DemoIssuer(around.folder / "imports").token(Role.HEAD_OF_SERVICE)
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
            path = "/referral/v1/imports?kind=visits&mode=commit"
            server = await DatabaseServer.at(url)
            mine = _Import(service, server, path, headers, _files(cases))
            least = _Import(bare, server, "/v1/imports", headers, _files(cases))
            ours, floor = await in_turn(mine, least)
        finally:
            await service.stop()
            await bare.stop()
            await bus.stop()
    what, unit = "weeks of visits imported, committed", "rows/processor s"
    return [
        Measured("P6", what, unit, ours, floor, Target(0.25, "at least")),
        Measured("P6", f"{what}, with the database", unit, mine.together, least.together),
    ]


async def _add_cases(url: str, cases: Sequence[UUID]) -> None:
    """Add cases alone: what they refer to is not there, which nobody asks about on the way."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")
        await connection.executemany(CASE, [(id_,) for id_ in cases])
    finally:
        await connection.close()


@dataclass
class _Import:
    """How many rows a process takes in a second of its processor time."""

    process: Process
    server: DatabaseServer
    path: str
    headers: Mapping[str, str]
    files: Iterator[bytes]
    together: list[float] = field(default_factory=list)
    """How many in a second of the process's and the database's time, each time."""

    async def __call__(self) -> float:
        url = f"http://127.0.0.1:{self.process.port}{self.path}"
        own, others = self.process.processor_seconds, self.server.processor_seconds
        async with httpx.AsyncClient(timeout=300) as client:
            key = {"Idempotency-Key": str(uuid4())}
            headers = {**self.headers, **key}
            answer = await client.post(url, content=next(self.files), headers=headers)
            answer.raise_for_status()
            if answer.status_code == httpx.codes.ACCEPTED:
                address = httpx.URL(url).join(answer.headers["Location"])
                done = await ended(client, str(address), headers)
                assert (done["state"], done["refused"]) == ("completed", 0)
        own = self.process.processor_seconds - own
        others = self.server.processor_seconds - others
        self.together.append(CASES * WEEKS / (own + others))
        return CASES * WEEKS / own


def _files(cases: Sequence[UUID]) -> Iterator[bytes]:
    """Write files of weeks that no file before had."""
    for first in count(0, WEEKS):
        lines = ["case_id,week_beginning,planned,attended,missed"]
        for week in range(first, first + WEEKS):
            monday = FIRST_MONDAY + timedelta(weeks=week)
            lines += [f"{case},{monday},2,1,child-absent" for case in cases]
        yield "\n".join(lines).encode()
