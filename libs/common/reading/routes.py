"""The routes that a listing gives: a page, a file of all, one, and one by the county's key."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from inspect import Parameter, Signature
from typing import Annotated, Any, Final, Generic, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel
from sqlalchemy import ColumnElement

from libs.common.core.errors import Conflict, NotAllowed, NotFound, Rejected
from libs.common.core.fields import Day, Identifier
from libs.common.http.paging import PAGE_DEFAULT, PageSize
from libs.common.http.parameters import Flag
from libs.common.http.requests import Read, permission
from libs.common.persistence.uow import Access, ReadTransaction
from libs.common.reading.fields import withhold
from libs.common.reading.files import CSV, XLSX, file_of, wanted_file
from libs.common.reading.filters import IDS
from libs.common.reading.listing import Listing, Within
from libs.common.reading.pages import Asked, Found, found, one, total
from libs.common.security import Grants, Reach, Role

V = TypeVar("V", bound=BaseModel)

MOST_IN_A_FILE: Final = 10_000
"""The most rows of a file: more are refused, to be asked for in parts."""


class SeveralOfThisKey(Conflict):
    """A reference that tells things of one child apart names one of several children's."""

    detail = "Several records that you can see have this reference. Ask for one by its id."


class ListTooLong(Rejected):
    """A file has its limit, so that it is made while the caller waits."""

    detail = f"A file has {MOST_IN_A_FILE:,} rows at most. Ask for a part, by the filters."


class ListPage(BaseModel, Generic[V]):
    """Some items of a list; ``next`` asks for those after them, ``total`` is told where asked."""

    items: list[V]
    next: str | None
    total: int | None


def _items(item: Any, views: Sequence[Any], page: Found[Any]) -> list[Any]:
    return [
        item.model_construct(**dict(view), etag=f'"{version}"')
        for view, version in zip(views, page.versions, strict=True)
    ]


async def items_by_id(
    listing: Listing[Any, Any], read: ReadTransaction, ids: Sequence[UUID]
) -> list[Any]:
    """Return the items with these ids that the caller may see, in this order."""
    asked = Asked({}, None, ids=ids)
    page = await found(listing, read, asked, len(ids))
    items = _items(listing.item_view, await _views(listing, read, page, asked), page)
    place = {id_: number for number, id_ in enumerate(ids)}
    by_place = sorted(zip(page.rows, items, strict=True), key=lambda pair: place[pair[0].id])
    return [item for _, item in by_place]


def needs(listing: Listing[Any, Any]) -> dict[str, Any]:
    """Return what a listing's routes declare: the permission, and those of confined fields."""
    return permission(listing.permission) | ({"x-fields": listing.fields} if listing.fields else {})


def add_reads(routes: APIRouter, listing: Listing[Any, Any]) -> None:
    """Have all that a listing gives be answered."""
    _add_list(routes, listing)
    for within in listing.within:
        _add_list(routes, listing, within)
    if listing.item is not None:
        path = listing.item or f"{listing.path}/{{{listing.one}_id}}"
        at = listing.at or {f"{listing.one}_id": (listing.columns[0], Identifier)}
        _add_one(routes, listing, path, at, f"get_{listing.one}")
    for key in listing.keys:
        name = f"get_{listing.one}_by_{'_and_'.join(key.columns)}"
        _add_one(routes, listing, f"{listing.path}/{key.path}", key.columns, name)


def _add_list(routes: APIRouter, listing: Listing[Any, Any], within: Within | None = None) -> None:
    item: Any = listing.item_view

    async def listed(request: Request, read: Read, response: Response, **given: Any) -> Any:
        of = await _within(within, read, given) if within else ()
        asked, limit = _asked(given, of)
        if media := wanted_file(request.headers.get("accept", "")):
            request.state.outcome = "exported"
            views = await _all(listing, read, asked)
            return file_of(media, listing.things, listing.view, views)
        page = await found(listing, read, asked, limit)
        views = await _views(listing, read, page, asked)
        if page.next is not None:
            address = request.url.include_query_params(cursor=page.next)
            response.headers["Link"] = f'<{address}>; rel="next"'
        return ListPage[item](
            items=_items(item, views, page),
            next=page.next,
            total=await total(listing, read, asked) if given["count"] else None,
        )

    name, path, at = f"list_{listing.things.replace('-', '_')}", listing.path, []
    if within is not None:
        name, path = f"{name}_by_{'_and_'.join(within.at)}", f"/v1/{within.path}"
        at = [_parameter(one, Annotated[Identifier, Path()]) for one in within.at]
    _sign(listed, name, listing.summary, [*at, *_of_a_list(listing)])
    routes.add_api_route(
        path,
        listed,
        response_model=ListPage[item],
        openapi_extra=needs(listing),
        tags=[listing.tag],
        responses={200: {"content": FILES}},
    )


async def _within(
    within: Within, read: ReadTransaction, given: dict[str, Any]
) -> Sequence[ColumnElement[bool]]:
    """Return the conditions to be of what the address names; raises NotFound for another's."""
    named = {name: given.pop(name) for name in within.at}
    await read.get(within.kind, next(iter(named.values())))
    return [column == named[name] for name, column in within.at.items()]


