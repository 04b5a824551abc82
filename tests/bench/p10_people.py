"""P10: a Monday in term and a survey's closing evening, as people meet them: p95 of each action.

Arrivals are open: nobody waits for a slow answer before the next person comes. The system is the
embedded one with the fictional county in it, and it shares the machine with those who load it.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import httpx

from libs.common.security import DemoIssuer, Role
from services.assessment.schemes.domain import scheme_on
from tests.bench.measured import Measured, Target, percentile
from tests.bench.surroundings import Surroundings

PEOPLE, ACTIONS_A_SECOND, SUBMISSIONS_A_SECOND = 100, 20.0, 20.0
DAY = date(2019, 7, 1)
ASSESSED_ON = date(2019, 6, 24)
LISTED_AT_ONCE = 1_000
MONDAYS = [date(2019, 4, 29) + timedelta(weeks=week) for week in range(9)]

Action = Callable[[], Awaitable[httpx.Response]]


@dataclass(frozen=True)
class Person:
    """A teacher: how the services know them, and their open cases."""

    headers: Mapping[str, str]
    cases: tuple[Mapping[str, Any], ...]


@dataclass
class Answers:
    """How long each kind of action took, in milliseconds, and what was refused."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)

    async def of(self, name: str, action: Action) -> None:
        """Carry one action out."""
        begun = perf_counter()
        try:
            answer = await action()
            if not answer.is_success:
                self.failed.append(f"{name}: {answer.status_code} {answer.text[:200]}")
        except httpx.HTTPError as error:
            self.failed.append(f"{name}: {type(error).__name__}")
        self.milliseconds[name].append(1000 * (perf_counter() - begun))


async def measure(around: Surroundings) -> list[Measured]:
    """Let the people work for the minutes given, first the Monday, then the evening."""
    chances = random.Random(10)
    answers = Answers()
    async with _client(around) as (client, issuer):
        people = await _people(client, issuer)
        wave, recipients = await _wave(client, issuer, around.minutes)

        async def someone() -> None:
            name, action = _monday(client, chances, chances.choice(people))
            await answers.of(name, action)

        async def somebody_else() -> None:
            recipient = recipients.pop()
            await answers.of("submit a questionnaire", _submit(client, issuer, wave, recipient))

        await _arrive(chances, ACTIONS_A_SECOND, around.minutes, someone)
        await _arrive(chances, SUBMISSIONS_A_SECOND, around.minutes, somebody_else)
    return _lines(answers)


def _lines(answers: Answers) -> list[Measured]:
    lines = [
        Measured(
            "P10",
            f"{name}, p95 of {len(taken)}",
            "ms",
            [percentile(taken, 0.95)],
            target=Target(200, "at most", "ours"),
        )
        for name, taken in sorted(answers.milliseconds.items())
    ]
    first = f", first {answers.failed[0]}" if answers.failed else ""
    none = Target(0, "at most", "ours")
    return [
        *lines,
        Measured("P10", f"actions failed{first}", "actions", [len(answers.failed)], target=none),
    ]


@asynccontextmanager
async def _client(around: Surroundings) -> AsyncIterator[tuple[httpx.AsyncClient, DemoIssuer]]:
    process = await around.county()
    limits = httpx.Limits(max_connections=PEOPLE, max_keepalive_connections=PEOPLE)
    url = f"http://127.0.0.1:{process.port}"
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=30) as client:
        yield client, DemoIssuer(around.county_folder)


async def _arrive(
    chances: random.Random, a_second: float, minutes: float, act: Callable[[], Awaitable[None]]
) -> None:
    """Begin actions at random moments, so many a second on average, whatever the last one does."""
    begun, at = perf_counter(), 0.0
    async with asyncio.TaskGroup() as group:
        while (at := at + chances.expovariate(a_second)) < 60 * minutes:
            await asyncio.sleep(max(0.0, begun + at - perf_counter()))
            group.create_task(_as_task(act))


async def _as_task(act: Callable[[], Awaitable[None]]) -> None:
    await act()


def _head(issuer: DemoIssuer) -> dict[str, str]:
    return _with_key({"Authorization": f"Bearer {issuer.token(Role.HEAD_OF_SERVICE)}"})


def _with_key(headers: Mapping[str, str]) -> dict[str, str]:
    return {**headers, "Idempotency-Key": str(uuid4())}


async def _people(client: httpx.AsyncClient, issuer: DemoIssuer) -> list[Person]:
    """Return a hundred teachers at work; where the county has fewer, some work at two desks."""
    cases = defaultdict(list)
    for case in await _open_cases(client, issuer):
        cases[case["staff_id"]].append(case)
    teachers = [
        Person(_teacher(issuer, staff_id), tuple(theirs)) for staff_id, theirs in cases.items()
    ]
    return [teachers[number % len(teachers)] for number in range(PEOPLE)]


