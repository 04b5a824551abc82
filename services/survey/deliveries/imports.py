"""What deliveries and ratings take in bulk: the single calls' functions, a row a call."""

from collections.abc import Sequence
from typing import Any, Final

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.survey.deliveries.commands import (
    RatingRow,
    RecordDelivery,
    rate_delivery,
    record_delivery,
)
from services.survey.deliveries.domain import Delivery, Rating


async def _delivery(uow: UnitOfWork, row: RecordDelivery) -> CommandOutcome:
    return (await record_delivery(uow, row, in_file=True))[1]


async def _rating(uow: UnitOfWork, row: RatingRow) -> CommandOutcome:
    return (await rate_delivery(uow, row.delivery_id, row, in_file=True))[1]


async def _load_deliveries(uow: UnitOfWork, rows: Sequence[RecordDelivery]) -> None:
    await uow.preload(Delivery, "reference", [row.reference for row in rows])


async def _load_ratings(uow: UnitOfWork, rows: Sequence[RatingRow]) -> None:
    await uow.preload(Delivery, "id", [row.delivery_id for row in rows])
    forms = [(row.delivery_id, row.form) for row in rows]
    await uow.preload(Rating, ("delivery_id", "form"), forms)


KINDS: Final[tuple[ImportKind[Any], ...]] = (
    ImportKind(
        "deliveries",
        RecordDelivery,
        "delivery.record",
        _delivery,
        named_by("reference"),
        _load_deliveries,
    ),
    ImportKind(
        "ratings",
        RatingRow,
        "delivery.record",
        _rating,
        named_by(("delivery_id", "form")),
        _load_ratings,
        ("form",),
    ),
)
