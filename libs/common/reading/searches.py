"""People looked up by what may stand in no address: a name, a day of birth, a number."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, model_validator
from pydantic_core import PydanticCustomError

from libs.common.core.fields import Strict
from libs.common.http.requests import Read, permission
from libs.common.persistence.uow import ReadTransaction
from libs.common.reading.listing import Listing
from libs.common.reading.routes import items_by_id, needs

MOST_FOUND: Final = 50
"""How many are shown of those that are found: of more, somebody has to say more."""

I = TypeVar("I", bound=BaseModel)  # noqa: E741 - an item
S = TypeVar("S", bound="Search")


class Search(Strict):
    """What is known of who is looked for; all of it has to fit, and one thing has to be known."""

    @model_validator(mode="after")
    def _something(self) -> "Search":
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise PydanticCustomError("nothing-asked", "must say something of who is looked for")
        return self


class FoundPage(BaseModel, Generic[I]):
    """Who was found, the likeliest first, 50 at most; ``more`` says that there are others."""

    items: list[I]
    more: bool


def add_search(
    routes: APIRouter,
    listing: Listing[Any, Any],
    asked: type[S],
    find: Callable[[ReadTransaction, S], Awaitable[Sequence[UUID]]],
) -> None:
    """Have things be searched: ``find`` returns the ids of those that fit, the likeliest first."""

    async def searched(request: Request, command: Any, read: Read) -> Any:
        ids = await find(read, command)
        request.state.outcome = "searched"
        request.state.about = [str(id_) for id_ in ids]
        items = await items_by_id(listing, read, ids[:MOST_FOUND])
        return FoundPage[item](items=items, more=len(ids) > MOST_FOUND)

    item: Any = listing.item_view
    searched.__annotations__["command"] = asked
    searched.__name__ = f"search_{listing.things}"
    searched.__doc__ = "Look for somebody by what is known of them. It is a read: it needs no key."
    routes.add_api_route(
        f"{listing.path}/searches",
        searched,
        methods=["POST"],
        response_model=FoundPage[item],
        openapi_extra=needs(listing) | permission(listing.permission, reads=True),
        tags=[listing.tag],
    )
