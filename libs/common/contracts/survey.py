"""What the survey service publishes: questionnaires, deliveries and their ratings, feedback.

Answers are codes; free text never leaves the service. ``academic_year`` is the year that a wave is
about, and is always stated.
"""

from datetime import date
from typing import Literal
from uuid import UUID

from libs.common.contracts.base import Coded, Event

Audience = Literal["schools", "parents", "children", "agencies"]
AnswerState = Literal["answered", "not-answered", "not-applicable", "not-shown", "illegible"]
QuestionKind = Literal[
    "yes_no",
    "yes_notsure_no",
    "ofsted4",
    "likert5",
    "rating_1_10",
    "multi_select",
    "free_text",
]
Standing = Literal["counted", "counted-apart", "duplicate", "late", "too-few-answers"]
RespondentUnit = Literal["school", "parent", "child", "professional"]
Channel = Literal["paper", "online", "link", "open-link"]
AssistedBy = Literal["none", "teaching-assistant", "support-teacher", "parent", "other"]
Help = Literal["proxy", "scribe", "reader", "signer", "interpreter", "other"]
TrainingKind = Literal["course", "network"]
BespokeKind = Literal["assessment", "consultancy", "training"]
BespokeDelivery = Literal["bespoke-assessment", "bespoke-consultancy", "bespoke-training"]
DeliveryKind = Literal[TrainingKind, BespokeDelivery]
ComplaintOutcome = Literal["upheld", "partly-upheld", "not-upheld"]
Register = Literal["complaints", "compliments"]


class TrendQuestion(Coded):
    """A coded question of a questionnaire, and under which trend key its answers are compared.

    ``reworded`` if its wording is another than the one published before under that key: the two
    are held to be equivalent.
    """

    question: str
    kind: QuestionKind
    trend_key: str
    reworded: bool


class QuestionnairePublished(Event, publisher="survey", key="questionnaire_id"):
    """A version of a questionnaire was published: from now on it can be sent, and never changes.

    Answers of two years are compared where their questions have one trend key, whatever version
    each was asked in.
    """

    questionnaire_id: UUID
    questionnaire: str
    version: int
    audience: Audience
    published_on: date
    questions: tuple[TrendQuestion, ...]


class IssuedTo(Coded):
    """To how many of one team, area and kind of school, each of the day of issue.

    Null is what was not known of them: an agency is of none.
    """

    team_id: UUID | None
    area: str | None
    school_kind: str | None
    issued: int


class WaveIssued(Event, publisher="survey", key="wave_id"):
    """A questionnaire was sent to an audience; ``issued`` is the denominator of its return rate.

    ``issued_to`` parts that count; null where it is not known, or not told, of whom they are.
    """

    wave_id: UUID
    audience: Audience
    academic_year: str
    questionnaire: str
    questionnaire_version: int
    respondent_unit: RespondentUnit
    issued: int
    issued_on: date
    closes_on: date
    grace_days: int
    issued_to: tuple[IssuedTo, ...] | None = None


class WaveClosed(Event, publisher="survey", key="wave_id"):
    """A wave was closed: it takes no more answers."""

    wave_id: UUID
    closed_on: date


class WaveCorrected(WaveIssued, publisher="survey", key="wave_id"):
    """What was recorded of a wave that was issued was wrong: these values replace the earlier."""

    reason: str


class WaveReopened(Event, publisher="survey", key="wave_id"):
    """A wave that was closed takes answers again, for a coded reason."""

    wave_id: UUID
    reason: str


class WaveVoided(Event, publisher="survey", key="wave_id", tombstone="withdrawn"):
    """A wave was voided, with a coded reason: it counts as never sent."""

    wave_id: UUID
    reason: str


class CodedAnswer(Coded):
    """The answer to one question: its state, and its code where it was answered."""

    question: str
    state: AnswerState
    value: str | None


class ChosenAnswers(Coded):
    """Which answers were chosen to a question of which several may be."""

    question: str
    values: tuple[str, ...]


class ResponseReceived(Event, publisher="survey", key="response_id"):
    """A completed questionnaire was received. It counts if its standing is ``counted``.

    What came by an open link, on the channel ``open-link``, was issued to nobody: it is
    ``counted-apart``, and neither among those returned nor in a share.
    ``chosen`` has what was answered where several answers may be chosen; null where the version
    asks no such question. ``team_id``, ``area`` and ``school_kind`` are those of the recipient on
    the wave's day of issue; null where they are not known, or not told. ``help`` says what whoever
    assisted did: a proxy answered in their place; null where nobody helped, or it was not said.
    """

    response_id: UUID
    wave_id: UUID
    audience: Audience
    academic_year: str
    received_on: date
    channel: Channel
    assisted_by: AssistedBy
    standing: Standing
    duplicate_of: UUID | None
    answers: tuple[CodedAnswer, ...]
    chosen: tuple[ChosenAnswers, ...] | None = None
    team_id: UUID | None = None
    area: str | None = None
    school_kind: str | None = None
    help: Help | None = None


