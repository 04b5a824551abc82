"""What a change of the events' schemas would break since the last release, and for whom.

A published type may gain fields that need not be there and codes on its lists. Whatever else
changes is a new major version; a type that nobody publishes any more is retired.
"""

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
RELEASED = FOLDER / "released"
CONSUMERS = FOLDER / "consumers"
WORDS = {"title", "description", "default", "$schema", "$id", "$defs", "enum", "examples"}
"""Keywords of a schema that say nothing of what may stand in it, or are compared by themselves."""

Schema = Mapping[str, Any]
Reads = Mapping[str, Mapping[str, list[str]]]
"""By consumer and type, the fields it reads; those of a part are named with the part's."""


@dataclass(frozen=True, slots=True)
class Break:
    """A field of a type that is not what it was, and who reads it."""

    type: str
    field: str
    what: str
    consumers: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it in one line."""
        whom = ", ".join(self.consumers) or "nobody whose contract is kept here"
        return f"{self.type}: {self.field or 'the type'} {self.what}; it is read by {whom}"


def schemas_in(folder: Path) -> dict[str, Schema]:
    """Return the schemas in a folder by type."""
    return {
        path.name.removesuffix(".json"): json.loads(path.read_text())
        for path in sorted(folder.glob("*.json"))
    }


def contracts(folder: Path = CONSUMERS) -> Reads:
    """Return what each consumer reads, from the file it keeps."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def breaks(
    before: Mapping[str, Schema], now: Mapping[str, Schema], retired: Set[str], reads: Reads
) -> list[Break]:
    """Return all that would break: what changed since the release, and what a consumer misses."""
    found = [
        Break(one.type, one.field, one.what, _readers(one, reads))
        for type_, schema in sorted(before.items())
        for one in _changes(type_, schema, now.get(type_), is_retired=type_ in retired)
    ]
    found = [one for one in found if one.field or one.type not in retired or one.consumers]
    return found + list(_misses(now, reads, {(one.type, one.field) for one in found}))


def _readers(change: Break, reads: Reads) -> tuple[str, ...]:
    def touches(field: str) -> bool:
        return not change.field or f"{field}.".startswith(f"{change.field}.")

    return tuple(
        consumer
        for consumer, types in sorted(reads.items())
        if change.type in types and (not change.field or any(map(touches, types[change.type])))
    )


def _misses(now: Mapping[str, Schema], reads: Reads, told: set[tuple[str, str]]) -> Iterator[Break]:
    """Yield what a consumer says it reads and no schema has: its contract is out of date."""
    for consumer, types in sorted(reads.items()):
        for type_, fields in sorted(types.items()):
            if type_ not in now:
                if (type_, "") not in told:
                    yield Break(type_, "", "is not there", (consumer,))
                continue
            there = set(fields_of(now[type_]))
            for field in fields:
                if field not in there and (type_, field) not in told:
                    yield Break(type_, field, "is not there", (consumer,))


def fields_of(schema: Schema) -> Iterator[str]:
    """Yield the fields of a schema, those of its parts with the part's name before them."""
    for name, part in schema.get("properties", {}).items():
        yield name
        inner = _inner(schema, part)
        for field in fields_of({**inner, "$defs": schema.get("$defs", {})}):
            yield f"{name}.{field}"


def _inner(whole: Schema, part: Schema) -> Schema:
    """Return the object that a field is, or is a list of."""
    if "$ref" in part:
        found: Schema = whole["$defs"][part["$ref"].rpartition("/")[2]]
        return found
    return _inner(whole, part["items"]) if "items" in part else part


def _changes(
    type_: str, before: Schema, now: Schema | None, *, is_retired: bool
) -> Iterator[Break]:
    if now is None:
        yield Break(type_, "", "is retired" if is_retired else "was removed")
        return
    for field, what in _of_object(before, now, before, now, ""):
        yield Break(type_, field, what)


def _of_object(
    before: Schema, now: Schema, old: Schema, new: Schema, path: str
) -> Iterator[tuple[str, str]]:
    """Yield the fields of an object that changed; ``before`` and ``now`` hold what it refers to."""
    fields, later = old.get("properties", {}), new.get("properties", {})
    needed, now_needed = set(old.get("required", ())), set(new.get("required", ()))
    for name, part in fields.items():
        if name not in later:
            yield f"{path}{name}", "was removed"
            continue
        if (name in needed) != (name in now_needed):
            yield f"{path}{name}", "became required" if name in now_needed else "may be missing now"
        yield from _of_field(before, now, part, later[name], f"{path}{name}")
    for name in sorted(later.keys() - fields.keys()):
        if name in now_needed:
            yield f"{path}{name}", "is new and required"
        elif later[name].get("default") is not None:
            yield f"{path}{name}", "is new and its default does not say that it is not known"


def _of_field(
    before: Schema, now: Schema, old: Schema, new: Schema, path: str
) -> Iterator[tuple[str, str]]:
    old, new = _resolved(before, old), _resolved(now, new)
    lost = sorted(set(old.get("enum", ())) - set(new.get("enum", ())))
    if lost and "enum" in new:
        yield path, f"no longer has the codes {', '.join(lost)}"
    if _kind(old) != _kind(new) or ("enum" in new) > ("enum" in old):
        yield path, "was retyped"
    elif "properties" in old:
        yield from _of_object(before, now, old, new, f"{path}.")
    elif "items" in old:
        yield from _of_field(before, now, old["items"], new["items"], path)
    for one, other in zip(old.get("anyOf", ()), new.get("anyOf", ()), strict=False):
        yield from _of_field(before, now, one, other, path)


def _resolved(whole: Schema, part: Schema) -> Schema:
    found: Schema = whole["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    return found


def _kind(schema: Schema) -> dict[str, Any]:
    """Return what sort of thing a schema lets stand, without what is compared by itself."""
    inner = {"properties", "required", "items", "anyOf", "additionalProperties"}
    kind = {name: part for name, part in schema.items() if name not in WORDS | inner}
    return kind | {"alternatives": len(schema.get("anyOf", ()))}
