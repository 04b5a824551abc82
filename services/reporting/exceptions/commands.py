"""An exception is asked for, allowed by a second person of another role, and withdrawn."""

from typing import Annotated, Final, Literal
from uuid import UUID, uuid4

from pydantic import Field

from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Day, Reference, Strict, Text, YearLabel
from libs.common.persistence.uow import UnitOfWork
from services.reporting.disclosure import is_gated
from services.reporting.exceptions.access import TWO_ROLES
from services.reporting.exceptions.domain import DisclosureException, SecondPersonNeeded
from services.reporting.figures import FIGURES, STATEMENTS
from services.reporting.views import breakdowns

Grounds = Literal["public-already", "public-interest", "agreed-by-those-concerned"]
Label = Annotated[Text, Field(max_length=100)]

_BY_PLACE: Final = {
    **{one.id: frozenset(by for by in breakdowns(one) if is_gated(one, by)) for one in FIGURES},
    **{one.id: frozenset[str]() for one in STATEMENTS},
}


class AskException(Strict):
    """One place of a year to be shown until a day: a figure, a group of it, or a statement.

    ``by`` and ``label`` name a group; without them it is the total.
    """

    academic_year: YearLabel
    place: Reference
    by: Reference | None = None
    label: Label | None = None
    grounds: Grounds
    until: Day


async def ask_exception(uow: UnitOfWork, command: AskException) -> DisclosureException:
    """Ask for an exception; the same again changes nothing."""
    _check(uow, command)
    said = command.model_dump() | {"by": command.by or "", "label": command.label or ""}
    there = await uow.all(DisclosureException, **said)
    for one in there:
        if not one.void:
            return one
    by, role = uow.actor.subject, _role(uow)
    return uow.add(DisclosureException(id=uuid4(), asked_by=by, asked_as=role, **said))


async def allow_exception(uow: UnitOfWork, exception_id: UUID, version: int) -> DisclosureException:
    """Allow an exception as the second person."""
    asked = await uow.get(DisclosureException, exception_id, version=version)
    asked.allow(uow.actor.subject, _role(uow, but=asked.asked_as), uow.today())
    return asked


async def void_exception(
    uow: UnitOfWork, exception_id: UUID, command: Withdrawal, version: int
) -> DisclosureException:
    """Withdraw an exception: from now on the place is withheld again."""
    asked = await uow.get(DisclosureException, exception_id, version=version)
    asked.withdraw()
    uow.explain(asked, command.reason, command.note)
    return asked


def _role(uow: UnitOfWork, but: str = "") -> str:
    """Return as which of the two roles somebody acts; raises SecondPersonNeeded if as neither."""
    held = [role for role in TWO_ROLES if role in uow.actor.roles and role != but]
    if not held:
        raise SecondPersonNeeded
    return held[0]


def _check(uow: UnitOfWork, command: AskException) -> None:
    errors = []
    known = _BY_PLACE.get(command.place)
    if known is None:
        detail = "There is no such figure or statement."
        errors.append(ValidationError("unknown-code", detail, "/place"))
    elif command.by is not None and command.by not in known:
        detail = f"it can be broken down by {' or '.join(sorted(known)) or 'nothing'}"
        errors.append(ValidationError("not-divided", detail, "/by"))
    if (command.by is None) != (command.label is None):
        detail = "Give both `by` and `label`, or neither."
        errors.append(ValidationError("group-not-named", detail, "/label"))
    if command.until <= uow.today():
        detail = "must be a day to come: until then it is shown"
        errors.append(ValidationError("not-to-come", detail, "/until"))
    if errors:
        raise Rejected(errors=errors)
