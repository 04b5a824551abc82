"""The closed lists of codes as they are shown: found where fields have them, never typed twice."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, WithJsonSchema
from pydantic.fields import FieldInfo

from libs.common.core.errors import NEXT_WORD


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code, what it stands for, and its first and last day; null is all days before or after."""

    code: str
    words: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list by its name, with where it is used: a body or answer and its field, `Visits.reason`.

    One that a thing of the service has to itself is named by both: `cases.pause-reason`.
    """

    name: str
    used_in: tuple[str, ...]
    codes: tuple[ListedCode, ...]


_ROOMS: Final = tuple(
    f"libs.common.{room}." for room in ("contracts", "core", "imports", "security")
)
_COLLECTIONS: Final = (Union, UnionType, Annotated, tuple, list, dict, frozenset)


def closed_lists(
    models: Iterable[type[BaseModel]], service: str, words: Mapping[str, str]
) -> list[CodeList]:
    """Return the closed lists of some models by name; a code that says itself needs no words."""
    names, used = _names(service), defaultdict[frozenset[str], dict[str, tuple[str, ...]]](dict)
    for model in _within(models):
        for field, info in model.model_fields.items():
            for codes in (*_literals(info.annotation), *_said_of(info)):
                used[frozenset(codes)][f"{model.__name__}.{field}"] = codes
    found = [
        CodeList(
            names.get(codes, min(fields)),
            tuple(sorted(fields)),
            tuple(ListedCode(code, words.get(code, _said(code))) for code in fields[min(fields)]),
        )
        for codes, fields in used.items()
    ]
    return sorted(found, key=lambda one: one.name)


def _said(code: str) -> str:
    return code.replace("-", " ").replace("_", " ").capitalize()


def _literals(annotation: Any) -> Iterator[tuple[str, ...]]:
    """Yield the lists of two or more codes that a field's type has."""
    parts = get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield tuple(annotation)
    elif get_origin(annotation) is Literal:
        if len(parts) > 1 and all(isinstance(code, str) for code in parts):
            yield parts
    elif get_origin(annotation) in _COLLECTIONS:
        for part in parts:
            yield from _literals(part)


def _said_of(info: FieldInfo) -> Iterator[tuple[str, ...]]:
    """Yield the codes that the document says of a view's text."""
    parts = (*info.metadata, *(one for part in get_args(info.annotation) for one in get_args(part)))
    for one in parts:
        if isinstance(one, WithJsonSchema) and one.json_schema:
            codes = one.json_schema.get("enum", ())
            if len(codes) > 1:
                yield tuple(codes)


def _within(models: Iterable[type[BaseModel]]) -> list[type[BaseModel]]:
    """Return models and all that they are made of, each once."""
    found: dict[type[BaseModel], None] = {}
    waiting = [*models]
    while waiting:
        model = waiting.pop()
        if model not in found:
            found[model] = None
            waiting += [m for f in model.model_fields.values() for m in models_in(f.annotation)]
    return list(found)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def _names(service: str) -> dict[frozenset[str], str]:
    """Return each named list's name by its codes: a list stands once, where it is named."""
    found: dict[frozenset[str], str] = {}
    ours = f"services.{service}."
    modules = sorted(name for name in sys.modules if name.startswith((ours, *_ROOMS)))
    # What uses a list has its name too: its own module comes first.
    for module in sorted(modules, key=lambda n: (n.startswith(ours), not n.endswith(".codes"))):
        *_, room, last = module.split(".")
        for name, value in vars(sys.modules[module]).items():
            plain = NEXT_WORD.sub("-", name).lower()
            if last == "codes":
                plain = f"{room}.{plain}"
            elif plain in found.values():  # another list's
                plain = f"{last}.{plain}".replace("_", "-")
            for codes in _literals(value):
                found.setdefault(frozenset(codes), plain)
    return found
