"""Reporting alone, told what was recorded, and the steps of an edition over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from msgspec.structs import replace
from sqlalchemy import select

from libs.common.contracts import Event
from libs.common.core.clock import Clock, micros
from libs.common.security import Role
from services.reporting.facts import subscriptions
from services.reporting.service import SERVICE
from tests.spec.drawing import recorded
from tests.spec.events import cases, risks
from tests.worlds import EMBEDDED, World, world_of

DRAFTS, EDITIONS = "/reporting/v1/drafts", "/reporting/v1/editions"
SHARE = "inclusion.at_risk_of_exclusion.share"
DRAFT = {"academic_year": "2018-19", "known_at": "2019-12-10"}
SIGNED = {"signed_on": "2019-12-20"}
CHILDREN = [f"child{number}" for number in range(40)]
CASES = [*cases("child | started | ended\n" + "\n".join(f"{c} | 2017-09-01 |" for c in CHILDREN))]


def at_risk(children: list[str], day: str) -> list[Event]:
    """Return what says on a day that some children are at risk."""
    return [*risks("child | assessed | level\n" + "\n".join(f"{c}|{day}|high" for c in children))]


AT_RISK = at_risk(CHILDREN[:10], "2018-10-01")
"""A quarter of the caseload."""
LATE = at_risk(CHILDREN[10:20], "2019-06-03")
"""What makes it half; few enough of either would be withheld."""
SOURCE = """+++
name = "Specialist Teaching Service of Testshire"
aliases = ["STS", "SST"]
aim = "To have every child learn among others."
contact = "Write to the office at Testshire House."
summary = ["profile", "inclusion"]

[department_plan]
title = "Children's plan of Testshire"
url = "https://testshire.example/plan"

[[developments]]
title = "A shared way to judge progress"
status = "achieved"
evidence = "Judged for {{figure inclusion.at_risk_of_exclusion.count}} children at risk."

[[future]]
title = "Coaching of teachers"
status = "planned"
evidence = "Agreed with the Link Adviser."
+++
# {{name}}: the year {{year}}

## Profile and aim {#profile}
{{name}} is also known as {{aliases}}.

## Vision {#vision}
What we do serves the {{department-plan}}.

## Inclusion {#inclusion}
Of the caseload, {{figure inclusion.at_risk_of_exclusion.share}} were at risk of exclusion. That is
so in the year.

- Placements: {{statement inclusion.placements_maintained}}

## Developments {#developments}
{{developments}}

## Service Plan {#plan}
Priorities are the Head of Service's.

## What comes next {#future}
{{future}}

## What was said {#voices}
{{comments vision}}

## Contact {#contact}
{{contact}}
"""


@dataclass
class Now(Clock):
    """A clock that a test sets."""

    at: datetime = field(default=datetime(2019, 12, 20, 10, tzinfo=UTC))

    def now(self) -> datetime:
        return self.at


@dataclass
class County:
    """Reporting alone, told what was recorded, and its clock."""

    world: World
    clock: Now

    async def told(self, events: list[Event], at: datetime) -> None:
        """Have events arrive that were recorded at an instant."""
        many = [replace(one, time=at, known=micros(at)) for one in recorded(events)]
        async with self.world.database("reporting").writing() as connection:
            await subscriptions.apply(connection, many)

    async def send(
        self,
        method: str,
        url: str,
        body: Any = None,
        role: Role = Role.HEAD_OF_SERVICE,
        version: str = "",
    ) -> httpx.Response:
        """Call as somebody of a role."""
        headers = self.world.as_(role, now=self.clock.at)
        headers |= {"If-Match": version} if version else {}
        return await self.world.client.request(method, url, json=body, headers=headers)

    async def do(self, method: str, url: str, body: Any = None, *, version: str = "") -> Any:
        """Call as the Head of Service and be carried out."""
        answer = await self.send(method, url, body, version=version)
        assert answer.is_success, answer.text
        return answer.json()

    async def step(self, edition: str, step: str, body: Any) -> httpx.Response:
        """Take a step with a draft as it is now."""
        version = (await self.send("GET", f"{DRAFTS}/{edition}")).headers["ETag"]
        return await self.send("POST", f"{DRAFTS}/{edition}/{step}", body, version=version)

    async def drafted(self, known_at: str = "2019-12-10", year: str = "2018-19") -> str:
        """Return a draft that nothing stands in the way of, in its review."""
        made = await self.do("POST", DRAFTS, {"academic_year": year, "known_at": known_at})
        draft: str = made["edition_id"]
        await self.told_source(draft, SOURCE)
        await self.settled(draft)
        await self.took(draft, "review", {"readers": []})
        return draft

    async def told_source(self, draft: str, source: str) -> httpx.Response:
        """Tell a draft's source."""
        version = (await self.send("GET", f"{DRAFTS}/{draft}")).headers["ETag"]
        url = f"{DRAFTS}/{draft}/source"
        return await self.send("PUT", url, {"source": source}, version=version)

    async def settled(self, draft: str) -> None:
        """Accept all that is found."""
        found = await self.do("GET", f"{DRAFTS}/{draft}/findings")
        some = [{name: one[name] for name in ("finding", "digest")} for one in found]
        said = {"findings": some, "outcome": "accepted", "words": "A made-up county of two."}
        await self.took(draft, "findings", said)

    async def took(self, draft: str, step: str, body: Any) -> Any:
        """Take a step with a draft and be carried out."""
        answer = await self.step(draft, step, body)
        assert answer.is_success, answer.text
        return answer.json()

    async def published(self, known_at: str, signed_on: str) -> Any:
        """Publish an edition of the year; return its record."""
        draft = await self.drafted(known_at)
        return await self.took(draft, "signature", {"signed_on": signed_on})

    async def read(self, address: str) -> httpx.Response:
        """Read as anybody, without a token."""
        return await self.world.client.get(f"{EDITIONS}/{address}")

    async def rows(self, table: Any) -> list[Any]:
        """Return all rows of a table of reporting's."""
        async with self.world.database("reporting").reading() as connection:
            return [*(await connection.execute(select(table))).mappings()]


@asynccontextmanager
async def county_of(folder: Path) -> AsyncIterator[County]:
    """Start reporting, with forty children on the caseload, a quarter of them at risk."""
    clock = Now()
    async with world_of(EMBEDDED, folder, [SERVICE], clock) as world:
        made = County(world, clock)
        await made.told([*CASES, *AT_RISK], datetime(2018, 10, 20, 9, tzinfo=UTC))
        yield made