def _teacher(issuer: DemoIssuer, staff_id: str) -> dict[str, str]:
    token = issuer.token(Role.SUPPORT_TEACHER, subject=staff_id, staff_id=UUID(staff_id))
    return {"Authorization": f"Bearer {token}"}


async def _open_cases(client: httpx.AsyncClient, issuer: DemoIssuer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await client.get(
            "/referral/v1/cases",
            params={"as_of": DAY.isoformat(), "limit": "200", **cursor},
            headers=_head(issuer),
        )
        page = answer.raise_for_status().json()
        found += [case for case in page["items"] if case["ended_on"] is None]
        if page["next"] is None:
            return found
        cursor = {"cursor": page["next"]}


def _monday(
    client: httpx.AsyncClient, chances: random.Random, person: Person
) -> tuple[str, Action]:
    """Choose what a teacher does next."""
    case = chances.choice(person.cases)
    one, many = f"/referral/v1/cases/{case['case_id']}", "/referral/v1/cases"
    headers = dict(person.headers)
    week = chances.choice(
        [day for day in MONDAYS if day.isoformat() >= case["started_on"]] or [DAY]
    )
    visits = {"planned": 2, "attended": chances.choice([1, 2]), "missed": []}
    visits["missed"] = ["child-absent"] * (2 - int(str(visits["attended"])))
    result = _result(chances, case["child_id"])
    listed = {"child_id": case["child_id"]}
    actions: dict[str, Action] = {
        "record visits": lambda: client.put(f"{one}/visits/{week}", json=visits, headers=headers),
        "record a result": lambda: client.post(
            "/assessment/v1/results", json=result, headers=_with_key(headers)
        ),
        "read a caseload": lambda: client.get(
            many, params={"as_of": DAY.isoformat()}, headers=headers
        ),
        "read a case": lambda: client.get(one, headers=headers),
        "read a child's results": lambda: client.get(
            "/assessment/v1/results", params=listed, headers=headers
        ),
    }
    name = chances.choices(list(actions), weights=(4, 2, 2, 1, 1))[0]
    return name, actions[name]


def _result(chances: random.Random, child_id: str) -> dict[str, Any]:
    scheme = scheme_on(ASSESSED_ON)
    assert scheme is not None
    return {
        "reference": str(uuid4()),
        "child_id": child_id,
        "academic_year": "2018-19",
        "term": "summer",
        "subject": chances.choice(scheme.subjects),
        "position": chances.choice(scheme.scales[0].positions).code,
        "assessed_on": ASSESSED_ON.isoformat(),
        "moderated": False,
    }


async def _wave(
    client: httpx.AsyncClient, issuer: DemoIssuer, minutes: float
) -> tuple[str, list[str]]:
    """Issue a questionnaire to twice as many as will answer; return the wave and its list."""
    draft = {
        "reference": "closing-evening",
        "audience": "agencies",
        "academic_year": "2019-20",
        "questionnaire": "agencies",
        "questionnaire_version": 1,
        "issued_on": "2019-09-10",
        "closes_on": "2019-09-30",
        "grace_days": 0,
    }
    answer = await client.post("/survey/v1/waves", json=draft, headers=_head(issuer))
    wave = answer.raise_for_status().json()["wave_id"]
    names = [f"agency-{number}" for number in range(int(120 * minutes * SUBMISSIONS_A_SECOND) + 9)]
    for start in range(0, len(names), LISTED_AT_ONCE):
        listed = [{"reference": name} for name in names[start : start + LISTED_AT_ONCE]]
        answer = await client.post(
            f"/survey/v1/waves/{wave}/recipients", json=listed, headers=_head(issuer)
        )
        answer.raise_for_status()
    version = (await client.get(f"/survey/v1/waves/{wave}", headers=_head(issuer))).headers["ETag"]
    headers = {**_head(issuer), "If-Match": version}
    (await client.post(f"/survey/v1/waves/{wave}/issue", headers=headers)).raise_for_status()
    return wave, names


def _submit(client: httpx.AsyncClient, issuer: DemoIssuer, wave: str, recipient: str) -> Action:
    body = {
        "reference": str(uuid4()),
        "recipient": recipient,
        "received_at": "2019-09-30T20:30:00+01:00",
        "channel": "online",
        "assisted_by": "none",
        "answers": [{"question": "impact", "state": "answered", "value": "good"}],
    }
    headers = _head(issuer)
    return lambda: client.post(f"/survey/v1/waves/{wave}/responses", json=body, headers=headers)
