"""Judgements and dialogues: recorded once, and never changed by saying it again otherwise."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from libs.common.events.base import Event, Recorded
from libs.common.events.referral import StaffAppointed, TeamFormed
from services.assessment.commands.quality import HoldQualityDialogue, JudgeTeaching
from services.assessment.reactions import subscriptions
from tests.journeys.casework import call
from tests.worlds import World

DAY = date(2018, 9, 3)
TEAM, STAFF = UUID(int=1), UUID(int=2)
JUDGEMENT = {
    "staff_id": str(STAFF),
    "academic_year": "2018-19",
    "judgement": "good",
    "evidence": ["observation"],
    "judged_on": "2019-07-01",
}
DIALOGUE = {
    "team_id": str(TEAM),
    "academic_year": "2018-19",
    "held_on": "2019-11-05",
    "key_areas": [{"code": "K1", "status": "achieved"}],
}
OTHERWISE: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("teaching-judgements", JUDGEMENT, {"judgement": "outstanding"}),
    ("teaching-judgements", JUDGEMENT, {"evidence": ["work-scrutiny"]}),
    ("teaching-judgements", JUDGEMENT, {"judged_on": "2019-07-02"}),
    ("quality-dialogues", DIALOGUE, {"held_on": "2019-11-06"}),
    ("quality-dialogues", DIALOGUE, {"key_areas": [{"code": "K1", "status": "open"}]}),
    ("quality-dialogues", DIALOGUE, {"key_areas": [{"code": "K2", "status": "achieved"}]}),
]


async def _hear(world: World, *events: Event) -> None:
    heard: list[Recorded[Any]] = [
        Recorded(event, uuid4(), 1, datetime(2018, 9, 3, tzinfo=UTC)) for event in events
    ]
    async with world.database("assessment").writing() as connection:
        await subscriptions.apply(connection, heard)


@pytest.mark.parametrize(
    ("what", "said", "other"), OTHERWISE, ids=[str(one[2]) for one in OTHERWISE]
)
async def test_what_is_said_again_otherwise_is_refused(
    assessment: World, what: str, said: dict[str, Any], other: dict[str, Any]
) -> None:
    await _hear(
        assessment,
        TeamFormed(team_id=TEAM, code="T1", area="A", formed_on=DAY),
        StaffAppointed(
            staff_id=STAFF,
            post="specialist-teacher",
            team_id=TEAM,
            fte_hundredths=100,
            appointed_on=DAY,
        ),
    )
    url = f"/assessment/v1/{what}"
    first = await call(assessment, "POST", url, said)
    assert first.status_code == 201, first.text
    again = await call(assessment, "POST", url, said)
    assert (again.status_code, again.json()) == (201, first.json())
    refused = await call(assessment, "POST", url, said | other)
    assert refused.status_code == 409, refused.text


def test_every_field_of_a_judgement_and_a_dialogue_has_its_row() -> None:
    """But for the natural key, a teacher's or a team's year: of another it is another."""
    keys = {"staff_id", "team_id", "academic_year"}
    tried = {(what, name) for what, _, other in OTHERWISE for name in other}
    assert tried == {
        (what, name)
        for what, command in (
            ("teaching-judgements", JudgeTeaching),
            ("quality-dialogues", HoldQualityDialogue),
        )
        for name in command.model_fields
        if name not in keys
    }
