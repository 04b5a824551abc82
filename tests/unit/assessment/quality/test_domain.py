"""What a judgement of teaching and a quality dialogue tell of."""

from datetime import date
from uuid import UUID

from libs.common.contracts.assessment import KeyArea, QualityDialogueHeld, TeachingJudged
from services.assessment.quality.domain import QualityDialogue, TeachingJudgement
from tests.unit.assessment.made import STAFF, TEAM

ID = UUID(int=21)


def test_a_judgement_is_of_one_teachers_year() -> None:
    on = date(2019, 7, 1)
    judgement = TeachingJudgement(
        id=ID,
        staff_id=STAFF,
        academic_year="2018-19",
        judgement="good",
        evidence=["observation"],
        judged_on=on,
    )
    assert judgement.judge("good", ("observation",)) == TeachingJudged(
        judgement_id=ID,
        staff_id=STAFF,
        academic_year="2018-19",
        judgement="good",
        evidence=("observation",),
        judged_on=on,
    )


def test_a_dialogue_is_about_its_year_whenever_it_was_held() -> None:
    on, area = date(2019, 11, 5), KeyArea(code="K1", status="achieved")
    dialogue = QualityDialogue(
        id=ID,
        team_id=TEAM,
        academic_year="2018-19",
        held_on=on,
        key_areas=[area.model_dump()],
    )
    assert dialogue.hold((area,)) == QualityDialogueHeld(
        dialogue_id=ID, team_id=TEAM, academic_year="2018-19", held_on=on, key_areas=(area,)
    )
