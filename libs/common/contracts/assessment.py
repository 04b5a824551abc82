"""What the assessment service publishes: results, criteria, teaching judgements and dialogues.

``academic_year`` names the year that the record is *about* ("2018-19"); it is always stated, and
never derived from a day. Values on a scale are whole tenths.
"""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Coded, Event

Subject = Literal["reading", "writing", "mathematics"]
Term = Literal["autumn", "spring", "summer"]
Grade = Literal["outstanding", "good", "requires-improvement", "inadequate"]
ProgressGrade = Literal["below", "approaching", "expected", "good", "outstanding"]
EvidenceKind = Literal["observation", "pupil-tracking", "work-scrutiny", "pupil-discussion"]
KeyAreaStatus = Literal["open", "partly-achieved", "achieved"]


class AssessmentRecorded(Event, publisher="assessment", key="assessment_id"):
    """A child's position in a subject at an assessment point was recorded.

    ``value_tenths`` is the position's value on its scale in tenths (P6 is 60, Y2.3 is 90), or
    null on an ordinal scale, on which no progress is computed.
    """

    assessment_id: UUID
    child_id: UUID
    academic_year: str
    term: Term
    subject: Subject
    scheme: str
    scheme_version: int
    scale: str
    position: str
    value_tenths: int | None
    assessed_on: date
    moderated: bool


class AssessmentCorrected(Event, publisher="assessment", key="assessment_id"):
    """A result was corrected: these values replace the earlier ones."""

    assessment_id: UUID
    child_id: UUID
    academic_year: str
    term: Term
    subject: Subject
    scheme: str
    scheme_version: int
    scale: str
    position: str
    value_tenths: int | None
    assessed_on: date
    moderated: bool


class AssessmentVoided(Event, publisher="assessment", key="assessment_id", tombstone="withdrawn"):
    """A result was voided: it no longer counts, and stays in the history."""

    assessment_id: UUID
    child_id: UUID
    reason: str


class ProgressThreshold(Coded):
    """The lowest gain, in tenths, for a grade; that gain itself has the grade."""

    scale: str
    grade: ProgressGrade
    at_least_tenths: int


class CohortThreshold(Coded):
    """The lowest shares, in whole per cent of the pupils judged, for an outcome."""

    outcome: Grade
    expected_or_better: int
    good_or_better: int


class CriteriaAdopted(Event, publisher="assessment", key="criteria_id"):
    """The Head of Service and the Link Adviser agreed how progress is judged for a year.

    ``adopted_on`` is the day of the proposal, ``signed_on`` the day of the second signature; null
    where it is not known.
    """

    criteria_id: UUID
    academic_year: str
    version: int
    progress: tuple[ProgressThreshold, ...]
    cohort: tuple[CohortThreshold, ...]
    minimum_months: int
    minimum_terms_on_caseload: int
    minimum_judged: int
    adopted_on: date
    signed_on: date | None = None


class TeachingJudged(Event, publisher="assessment", key="judgement_id"):
    """A teacher's teaching, learning and assessment in a year was given an overall judgement.

    ``evidence`` lists the kinds of evidence; all four are expected.
    """

    judgement_id: UUID
    staff_id: UUID
    academic_year: str
    judgement: Grade
    evidence: tuple[EvidenceKind, ...]
    judged_on: date


class TeachingJudgementCorrected(TeachingJudged, publisher="assessment", key="judgement_id"):
    """A teacher's judgement was corrected: these values replace the earlier ones."""

    reason: str


class TeachingJudgementVoided(
    Event, publisher="assessment", key="judgement_id", tombstone="withdrawn"
):
    """A teacher's judgement was voided, with a coded reason: it no longer counts."""

    judgement_id: UUID
    staff_id: UUID
    academic_year: str
    reason: str


class KeyArea(Coded):
    """A key area for improvement of a team, by its code, and how far it was achieved."""

    code: str
    status: KeyAreaStatus


class QualityDialogueHeld(Event, publisher="assessment", key="dialogue_id"):
    """A team and the link adviser discussed a year, often in the autumn after it."""

    dialogue_id: UUID
    team_id: UUID
    academic_year: str
    held_on: date
    key_areas: tuple[KeyArea, ...]


class QualityDialogueCorrected(QualityDialogueHeld, publisher="assessment", key="dialogue_id"):
    """A team's dialogue was corrected: these values replace the earlier ones."""

    reason: str


class QualityDialogueVoided(
    Event, publisher="assessment", key="dialogue_id", tombstone="withdrawn"
):
    """A team's dialogue was voided, with a coded reason: it no longer counts."""

    dialogue_id: UUID
    team_id: UUID
    academic_year: str
    reason: str


class AssessmentWindowsSet(Event, publisher="assessment", key="windows_id"):
    """The county set until when the results of each term of a year are taken.

    Autumn begins with the year, spring and summer on the day after the window before them.
    """

    windows_id: UUID
    academic_year: str
    autumn_to: date
    spring_to: date
    summer_to: date
