"""P2: durable commands over HTTP: rows, event, audit and kept answer, in one transaction each.

What counts is the processor time of the serving process and the database together, whatever else
the machine does meanwhile; what of it is the process's alone is told beside.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from deploy.demo.county import small_county
from deploy.demo.importing import posted
from libs.common.messaging.bus.kafka import KafkaBus
from libs.common.security import DemoIssuer, Role
from services.referral.service import SERVICE
from tests.bench.measured import Measured, Target, in_turn
from tests.bench.surroundings import DatabaseServer, Process, Surroundings
from tests.bench.wire import request, throughput
from tests.worlds import REAL, bus_in, databases

CONNECTIONS = 16
COMMANDS, BARE_INSERTS, WARMING = 1_000, 3_000, 200
UNIT = "commands/processor s"
OTHERS = {
    "bare_app": ("one INSERT", Target(0.35, "at least")),
    "peers.template": ("FastAPI, ORM, outbox", Target(1, "at least")),
    "peers.django_drf": ("Django, DRF, outbox", Target(1, "at least")),
    "by_hand": ("the same by hand", None),
}
"""What the service is measured beside, by its module: the first is the floor."""
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
    """Record teams by service, floor and peers, in turn; then send commands of four kinds."""
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
        others = [
            await around.serving(
                ["-m", f"tests.bench.{name}"],
                {"DATABASE_URL": url, "VAR_DIR": str(around.folder / "commands")},
                "/ready",
            )
            for name in OTHERS
        ]
        try:
            server = await DatabaseServer.at(url)
            return await _measured(around.folder / "commands", service, others, server)
        finally:
            for one in (service, *others):
                await one.stop()
            await bus.stop()


async def _measured(
    folder: Path, service: Process, others: Sequence[Process], server: DatabaseServer
) -> list[Measured]:
    token = DemoIssuer(folder).token(Role.HEAD_OF_SERVICE)
    headers = {"Authorization": f"Bearer {token}"}
    ours = _Cost(service, server, _teams("/referral/v1", headers, "p"))
    # A prefix each: the code written by hand is in the service's own table.
    theirs = [
        _Cost(one, server, _teams("/v1", headers, f"other{number}-"))
        for number, one in enumerate(others)
    ]
    together, *found = await in_turn(ours, *theirs)
    lines = [
        Measured("P2", f"teams recorded, beside {what}", UNIT, together, samples, target)
        for (what, target), samples in zip(OTHERS.values(), found, strict=True)
    ]
    alone = [
        Measured("P2", f"without the database, beside {what}", UNIT, ours.alone, one.alone)
        for (what, _), one in zip(OTHERS.values(), theirs, strict=True)
    ]
    return [*lines, *alone, *await _four_kinds(service, others[0], headers, server)]


async def _four_kinds(
    service: Process, bare: Process, headers: Mapping[str, str], server: DatabaseServer
) -> list[Measured]:
    sent = commands(itertools.repeat(headers), await child_to_refer(service.port, headers))
    inserts = _teams("/v1", headers, "t")
    what = "commands over HTTP, 16 connections: team, staff, child, referral"
    ours, floor = await in_turn(_Cost(service, server, sent), _Cost(bare, server, inserts))
    answered, least = await in_turn(
        lambda: throughput(service.port, _some(sent, COMMANDS), CONNECTIONS),
        lambda: throughput(bare.port, _some(inserts, BARE_INSERTS), CONNECTIONS),
    )
    return [
        Measured("P2", what, UNIT, ours, floor),
        Measured("P2", what, "requests/s", answered, least),
    ]


@dataclass
class _Cost:
    """How many requests are answered in a second of a process's and the database's time."""

    process: Process
    server: DatabaseServer
    requests: Iterator[bytes]
    alone: list[float] = field(default_factory=list)
    """How many in a second of the process's time alone, each time."""

    async def __call__(self) -> float:
        await throughput(self.process.port, _some(self.requests, WARMING), CONNECTIONS)
        own, others = self.process.processor_seconds, self.server.processor_seconds
        await throughput(self.process.port, _some(self.requests, COMMANDS), CONNECTIONS)
        own = self.process.processor_seconds - own
        self.alone.append(COMMANDS / own)
        return COMMANDS / (own + self.server.processor_seconds - others)


def _some(requests: Iterator[bytes], count: int) -> list[bytes]:
    return list(itertools.islice(requests, count))


async def child_to_refer(port: int, headers: Mapping[str, str]) -> str:
    """Record the schools and a child to refer; return the child's id."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        sender = {**headers, "Content-Type": "text/csv"}
        url = "/referral/v1/school-extracts?snapshot_on=2018-09-01&mode=commit"
        await posted(client, url, small_county(1).schools.encode(), sender)
        child = await client.put(
            "/referral/v1/children/by-reference/county/first", json=CHILD, headers=dict(headers)
        )
        return str(child.raise_for_status().json()["child_id"])


def commands(callers: Iterator[Mapping[str, str]], child: str) -> Iterator[bytes]:
    """Write four kinds of command in turn, each four those of the next caller."""
    base = "/referral/v1"
    for number, headers in enumerate(callers):
        yield request("PUT", f"{base}/teams/by-code/t{number}", headers, TEAM)
        yield request("PUT", f"{base}/staff/by-reference/s{number}", headers, STAFF)
        child_url = f"{base}/children/by-reference/county/c{number}"
        yield request("PUT", child_url, headers, _born(number))
        key = {**headers, "Idempotency-Key": f"referral-{number}"}
        yield request("POST", f"{base}/referrals", key, _referral(child, number))


def _born(number: int) -> dict[str, Any]:
    """Return a child of a birthday that few share: those who share it are proposed as one."""
    return CHILD | {"born_on": str(date(2010, 9, 1) + timedelta(number % 365))}


def _referral(child: str, number: int) -> dict[str, Any]:
    return {
        "reference": f"r{number}",
        "child_id": child,
        "submitted_on": "2018-09-03",
        "evidence": {"significant_barriers": True, "complex_needs": True},
    }


def _teams(base: str, headers: Mapping[str, str], prefix: str) -> Iterator[bytes]:
    for number in itertools.count():
        yield request("PUT", f"{base}/teams/by-code/{prefix}{number}", headers, TEAM)
