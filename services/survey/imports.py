"""What the survey service takes in bulk: the single calls' functions, a row a call."""

from collections.abc import Sequence
from typing import Any, Final

from libs.common.imports import Done, ImportKind, imports_router, named_by
from libs.common.persistence.uow import UnitOfWork
from services.survey.commands import deliveries, feedback, recipients, responses, waves
from services.survey.domain import (
    AnswerText,
    Complaint,
    Compliment,
    Delivery,
    Rating,
    Recipient,
    RegisterCheck,
    Response,
    Wave,
)


async def _wave(uow: UnitOfWork, row: waves.DraftWave) -> Done:
    return (await waves.draft_wave(uow, row))[1]


async def _response(uow: UnitOfWork, row: responses.ResponseRow) -> Done:
    return (await responses.record_response(uow, row.wave_id, row))[1]


async def _response_void(uow: UnitOfWork, row: responses.ResponseVoidRow) -> Done:
    return (await responses.void_response(uow, row.response_id, row))[1]


async def _delivery(uow: UnitOfWork, row: deliveries.RecordDelivery) -> Done:
    return (await deliveries.record_delivery(uow, row))[1]


async def _rating(uow: UnitOfWork, row: deliveries.RatingRow) -> Done:
    return (await deliveries.rate_delivery(uow, row.delivery_id, row))[1]


async def _complaint(uow: UnitOfWork, row: feedback.RecordComplaint) -> Done:
    return (await feedback.record_complaint(uow, row))[1]


async def _compliment(uow: UnitOfWork, row: feedback.RecordCompliment) -> Done:
    return (await feedback.record_compliment(uow, row))[1]


async def _register_check(uow: UnitOfWork, row: feedback.CheckRegister) -> Done:
    return (await feedback.check_register(uow, row))[1]


async def _load_waves(uow: UnitOfWork, rows: Sequence[waves.DraftWave]) -> None:
    await uow.preload(Wave, "reference", [row.reference for row in rows])


async def _load_recipients(uow: UnitOfWork, rows: Sequence[recipients.RecipientRow]) -> None:
    await uow.preload(Wave, "id", [row.wave_id for row in rows])
    await recipients.preload_recipients(uow, [(row.wave_id, row) for row in rows])


async def _load_responses(uow: UnitOfWork, rows: Sequence[responses.ResponseRow]) -> None:
    await uow.preload(Wave, "id", [row.wave_id for row in rows], lock="share")
    known = await uow.preload(Response, "reference", [row.reference for row in rows])
    named = [(row.wave_id, row.recipient) for row in rows]
    asked = await uow.preload(Recipient, ("wave_id", "reference"), named)
    await uow.preload(Response, "recipient_id", [recipient.id for recipient in asked])
    await uow.preload(AnswerText, "response_id", [response.id for response in known])


async def _load_response_voids(uow: UnitOfWork, rows: Sequence[responses.ResponseVoidRow]) -> None:
    await uow.preload(Response, "id", [row.response_id for row in rows])


async def _load_deliveries(uow: UnitOfWork, rows: Sequence[deliveries.RecordDelivery]) -> None:
    await uow.preload(Delivery, "reference", [row.reference for row in rows])


async def _load_ratings(uow: UnitOfWork, rows: Sequence[deliveries.RatingRow]) -> None:
    await uow.preload(Delivery, "id", [row.delivery_id for row in rows])
    forms = [(row.delivery_id, row.form) for row in rows]
    await uow.preload(Rating, ("delivery_id", "form"), forms)


async def _load_complaints(uow: UnitOfWork, rows: Sequence[feedback.RecordComplaint]) -> None:
    await uow.preload(Complaint, "reference", [row.reference for row in rows])


async def _load_compliments(uow: UnitOfWork, rows: Sequence[feedback.RecordCompliment]) -> None:
    await uow.preload(Compliment, "reference", [row.reference for row in rows])


async def _load_register_checks(uow: UnitOfWork, rows: Sequence[feedback.CheckRegister]) -> None:
    months = [(row.kind, row.month) for row in rows]
    await uow.preload(RegisterCheck, ("kind", "month"), months)


# A wave lists nobody twice, and nobody under two references.
RECIPIENT: Final = ("reference", "parent_id", "child_id", "school_id")

KINDS: Final[tuple[ImportKind[Any], ...]] = (
    ImportKind(
        "waves",
        waves.DraftWave,
        "wave.write",
        _wave,
        named_by("reference"),
        _load_waves,
    ),
    ImportKind(
        "recipients",
        recipients.RecipientRow,
        "recipient.write",
        recipients.list_recipient,
        named_by(*(("wave_id", name) for name in RECIPIENT)),
        _load_recipients,
    ),
    ImportKind(
        "responses",
        responses.ResponseRow,
        "response.record",
        _response,
        named_by("reference", ("wave_id", "recipient")),
        _load_responses,
    ),
    ImportKind(
        "response-voids",
        responses.ResponseVoidRow,
        "response.void",
        _response_void,
        named_by("response_id"),
        _load_response_voids,
    ),
    ImportKind(
        "deliveries",
        deliveries.RecordDelivery,
        "delivery.record",
        _delivery,
        named_by("reference"),
        _load_deliveries,
    ),
    ImportKind(
        "ratings",
        deliveries.RatingRow,
        "delivery.record",
        _rating,
        named_by(("delivery_id", "form")),
        _load_ratings,
    ),
    ImportKind(
        "complaints",
        feedback.RecordComplaint,
        "complaint.record",
        _complaint,
        named_by("reference"),
        _load_complaints,
    ),
    ImportKind(
        "compliments",
        feedback.RecordCompliment,
        "compliment.record",
        _compliment,
        named_by("reference"),
        _load_compliments,
    ),
    ImportKind(
        "register-checks",
        feedback.CheckRegister,
        "register.check",
        _register_check,
        named_by(("kind", "month")),
        _load_register_checks,
    ),
)

routes = imports_router(KINDS)
