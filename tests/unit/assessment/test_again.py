"""Results, judgements, dialogues: recorded once, never changed by saying it again otherwise."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from libs.common.core.errors import Conflict
from libs.common.core.fields import Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.uow import UnitOfWork, Units
from services.assessment.quality.commands import (
    AlreadyHeld,
    AlreadyJudged,
    HoldQualityDialogue,
    JudgeTeaching,
    hold_quality_dialogue,
    judge_teaching,
)
from services.assessment.results.commands import AnotherResult, RecordResult, record_result
from tests.journeys.casework import call
from tests.unit.assessment.conftest import RESULT, STAFF, TEAM, area
from tests.unit.assessment.made import ANOTHER, know
from tests.unit.refused import refused
from tests.worlds import World, request_context

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
    ("results", RESULT, {"child_id": str(ANOTHER)}),
    ("results", RESULT, {"academic_year": "2017-18", "assessed_on": "2018-06-17"}),
    ("results", RESULT, {"term": "spring"}),
    ("results", RESULT, {"subject": "writing"}),
    ("results", RESULT, {"position": "Y1.1"}),
    ("results", RESULT, {"assessed_on": "2019-06-18"}),
    ("results", RESULT, {"moderated": False}),
]


Recording = Callable[[UnitOfWork, Any], Awaitable[tuple[object, CommandOutcome]]]
COMMANDS: dict[str, tuple[type[Strict], Recording, type[Conflict]]] = {
    "teaching-judgements": (JudgeTeaching, judge_teaching, AlreadyJudged),
    "quality-dialogues": (HoldQualityDialogue, hold_quality_dialogue, AlreadyHeld),
    "results": (RecordResult, record_result, AnotherResult),
}


@pytest.mark.parametrize(
    ("what", "said", "other"), OTHERWISE, ids=[str(one[2]) for one in OTHERWISE]
)
async def test_what_is_said_again_otherwise_is_refused_by_name(
    units: Units, what: str, said: dict[str, Any], other: dict[str, Any]
) -> None:
    command, record, refusal = COMMANDS[what]

    async def recorded(said: dict[str, Any]) -> tuple[str, UUID | None, int]:
        async with units.work(request_context()) as uow:
            _, done = await record(uow, command.model_validate(said))
            return done.outcome, done.id, uow.emitted

    await know(units)
    outcome, id_, _ = await recorded(said)
    assert outcome == "created"
    with refused(refusal, *(f"/{name}" for name in other)):
        await recorded(said | other)
    assert await recorded(said) == ("unchanged", id_, 0)


@pytest.mark.parametrize(
    ("what", "said", "other"),
    [
        ("teaching-judgements", JUDGEMENT, {"judgement": "outstanding"}),
        ("quality-dialogues", DIALOGUE, {"held_on": "2019-11-06"}),
        ("results", RESULT, {"position": "Y1.1"}),
    ],
    ids=["judgement", "dialogue", "result"],
)
async def test_the_same_again_is_answered_the_same_and_another_is_refused(
    taught: World, what: str, said: dict[str, Any], other: dict[str, Any]
) -> None:
    url = f"/assessment/v1/{what}"
    first = await call(taught, "POST", url, said, headers=area(taught))
    assert first.status_code == 201, first.text
    made = await call(taught, "GET", first.headers["Location"], headers=area(taught))
    assert first.json().items() <= made.json().items()
    again = await call(taught, "POST", url, said, headers=area(taught))
    assert (again.status_code, again.json()) == (200, first.json())
    another = await call(taught, "POST", url, said | other, headers=area(taught))
    assert another.status_code == 409, another.text
    assert [fault["pointer"] for fault in another.json()["errors"]] == [f"/{one}" for one in other]


def test_every_field_has_its_row() -> None:
    """But for the natural key, a teacher's or a team's year, or a reference: it is another's."""
    year = "academic_year"
    keys = {
        "teaching-judgements": {"staff_id", year},
        "quality-dialogues": {"team_id", year},
        "results": {"reference"},
    }
    tried = {(what, name) for what, _, other in OTHERWISE for name in other}
    assert tried == {
        (what, name)
        for what, command in (
            ("teaching-judgements", JudgeTeaching),
            ("quality-dialogues", HoldQualityDialogue),
            ("results", RecordResult),
        )
        for name in command.model_fields
        if name not in keys[what]
    }
