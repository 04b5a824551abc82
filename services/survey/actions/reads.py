"""Actions as they are listed, found and shown: by owner, day, state, child, and who was told."""

from typing import Final

from sqlalchemy import Select

from libs.common.core.fields import Identifier
from libs.common.http.requests import router
from libs.common.persistence.uow import Access, ReadTransaction
from libs.common.reading import Listing, add_reads, equal, named, true_or_false
from services.survey.actions.api import ActionView, actions_shown
from services.survey.actions.codes import ActionState, Outcome
from services.survey.actions.domain import Action
from services.survey.actions.queries import STANDS
from services.survey.known import KnownStaff
from services.survey.queries import by_child
from services.survey.responses.domain import Response
from services.survey.waves.queries import by_wave

routes = router()


class _Actions(Listing[Action, ActionView]):
    """What stands: a response that was taken out, or is a second one, asks for nothing."""

    def rows(self, read: ReadTransaction, access: Access | None = None) -> Select[Action]:
        """Return the query for the actions of responses that stand."""
        query = super().rows(read, access)
        return query.join(Response, Response.id == Action.response_id).where(STANDS)


ACTIONS: Final = _Actions(
    things="actions",
    one="action",
    kind=Action,
    view=ActionView,
    views=actions_shown,
    permission="action.read",
    tag="actions",
    summary="List actions: all for the Head of Service, a team's, those for a teacher.",
    filters={
        "state": equal(Action.state, ActionState),
        "outcome": equal(Action.outcome, Outcome),
        "owner": named(Action.owner_id, KnownStaff.staff_id, KnownStaff.reference),
        "of_head": true_or_false(Action.owner_id.is_(None), "The Head of Service's, or not."),
        "child": by_child(Action.child_id),
        "wave": by_wave(Response.wave_id),
        "response_id": equal(Action.response_id, Identifier),
        "told": true_or_false(Action.told_on.is_not(None), "Who asked was told, or not."),
    },
    days={"due_on": Action.due_on, "opened_on": Action.opened_on},
    sorts={"due_on": Action.due_on, "opened_on": Action.opened_on},
)
add_reads(routes, ACTIONS)
