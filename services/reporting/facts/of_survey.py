"""Facts of survey: waves, responses, deliveries, ratings and feedback."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Integer, String, Text, Uuid

from libs.common.contracts import survey as events
from libs.common.contracts.base import Recorded
from services.reporting.facts.subscribed import fills, learn, withdraws
from services.reporting.facts.versions import CODE, fact

Rows = Iterable[dict[str, Any]]

BESPOKE = 50
"""The room a code may take with the word that says of what it is."""

wave = fact(
    "wave",
    Column("wave_id", Uuid, primary_key=True),
    Column("audience", String(CODE)),
    Column("academic_year", String(7)),
    Column("questionnaire", String(40)),
    Column("version", Integer),
    Column("unit", String(CODE)),
    Column("issued", Integer),
    Column("issued_on", Date),
    Column("closes_on", Date),
    Column("closed_on", Date),
    Column("issued_to", JSON(none_as_null=True)),
)
learn(events.WaveClosed, wave)


@fills(events.WaveIssued, wave)
def wave_issued(e: Recorded[events.WaveIssued]) -> Rows:
    """A questionnaire that was sent, and to how many of each team, area and kind of school."""
    return _sent(e.event)


@fills(events.WaveCorrected, wave)
def wave_corrected(e: Recorded[events.WaveCorrected]) -> Rows:
    """A questionnaire as it was sent in truth."""
    return _sent(e.event)


def _sent(wave: events.WaveIssued) -> Rows:
    parts = None if wave.issued_to is None else [_part(one) for one in wave.issued_to]
    said = {"version": wave.questionnaire_version, "unit": wave.respondent_unit}
    yield {**said, "issued_to": parts}


def _part(one: events.IssuedTo) -> dict[str, Any]:
    team = None if one.team_id is None else str(one.team_id)
    held = {"team_id": team, "area": one.area, "school_kind": one.school_kind}
    return {**held, "issued": one.issued}


@fills(events.WaveReopened, wave)
def wave_reopened(_: Recorded[events.WaveReopened]) -> Rows:
    """A wave that is not closed after all."""
    yield {"closed_on": None}


question = fact(
    "question",
    Column("questionnaire_id", Uuid, primary_key=True),
    Column("question", String(40), primary_key=True),
    Column("questionnaire", String(40)),
    Column("version", Integer),
    Column("audience", String(CODE)),
    Column("trend_key", String(CODE)),
    Column("reworded", Boolean),
)


@fills(events.QuestionnairePublished, question)
def questionnaire_published(e: Recorded[events.QuestionnairePublished]) -> Rows:
    """Every coded question, with the trend that it belongs to."""
    for one in e.event.questions:
        yield {
            "questionnaire_id": e.event.questionnaire_id,
            "question": one.question,
            "questionnaire": e.event.questionnaire,
            "version": e.event.version,
            "audience": e.event.audience,
            "trend_key": one.trend_key,
            "reworded": one.reworded,
        }


response = fact(
    "response",
    Column("response_id", Uuid, primary_key=True),
    Column("wave_id", Uuid, nullable=False),
    Column("audience", String(CODE)),
    Column("academic_year", String(7), index=True),
    Column("received_on", Date),
    Column("channel", String(CODE)),
    Column("assisted_by", String(CODE)),
    Column("standing", String(CODE)),
    Column("team_id", Uuid),
    Column("area", Text),
    Column("school_kind", String(CODE)),
    Column("help", String(CODE)),
)
learn(events.ResponseReceived, response)
learn(events.ResponseCorrected, response)
learn(events.ResponseStandingChanged, response)


answer = fact(
    "answer",
    Column("response_id", Uuid, primary_key=True),
    Column("question", String(40), primary_key=True),
    Column("academic_year", String(7), index=True),  # its response's
    Column("state", String(CODE), nullable=False),
    Column("value", String(40)),
)


@fills(events.ResponseReceived, answer)
def answers_received(e: Recorded[events.ResponseReceived]) -> Rows:
    """Every question's answer."""
    return _answers(e)


@fills(events.ResponseCorrected, answer)
def answers_corrected(e: Recorded[events.ResponseCorrected]) -> Rows:
    """Every question's answer, as it was in truth."""
    return _answers(e)


def _answers(e: Recorded[Any]) -> Rows:
    for one in e.event.answers:
        yield {
            "response_id": e.event.response_id,
            "question": one.question,
            "academic_year": e.event.academic_year,
            "state": one.state,
            "value": one.value,
        }


delivery = fact(
    "delivery",
    Column("delivery_id", Uuid, primary_key=True),
    Column("kind", String(BESPOKE)),
    Column("course", String(40)),
    Column("delivered_on", Date, index=True),
    Column("delegates", Integer),
)
learn(events.TrainingDelivered, delivery)


@fills(events.DeliveryCorrected, delivery)
def delivery_corrected(e: Recorded[events.DeliveryCorrected]) -> Rows:
    """A delivery as it was in truth."""
    yield {"delegates": e.event.delegates or 0}


@fills(events.BespokeWorkDelivered, delivery)
def bespoke_work_delivered(e: Recorded[events.BespokeWorkDelivered]) -> Rows:
    """A piece of work that a school bought."""
    yield {
        "delivery_id": e.event.delivery_id,
        "kind": f"bespoke-{e.event.kind}",
        "course": None,
        "delivered_on": e.event.delivered_on,
        "delegates": 0,
    }


rating = fact(
    "rating",
    Column("rating_id", Uuid, primary_key=True),
    Column("delivery_id", Uuid, nullable=False, index=True),
    Column("content", Integer),
    Column("methods", Integer),
)
learn(events.RatingReceived, rating)
learn(events.RatingCorrected, rating)

complaint = fact(
    "complaint",
    Column("complaint_id", Uuid, primary_key=True),
    Column("received_on", Date),
    Column("formal", Boolean),
    Column("closed_on", Date),
    Column("outcome", String(CODE)),
)
learn(events.ComplaintReceived, complaint)
learn(events.ComplaintCorrected, complaint)
learn(events.ComplaintClosed, complaint)

compliment = fact(
    "compliment",
    Column("compliment_id", Uuid, primary_key=True),
    Column("received_on", Date),
    Column("source", String(CODE)),
)
learn(events.ComplimentReceived, compliment)
learn(events.ComplimentCorrected, compliment)

register_check = fact(
    "register_check",
    Column("check_id", Uuid, primary_key=True),
    Column("kind", String(CODE), nullable=False),
    Column("month", String(7), nullable=False),
    Column("checked_on", Date),
)
learn(events.RegisterChecked, register_check)

# What was withdrawn counts nowhere. What a response answered stays beside it.
for withdrawn, table in (
    (events.WaveVoided, wave),
    (events.ResponseVoided, response),
    (events.DeliveryVoided, delivery),
    (events.RatingVoided, rating),
    (events.ComplaintVoided, complaint),
    (events.ComplimentVoided, compliment),
    (events.RegisterCheckVoided, register_check),
):
    withdraws(withdrawn, table)
