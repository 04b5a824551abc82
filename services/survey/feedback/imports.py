"""What the registers take in bulk: the single calls' functions, a row a call."""

from collections.abc import Sequence
from typing import Any, Final

from libs.common.imports import CommandOutcome, ImportKind, named_by
from libs.common.persistence.uow import UnitOfWork
from services.survey.feedback.commands import (
    CheckRegister,
    RecordComplaint,
    RecordCompliment,
    check_register,
    month_of,
    record_complaint,
    record_compliment,
)
from services.survey.feedback.domain import Complaint, Compliment, RegisterCheck


async def _complaint(uow: UnitOfWork, row: RecordComplaint) -> CommandOutcome:
    return (await record_complaint(uow, row, in_file=True))[1]


async def _compliment(uow: UnitOfWork, row: RecordCompliment) -> CommandOutcome:
    return (await record_compliment(uow, row, in_file=True))[1]


async def _register_check(uow: UnitOfWork, row: CheckRegister) -> CommandOutcome:
    return (await check_register(uow, row, in_file=True))[1]


async def _load_complaints(uow: UnitOfWork, rows: Sequence[RecordComplaint]) -> None:
    await uow.preload(Complaint, "reference", [row.reference for row in rows])
    await _load_checks(uow, [("complaints", month_of(row.received_on)) for row in rows])


async def _load_compliments(uow: UnitOfWork, rows: Sequence[RecordCompliment]) -> None:
    await uow.preload(Compliment, "reference", [row.reference for row in rows])
    await _load_checks(uow, [("compliments", month_of(row.received_on)) for row in rows])


async def _load_register_checks(uow: UnitOfWork, rows: Sequence[CheckRegister]) -> None:
    await _load_checks(uow, [(row.kind, row.month) for row in rows])


async def _load_checks(uow: UnitOfWork, months: Sequence[tuple[str, str]]) -> None:
    await uow.preload(RegisterCheck, ("kind", "month"), months)


KINDS: Final[tuple[ImportKind[Any], ...]] = (
    ImportKind(
        "complaints",
        RecordComplaint,
        "complaint.record",
        _complaint,
        named_by("reference"),
        _load_complaints,
    ),
    ImportKind(
        "compliments",
        RecordCompliment,
        "compliment.record",
        _compliment,
        named_by("reference"),
        _load_compliments,
    ),
    ImportKind(
        "register-checks",
        CheckRegister,
        "register.check",
        _register_check,
        named_by(("kind", "month")),
        _load_register_checks,
        ("kind", "month"),
    ),
)
