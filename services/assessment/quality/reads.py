"""Teaching judgements and quality dialogues, as they are listed, found and shown."""

from typing import Final

from libs.common.contracts.assessment import Grade
from libs.common.core.fields import Code, YearLabel
from libs.common.http.requests import router
from libs.common.reading import Key, Listing, add_reads, equal, in_address
from services.assessment.quality.api import DIALOGUE, JUDGEMENT
from services.assessment.quality.domain import QualityDialogue, TeachingJudgement
from services.assessment.queries import by_staff, by_team

routes = router()

_JUDGED: Final = by_staff(TeachingJudgement.staff_id)
JUDGEMENTS: Final = Listing(
    things="teaching-judgements",
    one="judgement",
    kind=TeachingJudgement,
    view=JUDGEMENT.view,
    views=JUDGEMENT.views,
    permission="teaching.read",
    tag="quality",
    summary="List judgements of teaching.",
    keys=[
        Key(
            "by-staff/{academic_year}/{staff:path}",
            {
                "staff": in_address(_JUDGED),
                "academic_year": (TeachingJudgement.academic_year, YearLabel),
            },
        )
    ],
    filters={
        "staff": _JUDGED,
        "academic_year": equal(TeachingJudgement.academic_year, YearLabel),
        "judgement": equal(TeachingJudgement.judgement, Grade),
    },
    days={"judged_on": TeachingJudgement.judged_on},
    sorts={
        "academic_year": TeachingJudgement.academic_year,
        "judged_on": TeachingJudgement.judged_on,
    },
)
add_reads(routes, JUDGEMENTS)

_TEAM: Final = by_team(QualityDialogue.team_id)
DIALOGUES: Final = Listing(
    things="quality-dialogues",
    one="dialogue",
    kind=QualityDialogue,
    view=DIALOGUE.view,
    views=DIALOGUE.views,
    permission="dialogue.read",
    tag="quality",
    summary="List quality dialogues.",
    keys=[
        Key(
            "by-team/{academic_year}/{team}",
            {
                "team": in_address(_TEAM, Code),
                "academic_year": (QualityDialogue.academic_year, YearLabel),
            },
        )
    ],
    filters={"team": _TEAM, "academic_year": equal(QualityDialogue.academic_year, YearLabel)},
    days={"held_on": QualityDialogue.held_on},
    sorts={"academic_year": QualityDialogue.academic_year, "held_on": QualityDialogue.held_on},
)
add_reads(routes, DIALOGUES)
