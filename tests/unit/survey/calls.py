"""The survey service alone over HTTP: what the tests of its aggregates call and look up."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from libs.common.contracts.base import Event, Recorded
from libs.common.contracts.referral import (
    ChildRegistered,
    SupportStarted,
    TeacherAllocated,
)
from libs.common.persistence import tables
from libs.common.security import Role
from services.survey.reactions import subscriptions
from services.survey.service import KINDS
from services.survey.waves.domain import Recipient
from tests.imports import checked_apart
from tests.imports import imported as sent
from tests.worlds import World

BY_NAME = {kind.kind: kind for kind in KINDS}
DAY = date(2019, 5, 1)


async def post(
    world: World, path: str, body: Any = None, role: Role = Role.HEAD_OF_SERVICE, **more: Any
) -> httpx.Response:
    """Post to the service as somebody, with If-Match where there is a ``version``."""
    version = more.pop("version", None)
    headers = world.as_(role, **more) | ({"If-Match": version} if version else {})
    if body is None:
        return await world.client.post(f"/survey/v1{path}", headers=headers)
    return await world.client.post(f"/survey/v1{path}", json=body, headers=headers)


async def get(
    world: World, path: str, role: Role = Role.HEAD_OF_SERVICE, **claims: Any
) -> httpx.Response:
    """Get from the service as somebody."""
    return await world.client.get(f"/survey/v1{path}", headers=world.as_(role, **claims))


async def imported(world: World, kind: str, *rows: dict[str, Any]) -> dict[str, Any]:
    """Import rows and return the report; a check of as few at once as may be said the same."""
    body = "\n".join(map(json.dumps, rows))
    foreseen = await checked_apart(world, "survey", BY_NAME[kind], body)
    report = await sent(world, f"survey/{kind}", list(rows))
    assert foreseen == [(one["outcome"], one["code"]) for one in report["outcomes"]]
    return report


async def handle(world: World, *events: Event) -> None:
    """Have the service handle events."""
    recorded: list[Recorded[Any]] = [
        Recorded(event, uuid4(), 1, datetime(2019, 5, 1, tzinfo=UTC), 0) for event in events
    ]
    async with world.database("survey").writing() as connection:
        await subscriptions.apply(connection, recorded)


async def events_of(world: World, name: str) -> list[dict[str, Any]]:
    """Return what was published of one event, in order."""
    async with world.database("survey").reading() as connection:
        query = select(tables.event).order_by(tables.event.c.position)
        rows = (await connection.execute(query)).all()
    return [json.loads(row.data) for row in rows if row.type == f"uk.sssen.survey.{name}.v1"]


async def recipient_rows(world: World) -> Sequence[Any]:
    """Return what is kept of every recipient."""
    async with world.database("survey").reading() as connection:
        columns = (Recipient.reference, Recipient.address, Recipient.cancelled_on)
        return (await connection.execute(select(*columns).order_by(Recipient.reference))).all()


def a_wave(audience: str = "children", **other: Any) -> dict[str, Any]:
    """Return a wave to be drafted."""
    return {
        "reference": f"W-{audience}",
        "audience": audience,
        "academic_year": "2018-19",
        "questionnaire": audience,
        "questionnaire_version": 1,
        "issued_on": "2019-05-14",
        "closes_on": "2019-06-28",
        "grace_days": 0,
        **other,
    }


def a_response(reference: str, recipient: str, *answers: str, **other: Any) -> dict[str, Any]:
    """Return a response; each answer is to the next question."""
    questions = ("better_at_work", "helps_class_work")
    return {
        "reference": reference,
        "recipient": recipient,
        "received_at": "2019-06-28T23:59:59+01:00",
        "channel": "paper",
        "assisted_by": "support-teacher",
        "answers": [
            {"question": question, "state": "answered", "value": value}
            for question, value in zip(questions, answers, strict=False)
        ],
        **other,
    }


def registered(child_id: UUID) -> ChildRegistered:
    """Return that a child was registered."""
    return ChildRegistered(
        child_id=child_id, school_id=uuid4(), year_group="3", sex="U", registered_on=DAY
    )


def a_case(child_id: UUID, staff_id: UUID, team_id: UUID) -> tuple[UUID, list[Event]]:
    """Return a case's id, and that support started and a teacher was allocated."""
    case_id = uuid4()
    started = SupportStarted(
        case_id=case_id,
        child_id=child_id,
        referral_id=uuid4(),
        school_id=uuid4(),
        plan_id=uuid4(),
        plan_type="EHC",
        started_on=DAY,
    )
    allocated = TeacherAllocated(
        case_id=case_id, child_id=child_id, staff_id=staff_id, team_id=team_id, allocated_on=DAY
    )
    return case_id, [started, allocated]


async def issued_wave(world: World, children: Sequence[UUID], **wave: Any) -> str:
    """Draft and issue a wave to children, whose references are C0, C1, …; return its path."""
    await handle(world, *map(registered, children))
    drafted = await post(world, "/waves", a_wave(**wave))
    assert drafted.status_code == 201, drafted.text
    path = f"/waves/{drafted.json()['wave_id']}"
    listed = await post(
        world,
        f"{path}/recipients",
        [{"reference": f"C{n}", "child_id": str(id_)} for n, id_ in enumerate(children)],
    )
    assert listed.status_code == 200, listed.text
    version = (await get(world, path)).headers["ETag"]
    issued = await post(world, f"{path}/issue", version=version)
    assert issued.status_code == 200, issued.text
    return path
