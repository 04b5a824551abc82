"""A wave's recipients over HTTP. Addresses are taken and never shown."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from libs.common.core.fields import Identifier
from libs.common.http.paging import PAGE_DEFAULT, Cursor, Page, PageSize, page
from libs.common.http.requests import Look, Work, permission, router
from services.survey.commands.recipients import ListRecipient, list_recipients
from services.survey.domain import Recipient, Wave
from services.survey.queries import recipients_of

routes = router()


class RecipientView(BaseModel):
    """A recipient, without the address."""

    recipient_id: UUID
    reference: str
    parent_id: UUID | None
    child_id: UUID | None
    school_id: UUID | None
    cancelled_on: date | None

    @classmethod
    def of(cls, recipient: Recipient) -> "RecipientView":
        """Show a recipient."""
        return cls(
            recipient_id=recipient.id,
            reference=recipient.reference,
            parent_id=recipient.parent_id,
            child_id=recipient.child_id,
            school_id=recipient.school_id,
            cancelled_on=recipient.cancelled_on,
        )


class ListedView(BaseModel):
    """The outcome for one recipient of a list."""

    recipient_id: UUID
    reference: str
    outcome: Literal["created", "updated", "unchanged"]


@routes.post(
    "/v1/waves/{wave_id}/recipients",
    openapi_extra=permission("recipient.write"),
    tags=["waves"],
)
async def post_recipients(
    wave_id: Identifier,
    commands: Annotated[list[ListRecipient], Field(min_length=1, max_length=2_000)],
    work: Work,
) -> list[ListedView]:
    """Add recipients to a draft, all of them or none. The wave's ETag changes."""
    listed = await list_recipients(work, wave_id, commands)
    return [
        ListedView(recipient_id=recipient.id, reference=recipient.reference, outcome=done.outcome)
        for recipient, done in listed
    ]


@routes.get(
    "/v1/waves/{wave_id}/recipients",
    openapi_extra=permission("recipient.read"),
    tags=["waves"],
)
async def get_recipients(
    wave_id: Identifier,
    look: Look,
    cursor: Cursor = None,
    limit: PageSize = PAGE_DEFAULT,
) -> Page[RecipientView]:
    """List a wave's recipients, a page at a time. Teachers see their own caseload."""
    await look.get(Wave, wave_id)
    rows = await recipients_of(look, wave_id, cursor, limit + 1)
    views = [RecipientView.of(recipient) for recipient in rows]
    return page(views, limit, lambda one: one.recipient_id)