class ResponseCorrected(ResponseReceived, publisher="survey", key="response_id"):
    """A response was corrected: these values replace the earlier ones."""

    reason: str


class ResponseStandingChanged(Event, publisher="survey", key="response_id"):
    """Another response of the recipient, or the last day, was put right: this counts otherwise.

    Of several the one received first counts; those that came later are its duplicates.
    """

    response_id: UUID
    wave_id: UUID
    standing: Standing
    duplicate_of: UUID | None


class ResponseVoided(Event, publisher="survey", key="response_id", tombstone="withdrawn"):
    """A response was voided, with a coded reason: it no longer counts."""

    response_id: UUID
    wave_id: UUID
    reason: str


class TrainingDelivered(Event, publisher="survey", key="delivery_id"):
    """A training course or a SENCO network meeting took place; ``delegates`` attended."""

    delivery_id: UUID
    kind: TrainingKind
    course: str
    delivered_on: date
    delegates: int


class BespokeWorkDelivered(Event, publisher="survey", key="delivery_id"):
    """Work that a school bought was delivered."""

    delivery_id: UUID
    kind: BespokeKind
    delivered_on: date


class DeliveryCorrected(Event, publisher="survey", key="delivery_id"):
    """A course, meeting or piece of work was corrected: these values replace the earlier ones.

    ``course`` and ``delegates`` are null for bespoke work.
    """

    delivery_id: UUID
    kind: DeliveryKind
    course: str | None
    delivered_on: date
    delegates: int | None
    reason: str


class DeliveryVoided(Event, publisher="survey", key="delivery_id", tombstone="withdrawn"):
    """A delivery was voided, with a coded reason: it counts nowhere, nor do its rating forms."""

    delivery_id: UUID
    reason: str


class RatingReceived(Event, publisher="survey", key="delivery_id"):
    """One rating form for a delivery: content and methods from 1 to 10, null if not answered."""

    delivery_id: UUID
    rating_id: UUID
    content: int | None
    methods: int | None


class RatingCorrected(RatingReceived, publisher="survey", key="delivery_id"):
    """The marks of a rating form were corrected: these replace the earlier ones."""

    reason: str


class RatingVoided(Event, publisher="survey", key="delivery_id"):
    """A rating form was voided, with a coded reason: it no longer counts."""

    delivery_id: UUID
    rating_id: UUID
    reason: str


class ComplaintReceived(Event, publisher="survey", key="complaint_id"):
    """A complaint was received; ``formal`` if it is in the council's complaints procedure."""

    complaint_id: UUID
    received_on: date
    formal: bool


class ComplaintClosed(Event, publisher="survey", key="complaint_id"):
    """A complaint was closed, with its outcome."""

    complaint_id: UUID
    closed_on: date
    outcome: ComplaintOutcome


class ComplaintCorrected(Event, publisher="survey", key="complaint_id"):
    """A complaint was corrected: these values replace the earlier ones.

    ``closed_on`` and ``outcome`` are null while it is open.
    """

    complaint_id: UUID
    received_on: date
    formal: bool
    closed_on: date | None
    outcome: ComplaintOutcome | None
    reason: str


class ComplaintVoided(Event, publisher="survey", key="complaint_id", tombstone="withdrawn"):
    """A complaint was voided, with a coded reason: it no longer counts."""

    complaint_id: UUID
    reason: str


class ComplimentReceived(Event, publisher="survey", key="compliment_id"):
    """A compliment was received, outside the questionnaires."""

    compliment_id: UUID
    received_on: date
    source: Audience


class ComplimentCorrected(ComplimentReceived, publisher="survey", key="compliment_id"):
    """A compliment was corrected: these values replace the earlier ones."""

    reason: str


class ComplimentVoided(Event, publisher="survey", key="compliment_id", tombstone="withdrawn"):
    """A compliment was voided, with a coded reason: it no longer counts."""

    compliment_id: UUID
    reason: str


class RegisterChecked(Event, publisher="survey", key="check_id"):
    """Somebody checked a register for a month and confirmed that it is complete."""

    check_id: UUID
    kind: Register
    month: str
    checked_on: date


class RegisterCheckVoided(Event, publisher="survey", key="check_id", tombstone="withdrawn"):
    """A register's check no longer holds: it was voided, or the month's entries changed after it.

    ``reason`` is ``register-changed`` in the second case; the month asks for another check.
    """

    check_id: UUID
    kind: Register
    month: str
    reason: str
