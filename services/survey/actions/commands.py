"""Actions: opened as a response is recorded, passed on, ended, told of, opened again."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from libs.common.core.clock import local_day
from libs.common.core.days import PlannedDay
from libs.common.core.errors import NotFound
from libs.common.core.fields import Code, Day, LongText, Strict
from libs.common.imports import CommandOutcome
from libs.common.persistence.recorded import refuse_ahead
from libs.common.persistence.uow import UnitOfWork
from services.survey.actions.codes import Outcome, ToldHow
from services.survey.actions.domain import LASTS, Action
from services.survey.caseload import teacher_on
from services.survey.concerns.commands import RaiseConcern, Written, raise_concern
from services.survey.concerns.domain import Concern
from services.survey.keys import StaffId
from services.survey.known import KnownStaff, NotYetKnown
from services.survey.responses.domain import AnswerText, Response
from services.survey.waves.domain import Recipient


class OpenAction(Strict):
    """That something is to be done about what was written in answer to a question."""

    question: Code


class PassActionOn(Strict):
    """Another owner: a teacher or, where none is named, the Head of Service; and another day."""

    staff_id: StaffId | None = None
    due_on: PlannedDay | None = None
    note: LongText | None = None


class ConcludeAction(Strict):
    """What came of an action: a code; a note for colleagues; and what who asked is told."""

    outcome: Outcome
    concluded_on: Day
    note: LongText | None = None
    answer: LongText | None = None


class TellOfAction(Strict):
    """When and how who asked was told what came of it."""

    told_on: Day
    told_how: ToldHow


class ReopenAction(Strict):
    """Why an action that ended is under way again."""

    note: LongText


async def open_actions(uow: UnitOfWork, response: Response, questions: Iterable[str]) -> None:
    """Open what was asked for in answer to these questions, each once."""
    for question in questions:
        await _open(uow, response, question)


async def open_action(
    uow: UnitOfWork, response_id: UUID, command: OpenAction
) -> tuple[Action, CommandOutcome]:
    """Open an action about what was written to a question; the same again changes nothing."""
    response = await uow.get(Response, response_id)
    response.check_stands()
    written = await uow.find(AnswerText, response_id=response.id, question=command.question)
    if written is None or not written.text:
        raise NotFound(code="not-found", detail="Nothing is written in answer to this question.")
    return await _open(uow, response, command.question)


async def _open(
    uow: UnitOfWork, response: Response, question: str
) -> tuple[Action, CommandOutcome]:
    known = await uow.all(Action, unseen=True, response_id=response.id, question=question)
    if known:
        return known[0], CommandOutcome("unchanged", known[0].id)
    child_id, owner_id = await _whose(uow, response)
    action = uow.add(
        Action(
            id=uuid4(),
            response_id=response.id,
            question=question,
            child_id=child_id,
            owner_id=owner_id,
            opened_on=uow.today(),
            due_on=uow.today() + LASTS,
        )
    )
    return action, CommandOutcome("created", action.id)


async def _whose(uow: UnitOfWork, response: Response) -> tuple[UUID | None, UUID | None]:
    """Return whom a response is about, where that is told, and who taught them on its day."""
    asked = await uow.all(Recipient, unseen=True, id=response.recipient_id)
    child_id = asked[0].child_id if asked else None
    if child_id is None:
        return None, None
    return child_id, await teacher_on(uow, child_id, local_day(response.received_at))


async def raise_concern_about_action(
    uow: UnitOfWork, action_id: UUID, command: RaiseConcern
) -> Concern:
    """Raise a safeguarding concern about what was asked for."""
    action = await uow.get(Action, action_id)
    response_id, question = action.response_id, action.question
    said = await uow.find(AnswerText, unseen=True, response_id=response_id, question=question)
    written = Written(
        text=said.text if said else "",
        response_id=response_id,
        question=question,
        child_id=action.child_id,
    )
    return await raise_concern(uow, written, command.note)


async def pass_action_on(
    uow: UnitOfWork, action_id: UUID, command: PassActionOn, version: int
) -> Action:
    """Give an action to another owner, who sees it from now on."""
    refuse_ahead(uow, command)
    action = await uow.get(Action, action_id, version=version)
    staff_id = command.staff_id
    if staff_id is not None and await uow.find(KnownStaff, staff_id=staff_id) is None:
        refusal = NotYetKnown(detail="This service has not heard of this member of staff yet.")
        refusal.at = "staff_id"
        raise refusal
    action.pass_on(staff_id, command.due_on)
    action.note = command.note or action.note
    return action


async def conclude_action(
    uow: UnitOfWork, action_id: UUID, command: ConcludeAction, version: int
) -> Action:
    """Say what came of an action."""
    refuse_ahead(uow, command)
    action = await uow.get(Action, action_id, version=version)
    action.conclude(command.outcome, command.concluded_on, command.answer)
    action.note = command.note or action.note
    return action


async def tell_of_action(
    uow: UnitOfWork, action_id: UUID, command: TellOfAction, version: int
) -> Action:
    """Note that who asked was told what came of it."""
    refuse_ahead(uow, command)
    action = await uow.get(Action, action_id, version=version)
    action.tell(command.told_on, command.told_how)
    return action


async def reopen_action(
    uow: UnitOfWork, action_id: UUID, command: ReopenAction, version: int
) -> Action:
    """Have an action under way again; what it said before is in the change log."""
    action = await uow.get(Action, action_id, version=version)
    action.reopen()
    action.note = command.note
    return action
