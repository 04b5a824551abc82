"""What a caller sees of a thing's fields, and which steps they may take on it.

Both are asked of the service's grants, as every route is: a field or a step has a permission, and
how far the caller reaches with it decides of each row.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select

from libs.common.persistence.uow import ReadTransaction, UnitOfWork

Fields = Mapping[str, str]
"""Of each confined field the permission that shows it; `parents.email` is one of each parent."""

V = TypeVar("V", bound=BaseModel)


async def permitted(
    read: ReadTransaction, kind: type[Any], ids: Collection[UUID], actions: Iterable[str]
) -> Mapping[UUID, frozenset[str]]:
    """Return which of these actions the caller may take on each row, in one query at the most."""
    asked = {action: read.access.taking(action) for action in dict.fromkeys(actions)}
    everywhere = frozenset(action for action, access in asked.items() if access.everything)
    some = {a: one for a, one in asked.items() if one.reaches and not one.everything}
    if not (some and ids):
        return dict.fromkeys(ids, everywhere)
    if isinstance(read, UnitOfWork):
        await read.flush()  # what the command made is asked for as well
    reached = [read.visible(one, kind).label(f"may_{i}") for i, one in enumerate(some.values())]
    query = select(kind.id, *reached).where(kind.id.in_(ids))
    found = {row[0]: row[1:] for row in await read.connection.execute(query)}
    return {
        id_: everywhere | {action for action, may in zip(some, found[id_], strict=True) if may}
        for id_ in ids
    }


async def allowed(
    read: ReadTransaction,
    kind: type[Any],
    steps: Mapping[str, str],
    states: Mapping[UUID, Sequence[str]],
    whose: Mapping[UUID, UUID] | None = None,
) -> Mapping[UUID, list[str]]:
    """Return the steps of each thing that its state and the caller's role both allow.

    ``steps`` names the permission that each needs, ``states`` those that each thing's state
    allows, ``whose`` the aggregate of this kind that a part belongs to.
    """
    of = whose or dict(zip(states, states, strict=True))
    may = await permitted(read, kind, {*of.values()}, steps.values())
    return {
        id_: [one for one in open_ if steps[one] in may[of[id_]]] for id_, open_ in states.items()
    }


async def withhold(
    read: ReadTransaction,
    kind: type[Any],
    fields: Fields,
    views: Sequence[tuple[UUID, V]],
) -> list[V]:
    """Return what is shown of rows by their ids: a field that is withheld is null, and named."""
    if not fields:
        return [view for _, view in views]
    shown = await permitted(read, kind, [id_ for id_, _ in views], fields.values())
    return [
        _without(view, sorted(name for name, action in fields.items() if action not in shown[id_]))
        for id_, view in views
    ]


def _without(view: V, names: Sequence[str]) -> V:
    if not names:
        return view
    emptied: Any = view
    for name in names:
        emptied = _emptied(emptied, name.split("."))
    found: V = emptied.model_copy(update={"withheld": list(names)})
    return found


def _emptied(view: Any, path: Sequence[str]) -> Any:
    name, *rest = path
    if not rest:
        return view.model_copy(update={name: None})
    inner = getattr(view, name)
    several = [_emptied(one, rest) for one in inner] if isinstance(inner, list) else None
    return view.model_copy(update={name: _emptied(inner, rest) if several is None else several})
