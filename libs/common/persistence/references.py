"""The county's own references in a token, and the ids that a service knows them by.

They are looked up before it is asked how far the caller reaches, with one query, and none where a
token has none. What is not on record here is nobody's and reaches nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.security import Actor, References

LARGEST_URN = 999_999
Column = Any
"""A column of a table, or what the ORM has in its place."""


@dataclass(frozen=True, kw_only=True)
class OnRecord:
    """The columns in which a service has the id of a thing, and the county's reference of it.

    ``children`` are found by scheme and reference, and by ``children_of`` a parent's own; only
    their owner has those. What a service does not know of by the county's reference it leaves out.
    """

    teams: tuple[Column, Column]
    schools: tuple[Column, Column] | None = None
    staff: tuple[Column, Column] | None = None
    children: tuple[Column, Column, Column] | None = None
    children_of: Callable[[str], Select[Any]] | None = None


async def resolved(connection: AsyncConnection, on_record: OnRecord, actor: Actor) -> Actor:
    """Return the actor with the ids behind their references beside those that the token names."""
    queries = _queries(on_record, actor.references)
    if not queries:
        return actor
    found: dict[str, set[UUID]] = {"team": set(), "school": set(), "child": set(), "staff": set()}
    for kind, id_ in (await connection.execute(union_all(*queries))).all():
        found[kind].add(id_)
    return replace(
        actor,
        teams=actor.teams | found["team"],
        schools=actor.schools | found["school"],
        children=actor.children | found["child"],
        staff_id=actor.staff_id or next(iter(found["staff"]), None),
    )


def _queries(on_record: OnRecord, given: References) -> list[Select[Any, Any]]:
    queries: list[Select[Any, Any]] = []
    if given.teams:
        queries.append(_one_of("team", *on_record.teams, sorted(given.teams)))
    urns = sorted(int(urn) for urn in given.schools if _is_urn(urn))
    if urns and on_record.schools is not None:
        queries.append(_one_of("school", *on_record.schools, urns))
    if given.staff is not None and on_record.staff is not None:
        queries.append(_one_of("staff", *on_record.staff, [given.staff]))
    if given.children and on_record.children is not None:
        id_, scheme, reference = on_record.children
        mine = tuple_(scheme, reference).in_(sorted(given.children))
        queries.append(select(literal("child"), id_).where(mine))
    if given.parent is not None and on_record.children_of is not None:
        theirs = on_record.children_of(given.parent).subquery()
        queries.append(select(literal("child"), *theirs.c))
    return queries


def _one_of(kind: str, id_: Column, column: Column, given: list[Any]) -> Select[Any, Any]:
    return select(literal(kind), id_).where(column.in_(given))


def _is_urn(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= LARGEST_URN
