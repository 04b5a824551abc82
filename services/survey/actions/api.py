"""Actions over HTTP."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.contracts.survey import Audience
from libs.common.core.fields import Identifier, of_codes, of_form
from libs.common.http.requests import IfMatch, Read, Work, permission, router
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading import allowed, answering
from services.survey.actions.access import STEPS
from services.survey.actions.codes import ActionState, Outcome, ToldHow
from services.survey.actions.commands import (
    ConcludeAction,
    OpenAction,
    PassActionOn,
    ReopenAction,
    TellOfAction,
    conclude_action,
    open_action,
    pass_action_on,
    raise_concern_about_action,
    reopen_action,
    tell_of_action,
)
from services.survey.actions.domain import Action
from services.survey.actions.queries import action_counts
from services.survey.concerns.api import RaisedView
from services.survey.concerns.commands import RaiseConcern
from services.survey.questionnaires.definition import ItemId
from services.survey.responses.domain import AnswerText
from services.survey.waves.commands.waves import YearLabel

routes = router()
FOLLOW: Final = permission("action.follow")


class ActionView(BaseModel):
    """An action, with what was asked for as it stands; the owner is the Head where null.

    ``note`` is for colleagues, ``answer`` what who asked is told.
    """

    action_id: UUID
    response_id: UUID
    question: Annotated[str, of_form(ItemId)]
    child_id: UUID | None
    asked_for: str
    owner_id: UUID | None
    opened_on: date
    due_on: date
    overdue: bool
    state: Annotated[str, of_codes(ActionState)]
    outcome: Annotated[str, of_codes(Outcome)] | None
    concluded_on: date | None
    note: str | None
    answer: str | None
    told_on: date | None
    told_how: Annotated[str, of_codes(ToldHow)] | None
    allowed: list[str]


class ActionCountsView(BaseModel):
    """How many actions of a year and an audience stand where, and of how many who asked was told.

    ``opened`` is all of them. An answer that asked for nothing is counted apart.
    """

    academic_year: Annotated[str, of_form(YearLabel)]
    audience: Annotated[str, of_codes(Audience)]
    opened: int
    states: dict[ActionState, int]
    told: int


async def actions_shown(
    read: ReadTransaction, actions: Sequence[Action], _: date | None = None
) -> list[ActionView]:
    """Show actions, each with what was asked for and what may be done with it."""
    may = await allowed(read, Action, STEPS, {one.id: one.allowed for one in actions})
    places = [(one.response_id, one.question) for one in actions]
    await read.rows.load(AnswerText, ("response_id", "question"), places, None)
    return [
        ActionView.model_validate(
            {
                **{name: getattr(one, name, None) for name in ActionView.model_fields},
                "action_id": one.id,
                "asked_for": await _asked_for(read, one),
                "overdue": one.overdue(read.today()),
                "allowed": may[one.id],
            }
        )
        for one in actions
    ]


async def _asked_for(read: ReadTransaction, action: Action) -> str:
    """Return what stands written; it is empty where that was taken back."""
    written = await read.all(
        AnswerText, unseen=True, response_id=action.response_id, question=action.question
    )
    return written[0].text if written else ""


shown: Final = answering(ActionView, actions_shown)


@routes.post(
    "/v1/responses/{response_id}/actions",
    openapi_extra=permission("action.open"),
    tags=["actions"],
    status_code=201,
)
async def open_an_action(
    response_id: Identifier, command: OpenAction, work: Work, response: Response
) -> ActionView:
    """Open an action about what was written in answer to a question."""
    action, done = await open_action(work, response_id, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await shown(work, action, response)


@routes.post(
    "/v1/actions/{action_id}/passing-on",
    openapi_extra=permission("action.pass-on"),
    tags=["actions"],
)
async def pass_an_action_on(
    action_id: Identifier, command: PassActionOn, version: IfMatch, work: Work, response: Response
) -> ActionView:
    """Give an action to another owner: a teacher, or the Head of Service."""
    return await shown(work, await pass_action_on(work, action_id, command, version), response)


@routes.post("/v1/actions/{action_id}/conclusion", openapi_extra=FOLLOW, tags=["actions"])
async def conclude_an_action(
    action_id: Identifier, command: ConcludeAction, version: IfMatch, work: Work, response: Response
) -> ActionView:
    """Say what came of an action, and what who asked is told."""
    return await shown(work, await conclude_action(work, action_id, command, version), response)


@routes.post("/v1/actions/{action_id}/telling", openapi_extra=FOLLOW, tags=["actions"])
async def tell_of_an_action(
    action_id: Identifier, command: TellOfAction, version: IfMatch, work: Work, response: Response
) -> ActionView:
    """Note when and how who asked was told what came of it."""
    return await shown(work, await tell_of_action(work, action_id, command, version), response)


@routes.post("/v1/actions/{action_id}/reopening", openapi_extra=FOLLOW, tags=["actions"])
async def reopen_an_action(
    action_id: Identifier, command: ReopenAction, version: IfMatch, work: Work, response: Response
) -> ActionView:
    """Have an action that ended under way again, with the reason."""
    return await shown(work, await reopen_action(work, action_id, command, version), response)


@routes.post(
    "/v1/actions/{action_id}/concerns",
    openapi_extra=permission("concern.raise"),
    tags=["concerns"],
    status_code=201,
)
async def raise_a_concern_about_an_action(
    action_id: Identifier, command: RaiseConcern, work: Work
) -> RaisedView:
    """Raise a safeguarding concern about what was asked for: it is seen at once."""
    return RaisedView.of(await raise_concern_about_action(work, action_id, command))


@routes.get("/v1/action-counts", openapi_extra=permission("action.count"), tags=["actions"])
async def get_action_counts(read: Read) -> list[ActionCountsView]:
    """Count actions by year and audience: where they stand, and of how many who asked was told."""
    return [
        ActionCountsView.model_validate(
            {
                "academic_year": one.academic_year,
                "audience": one.audience,
                "opened": one.states.total(),
                "states": dict(one.states),
                "told": one.told,
            }
        )
        for one in await action_counts(read.connection)
    ]
