"""The checks of the registers: somebody's word for a month, until its entries change."""

import calendar
from datetime import date
from typing import Annotated, Final
from uuid import UUID, uuid4

from pydantic import StringConstraints

from libs.common.contracts.survey import Register
from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import ValidationError
from libs.common.core.fields import Day, Strict, form
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import (
    AlreadyRecorded,
    ahead,
    pairs,
    refuse_other,
    stands_again,
)
from libs.common.persistence.uow import UnitOfWork
from services.survey.feedback.domain import CHANGED, RegisterCheck

_MONTH: Final = form(r"^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$", "a month as 2019-01")
Month = Annotated[str, StringConstraints(pattern=_MONTH)]


class CheckRegister(Strict):
    """Somebody's word, given on a day, that a register is complete for a month ("2018-09")."""

    kind: Register
    month: Month
    checked_on: Day


async def check_register(
    uow: UnitOfWork, command: CheckRegister, *, in_file: bool = False
) -> tuple[RegisterCheck, CommandOutcome]:
    """Vouch for a register's month; the same again changes nothing."""
    _check_day(uow, command)
    check = await uow.find(RegisterCheck, kind=command.kind, month=command.month)
    given, by = {"checked_on": command.checked_on}, uow.actor.subject
    if check is None:
        check = uow.add(RegisterCheck(id=uuid4(), checked_by=by, **command.model_dump()))
        uow.emit(check, check.check(command.kind))
    elif check.void and stands_again(check, given, in_file=in_file):
        uow.emit(check, check.restore(command.checked_on, by, command.kind))
    else:
        refuse_other(AlreadyRecorded, pairs(check, given))
        return check, CommandOutcome("unchanged", check.id)
    return check, CommandOutcome("created", check.id)


async def void_register_check(
    uow: UnitOfWork, check_id: UUID, command: Withdrawal, version: int
) -> RegisterCheck:
    """Void a register's check, so that it no longer counts: its month asks for one again."""
    check = await uow.get(RegisterCheck, check_id, version=version)
    uow.emit(check, check.withdraw(command.reason))
    uow.explain(check, command.reason, command.note)
    return check


def _check_day(uow: UnitOfWork, command: CheckRegister) -> None:
    errors = []
    if command.checked_on < _last_day(command.month):
        errors.append(
            ValidationError(
                "before-month-end",
                "A month can be confirmed only once it has ended.",
                "/checked_on",
            )
        )
    errors += ahead(uow, command)
    uow.faults.add(errors)


def _last_day(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


async def ask_again(uow: UnitOfWork, kind: Register, *days: date) -> None:
    """Let the checks of these days' months hold no longer: what they vouched for has changed."""
    for month in sorted({month_of(day) for day in days}):
        check = await uow.find(RegisterCheck, unseen=True, kind=kind, month=month)
        if check is not None and not check.void:
            uow.emit(check, check.withdraw(CHANGED))


def month_of(day: date) -> str:
    """Return the month of a register that a day is in ("2018-09")."""
    return day.isoformat()[:7]