async def _all(listing: Listing[Any, Any], read: ReadTransaction, asked: Asked) -> list[Any]:
    """Return all that is asked for, to whoever may take it away; raises ListTooLong."""
    whole = replace(asked, cursor=None, access=exporting(read.access))
    page = await found(listing, read, whole, MOST_IN_A_FILE)
    if page.next is not None:
        raise ListTooLong
    return await _views(listing, read, page, whole)


def export_grants(*roles: Role) -> Grants:
    """Return who may take lists away as files: of each list as much as the role may list."""
    return {"export": dict.fromkeys(roles, Reach.COUNTY)}


def exporting(access: Access) -> Access:
    """Return how far a caller may take a list away as a file: what those roles list that may."""
    may, reaches = access.grants.get("export", {}), access.grants.get(access.action, {})
    both = frozenset(
        reaches[role] for role in access.actor.roles if role in may and role in reaches
    )
    if not both:
        raise NotAllowed.lacking("export")
    return replace(access, reaches=both)


FILES: Final = {
    CSV: {"schema": {"type": "string"}},
    XLSX: {"schema": {"type": "string", "format": "binary"}},
}


def _asked(given: dict[str, Any], of: Sequence[ColumnElement[bool]]) -> tuple[Asked, int]:
    """Take what every list may be asked out of the parameters; the rest are the list's own."""
    of_all = ("ids", "sort", "cursor", "include_void")
    said = {name: given[name] for name in of_all if given.get(name) is not None}
    own = {n: v for n, v in given.items() if n not in {*of_all, "as_of", "limit", "count"}}
    return Asked(own, given.get("as_of"), of=of, **said), given["limit"]


async def _views(
    listing: Listing[Any, Any], read: ReadTransaction, page: Found[Any], asked: Asked
) -> list[Any]:
    views = await listing.views(read, page.rows, asked.day)
    whose = [listing.owner_id(row) for row in page.rows]
    return await withhold(read, listing.owner, listing.fields, list(zip(whose, views, strict=True)))


def _add_one(
    routes: APIRouter, listing: Listing[Any, Any], path: str, at: Mapping[str, Any], name: str
) -> None:
    async def shown(request: Request, read: Read, response: Response, **given: Any) -> Any:
        day = given.pop("as_of", None)
        columns = {parameter: column for parameter, (column, _) in at.items()}
        page = await one(listing, read, columns, given)
        if not page.rows:
            words = listing.one.replace("_", " ")
            raise NotFound(code="not-found", detail=f"There is no such {words}.")
        if len(page.rows) > 1:
            raise SeveralOfThisKey
        request.state.about = [str(listing.owner_id(page.rows[0]))]
        response.headers["ETag"] = f'"{page.versions[0]}"'
        [view] = await _views(listing, read, page, Asked({}, day))
        return view

    words = listing.one.replace("_", " ")
    parameters = [_parameter(n, Annotated[kind, Path()]) for n, (_, kind) in at.items()]
    _sign(shown, name, f"Show one: the {words} of this address.", [*parameters, *_day_of(listing)])
    routes.add_api_route(
        path,
        shown,
        response_model=listing.view,
        openapi_extra=needs(listing),
        tags=[listing.tag],
    )


def _of_a_list(listing: Listing[Any, Any]) -> list[Parameter]:
    own = [(name, one.type, one.means) for name, one in listing.filters.items()]
    for name in listing.days:
        own += [(f"{name}_from", Day, "From this day on."), (f"{name}_until", Day, "To this day.")]
    if listing.sorts:
        names: Any = tuple(f"{sign}{name}" for name in listing.sorts for sign in ("", "-"))
        own.append(("sort", Literal[names], "In this order; with `-` in the opposite one."))
    if hasattr(listing.kind, "id"):
        own.append(("ids", IDS, "These alone: up to 200 ids, with commas between them."))
    if listing.shows_void:
        own.append(("include_void", Flag, "With what was withdrawn."))
    own.append(("cursor", str, "Where the page begins: the `next` of the page before."))
    optional = [
        _parameter(name, Annotated[kind | None, Query(description=means)], None)
        for name, kind, means in own
    ]
    count = _parameter("count", Annotated[Flag, Query(description="Tell the total.")], False)
    limit = _parameter("limit", PageSize, PAGE_DEFAULT)
    return [*optional, *_day_of(listing), count, limit]


def _day_of(listing: Listing[Any, Any]) -> list[Parameter]:
    if not listing.dated:
        return []
    means = "As it was true on this day."
    return [_parameter("as_of", Annotated[Day | None, Query(description=means)], None)]


def _parameter(name: str, kind: Any, default: Any = Parameter.empty) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def _sign(endpoint: Any, name: str, words: str, parameters: Sequence[Parameter]) -> None:
    """Give an endpoint the name, the words and the parameters that its document shows."""
    own = [("request", Request), ("read", Read), ("response", Response)]
    signed = [*(_parameter(n, kind) for n, kind in own), *parameters]
    endpoint.__name__, endpoint.__doc__ = name, words
    endpoint.__signature__ = Signature(signed)
