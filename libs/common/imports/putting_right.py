"""Kinds of import for all that is put right: they follow from its declaration, a row a command."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, create_model

from libs.common.core.errors import Conflict, Withdrawn
from libs.common.core.fields import Day, Identifier
from libs.common.http.correcting import PutRight, declared, named_in
from libs.common.imports.kinds import CommandOutcome, ImportKind, Key, named_by, part_of
from libs.common.persistence.uow import ANY_VERSION, UnitOfWork

FORMERLY: Final = "formerly_on"
"""The column of the day that names a record, where the correction tells another one."""
WORDS: Final = {"corrections": "corrections", "void": "voids"}


def kinds_that_put_right(
    routers: Iterable[APIRouter],
    ids: Mapping[str, Any],
    *,
    but: Collection[str] = (),
    parts: Mapping[str, tuple[Key, Key]] = MappingProxyType({}),
) -> tuple[ImportKind[Any], ...]:
    """Return a kind for each correction and withdrawal that these routes declare.

    ``ids`` are the types of what paths name, which the county may then name by its own keys. What
    has a kind already is left out (``but``). Of a record that is part of an aggregate ``parts``
    tells the column of its id and that of the aggregate's. A row names no version: it is of
    whatever is there.
    """
    found = (_kind(one, ids, parts) for one in declared(routers))
    return tuple(kind for kind in found if kind.kind not in but)


def _kind(
    put: PutRight, ids: Mapping[str, Any], parts: Mapping[str, tuple[Key, Key]]
) -> ImportKind[Any]:
    verb, _, noun = put.command.__name__.partition("_")
    which, body = named_in(put)
    columns = {name: FORMERLY if name in body.model_fields else name for name in which}
    types: dict[str, Any] = {
        columns[name]: Day if one.annotation is date else ids.get(name, Identifier)
        for name, one in which.items()
    }
    fields: dict[str, Any] = {name: (type_, ...) for name, type_ in types.items()}
    row: Any = create_model(
        f"{verb.capitalize()}{noun.title().replace('_', '')}Row",
        __base__=body,
        __doc__=put.command.__doc__,
        **fields,
    )
    record = next(iter(columns.values()))
    days = tuple(name for name, type_ in types.items() if type_ is Day)
    return ImportKind(
        f"{noun.replace('_', '-')}-{WORDS[put.step]}",
        row,
        put.action,
        _carrying_out(put, [*columns.values()], body),
        part_of(record, *parts[record]) if record in parts else named_by(record),
        key=days,
    )


def _carrying_out(
    put: PutRight, columns: list[str], body: type[BaseModel]
) -> Callable[[UnitOfWork, Any], Awaitable[CommandOutcome]]:
    async def carry_out(uow: UnitOfWork, row: Any) -> CommandOutcome:
        named = [getattr(row, name) for name in columns]
        values = {name: getattr(row, name) for name in body.model_fields}
        said = body.model_construct(row.model_fields_set & values.keys(), **values)
        before = uow.emitted
        try:
            done = await put.command(uow, *named, said, ANY_VERSION)
        except (Conflict, Withdrawn) as refusal:
            if not _was_withdrawn(put, refusal):
                raise
            return CommandOutcome("unchanged", named[0])
        return _outcome(done, named[0], changed=uow.emitted > before)

    return carry_out


def _was_withdrawn(put: PutRight, refusal: Exception) -> bool:
    """Say whether a withdrawal is of what was withdrawn before: the same file again."""
    if put.step != "void":
        return False
    return isinstance(refusal, Withdrawn) or str(getattr(refusal, "code", "")).endswith("-void")


def _outcome(done: Any, named: UUID, *, changed: bool) -> CommandOutcome:
    parts: Iterator[Any] = iter(done if isinstance(done, tuple) else (done,))
    told = [one for one in parts if isinstance(one, CommandOutcome)]
    record = done[0] if isinstance(done, tuple) else done
    id_ = getattr(record, "id", None) or named
    return told[0] if told else CommandOutcome("updated" if changed else "unchanged", id_)
