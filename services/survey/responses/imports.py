"""What responses take in bulk: the single calls' functions, a row a call."""

from collections.abc import Sequence
from typing import Any, Final

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.survey.responses.commands import (
    ResponseRow,
    ResponseVoidRow,
    record_response,
    void_response,
)
from services.survey.responses.domain import AnswerText, Response
from services.survey.waves.domain import Recipient, Wave


async def _response(uow: UnitOfWork, row: ResponseRow) -> CommandOutcome:
    return (await record_response(uow, row.wave_id, row, in_file=True))[1]


async def _response_void(uow: UnitOfWork, row: ResponseVoidRow) -> CommandOutcome:
    return (await void_response(uow, row.response_id, row))[1]


async def _load_responses(uow: UnitOfWork, rows: Sequence[ResponseRow]) -> None:
    await uow.preload(Wave, "id", [row.wave_id for row in rows], lock="share")
    named = [(row.wave_id, row.recipient) for row in rows if row.recipient]
    asked = await uow.preload(Recipient, ("wave_id", "reference"), named, lock="update")
    known = await uow.preload(Response, "reference", [row.reference for row in rows])
    await uow.preload(Response, "recipient_id", [recipient.id for recipient in asked])
    await uow.preload(AnswerText, "response_id", [response.id for response in known])


async def _load_response_voids(uow: UnitOfWork, rows: Sequence[ResponseVoidRow]) -> None:
    found = await uow.preload(Response, "id", [row.response_id for row in rows])
    await uow.preload(Wave, "id", [response.wave_id for response in found], lock="share")
    asked = [one.recipient_id for one in found if one.recipient_id]
    await uow.preload(Recipient, "id", asked, lock="update")
    await uow.preload(Response, "recipient_id", asked)


KINDS: Final[tuple[ImportKind[Any], ...]] = (
    ImportKind(
        "responses",
        ResponseRow,
        "response.record",
        _response,
        named_by("reference", ("wave_id", "recipient")),
        _load_responses,
    ),
    ImportKind(
        "response-voids",
        ResponseVoidRow,
        "response.void",
        _response_void,
        named_by("response_id"),
        _load_response_voids,
    ),
)
