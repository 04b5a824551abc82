"""Facts from survey's events: waves, responses, deliveries, ratings and feedback."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.contracts import survey as events
from libs.common.contracts.base import Recorded
from libs.common.persistence.db import upsert
from services.reporting import facts
from services.reporting.projections.subscribed import subscriptions


@subscriptions.on(events.WaveIssued)
async def wave_issued(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.WaveIssued]]
) -> None:
    """A questionnaire sent: which, and to how many."""
    rows = [
        {
            "wave_id": e.event.wave_id,
            "audience": e.event.audience,
            "academic_year": e.event.academic_year,
            "questionnaire": e.event.questionnaire,
            "version": e.event.questionnaire_version,
            "issued": e.event.issued,
        }
        for e in recorded
    ]
    await upsert(connection, facts.wave, rows)


@subscriptions.on(events.ResponseReceived)
async def response_received(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.ResponseReceived]]
) -> None:
    """A response, and every question's answer."""
    responses = [
        {
            "response_id": e.event.response_id,
            "audience": e.event.audience,
            "academic_year": e.event.academic_year,
            "standing": e.event.standing,
            "void": False,
        }
        for e in recorded
    ]
    answers = [
        {"response_id": e.event.response_id, **answer.model_dump()}
        for e in recorded
        for answer in e.event.answers
    ]
    await upsert(connection, facts.response, responses)
    await upsert(connection, facts.answer, answers)


@subscriptions.on(events.ResponseVoided)
async def response_voided(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.ResponseVoided]]
) -> None:
    """A response that counts nowhere."""
    rows = [{"response_id": e.event.response_id, "void": True} for e in recorded]
    await upsert(connection, facts.response, rows)


@subscriptions.on(events.TrainingDelivered)
async def training_delivered(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.TrainingDelivered]]
) -> None:
    """A course or network meeting."""
    rows = [
        {
            "delivery_id": e.event.delivery_id,
            "kind": e.event.kind,
            "course": e.event.course,
            "delivered_on": e.event.delivered_on,
            "delegates": e.event.delegates,
        }
        for e in recorded
    ]
    await upsert(connection, facts.delivery, rows)


@subscriptions.on(events.BespokeWorkDelivered)
async def bespoke_work_delivered(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.BespokeWorkDelivered]]
) -> None:
    """A piece of work that a school bought."""
    rows = [
        {
            "delivery_id": e.event.delivery_id,
            "kind": f"bespoke-{e.event.kind}",
            "course": None,
            "delivered_on": e.event.delivered_on,
            "delegates": 0,
        }
        for e in recorded
    ]
    await upsert(connection, facts.delivery, rows)


@subscriptions.on(events.RatingReceived)
async def rating_received(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.RatingReceived]]
) -> None:
    """A rating form."""
    rows = [
        {
            "rating_id": e.event.rating_id,
            "delivery_id": e.event.delivery_id,
            "content": e.event.content,
            "methods": e.event.methods,
        }
        for e in recorded
    ]
    await upsert(connection, facts.rating, rows)


@subscriptions.on(events.ComplaintReceived)
async def complaint_received(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.ComplaintReceived]]
) -> None:
    """A complaint, formal or not."""
    rows = [
        {
            "complaint_id": e.event.complaint_id,
            "received_on": e.event.received_on,
            "formal": e.event.formal,
        }
        for e in recorded
    ]
    await upsert(connection, facts.complaint, rows)


@subscriptions.on(events.ComplimentReceived)
async def compliment_received(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.ComplimentReceived]]
) -> None:
    """A compliment."""
    rows = [
        {"compliment_id": e.event.compliment_id, "received_on": e.event.received_on}
        for e in recorded
    ]
    await upsert(connection, facts.compliment, rows)


@subscriptions.on(events.RegisterChecked)
async def register_checked(
    connection: AsyncConnection, recorded: Sequence[Recorded[events.RegisterChecked]]
) -> None:
    """A month of a register that somebody vouches for."""
    rows = [
        {"check_id": e.event.check_id, "kind": e.event.kind, "month": e.event.month}
        for e in recorded
    ]
    await upsert(connection, facts.register_check, rows)
