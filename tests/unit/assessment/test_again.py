"""Results, judgements, dialogues: recorded once, never changed by saying it again otherwise."""

from typing import Any
from uuid import uuid4

import pytest

from libs.common.contracts.referral import TeacherAllocated
from services.assessment.quality.commands import HoldQualityDialogue, JudgeTeaching
from services.assessment.results.commands import RecordResult
from tests.journeys.casework import call
from tests.unit.assessment.conftest import ANOTHER, DAY, RESULT, STAFF, TEAM, area, handle
from tests.worlds import World

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


@pytest.mark.parametrize(
    ("what", "said", "other"), OTHERWISE, ids=[str(one[2]) for one in OTHERWISE]
)
async def test_what_is_said_again_otherwise_is_refused_by_name(
    taught: World, what: str, said: dict[str, Any], other: dict[str, Any]
) -> None:
    url = f"/assessment/v1/{what}"
    await handle(
        taught,
        TeacherAllocated(
            case_id=uuid4(), child_id=ANOTHER, staff_id=STAFF, team_id=TEAM, allocated_on=DAY
        ),
    )
    first = await call(taught, "POST", url, said, headers=area(taught))
    assert first.status_code == 201, first.text
    again = await call(taught, "POST", url, said, headers=area(taught))
    assert (again.status_code, again.json()) == (201, first.json())
    refused = await call(taught, "POST", url, said | other, headers=area(taught))
    assert refused.status_code == 409, refused.text
    assert {fault["pointer"] for fault in refused.json()["errors"]} == {f"/{one}" for one in other}


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
