"""P2: durable commands over HTTP: rows, event, audit and kept answer, in one transaction each."""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from deploy.demo.county import small_county
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.security import DemoIssuer, Role
from services.referral.service import SERVICE
from tests.bench.measured import Measured, Target, in_turn
from tests.bench.surroundings import Process, Surroundings
from tests.bench.wire import request, throughput
from tests.worlds import REAL, bus_in, databases

CONNECTIONS = 16
COMMANDS, BARE_INSERTS, WARMING = 1_000, 3_000, 200
TEAM = {"name": "Fictional team", "area": "north", "formed_on": "2018-09-01"}
STAFF = {
    "name": "Testcase Teacher",
    "post": "specialist-teacher",
    "fte": "0.80",
    "appointed_on": "2015-09-01",
}
CHILD = {
    "forename": "Testa",
    "surname": "Alderfield",
    "born_on": "2010-10-01",
    "sex": "F",
    "year_group": "3",
    "school_urn": 900001,
    "needs": ["MLD"],
    "pupil_premium": False,
    "looked_after": False,
    "eal": False,
    "effective_on": "2018-09-01",
}


async def measure(around: Surroundings) -> list[Measured]:
    """Send commands to the service and single inserts to the floor, in turn."""
    async with (
        databases(REAL, around.folder, [SERVICE]) as urls,
        bus_in(REAL, around.folder) as bus,
    ):
        assert isinstance(bus, KafkaBus)
        url = urls[SERVICE.name]
        service = await around.serving(
            ["-m", "services.referral"],
            {
                "REFERRAL_DATABASE_URL": url,
                "BUS_URL": f"kafka://{bus._servers}?prefix={bus._prefix}",
                "VAR_DIR": str(around.folder / "commands"),
                "LIMIT_CALLER_RATE": "100000",  # all are one caller's
            },
            "/referral/health/ready",
        )
        bare = await around.serving(["-m", "tests.bench.bare_app"], {"DATABASE_URL": url}, "/ready")
        try:
            ours, floor = await _in_turn(around.folder / "commands", service, bare)
        finally:
            await service.stop()
            await bare.stop()
            await bus.stop()
    what = "commands over HTTP, 16 connections: team, staff, child, referral"
    return [Measured("P2", what, "requests/s", ours, floor, Target(0.6, "at least"))]


async def _in_turn(folder: Path, service: Process, bare: Process) -> list[list[float]]:
    token = DemoIssuer(folder).token(Role.HEAD_OF_SERVICE)
    headers = {"Authorization": f"Bearer {token}"}
    sent = commands(itertools.repeat(headers), await child_to_refer(service.port, headers))
    inserts = _inserts(headers)

    async def ours(count: int = COMMANDS) -> float:
        return await throughput(service.port, _some(sent, count), CONNECTIONS)

    async def floor(count: int = BARE_INSERTS) -> float:
        return await throughput(bare.port, _some(inserts, count), CONNECTIONS)

    await ours(WARMING)
    await floor(WARMING)
    return await in_turn(ours, floor)


def _some(requests: Iterator[bytes], count: int) -> list[bytes]:
    return list(itertools.islice(requests, count))


async def child_to_refer(port: int, headers: Mapping[str, str]) -> str:
    """Record the schools and a child to refer; return the child's id."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}/referral/v1") as client:
        extract = await client.post(
            "/school-extracts?snapshot_on=2018-09-01&mode=commit",
            content=small_county(1).schools.encode(),
            headers={**headers, "Content-Type": "text/csv", "Idempotency-Key": str(uuid4())},
        )
        extract.raise_for_status()
        child = await client.put(
            "/children/by-reference/county/first", json=CHILD, headers=dict(headers)
        )
        return str(child.raise_for_status().json()["child_id"])


def commands(callers: Iterator[Mapping[str, str]], child: str) -> Iterator[bytes]:
    """Write four kinds of command in turn, each four those of the next caller."""
    base = "/referral/v1"
    for number, headers in enumerate(callers):
        yield request("PUT", f"{base}/teams/by-code/t{number}", headers, TEAM)
        yield request("PUT", f"{base}/staff/by-reference/s{number}", headers, STAFF)
        yield request("PUT", f"{base}/children/by-reference/county/c{number}", headers, CHILD)
        key = {**headers, "Idempotency-Key": f"referral-{number}"}
        yield request("POST", f"{base}/referrals", key, _referral(child, number))


def _referral(child: str, number: int) -> dict[str, Any]:
    return {
        "reference": f"r{number}",
        "child_id": child,
        "submitted_on": "2018-09-03",
        "evidence": {"significant_barriers": True, "complex_needs": True},
    }


def _inserts(headers: Mapping[str, str]) -> Iterator[bytes]:
    for number in itertools.count():
        yield request("PUT", f"/v1/teams/by-code/t{number}", headers, TEAM)
