"""What the survey service takes in bulk: the single calls' functions, a row a call."""

from typing import Any, Final

from libs.common.imports import Done, ImportKind, imports_router, named_by
from libs.common.uow import UnitOfWork
from services.survey.commands import deliveries, feedback, recipients, responses, waves


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


# A wave lists nobody twice, and nobody under two references.
RECIPIENT: Final = ("reference", "parent_id", "child_id", "school_id")

KINDS: Final[tuple[ImportKind[Any], ...]] = (
    ImportKind(
        "waves",
        waves.DraftWave,
        "wave.write",
        _wave,
        named_by("reference"),
        waves.prepare_waves,
    ),
    ImportKind(
        "recipients",
        recipients.RecipientRow,
        "recipient.write",
        recipients.list_recipient,
        named_by(*(("wave_id", name) for name in RECIPIENT)),
        recipients.prepare_recipients,
    ),
    ImportKind(
        "responses",
        responses.ResponseRow,
        "response.record",
        _response,
        named_by("reference", ("wave_id", "recipient")),
        responses.prepare_responses,
    ),
    ImportKind(
        "response-voids",
        responses.ResponseVoidRow,
        "response.void",
        _response_void,
        named_by("response_id"),
        responses.prepare_response_voids,
    ),
    ImportKind(
        "deliveries",
        deliveries.RecordDelivery,
        "delivery.record",
        _delivery,
        named_by("reference"),
        deliveries.prepare_deliveries,
    ),
    ImportKind(
        "ratings",
        deliveries.RatingRow,
        "delivery.record",
        _rating,
        named_by(("delivery_id", "form")),
        deliveries.prepare_ratings,
    ),
    ImportKind(
        "complaints",
        feedback.RecordComplaint,
        "complaint.record",
        _complaint,
        named_by("reference"),
        feedback.prepare_complaints,
    ),
    ImportKind(
        "compliments",
        feedback.RecordCompliment,
        "compliment.record",
        _compliment,
        named_by("reference"),
        feedback.prepare_compliments,
    ),
    ImportKind(
        "register-checks",
        feedback.CheckRegister,
        "register.check",
        _register_check,
        named_by(("kind", "month")),
        feedback.prepare_register_checks,
    ),
)

routes = imports_router(KINDS)
