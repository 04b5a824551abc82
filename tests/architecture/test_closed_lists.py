"""Every map over a closed list is total: a code that is added is given its meaning everywhere."""

import ast
import importlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from services.survey.questionnaires.codes import ItemType

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    path
    for folder in ("libs", "services")
    for path in (ROOT / folder).rglob("*.py")
    if not {"migrations", "__main__.py"} & {*path.parts, path.name}
)


def lists() -> set[frozenset[str]]:
    """Return every closed list of two or more codes: of a name, of a field, of an enumeration."""
    found: set[frozenset[str]] = set()
    for path in MODULES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for thing in vars(importlib.import_module(name)).values():
            found.update(_of(thing))
            if isinstance(thing, type) and issubclass(thing, BaseModel):
                for field in thing.model_fields.values():
                    found.update(_of(field.annotation))
    return {one for one in found if len(one) > 1}


def _of(thing: Any) -> Iterator[frozenset[str]]:
    if isinstance(thing, type) and issubclass(thing, StrEnum):
        yield frozenset(thing)
    elif get_origin(thing) is Literal and all(isinstance(c, str) for c in get_args(thing)):
        yield frozenset(get_args(thing))
    elif get_origin(thing) in {Union, UnionType, Annotated, tuple, list, dict, frozenset}:
        for part in get_args(thing):
            yield from _of(part)


def maps() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield where a map is written and its keys, if these are two or more texts."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Dict) and len(node.keys) > 1:
                keys = [k.value for k in node.keys if isinstance(k, ast.Constant)]
                if len(keys) == len(node.keys) and all(isinstance(k, str) for k in keys):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", frozenset(map(str, keys))


def test_every_map_over_a_closed_list_has_all_of_its_codes() -> None:
    known = lists()
    assert len(known) > 30
    checked = [(where, keys) for where, keys in maps() if any(keys <= one for one in known)]
    assert len(checked) > 3
    partial = [
        (where, sorted(min((one for one in known if keys <= one), key=len) - keys))
        for where, keys in checked
        if keys not in known
    ]
    assert partial == [], "these maps lack codes of their lists"


def test_a_code_added_to_a_list_is_missed_where_it_has_no_meaning() -> None:
    types = frozenset(get_args(ItemType))
    assert types in lists()
    over = [where for where, keys in maps() if keys == types]
    assert over, "which answers a question of each type may offer"


def written() -> Iterator[tuple[frozenset[str], str]]:
    """Yield every closed list of two or more codes that is written out, and where."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") == "Literal":
                inside = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
                codes = [c.value for c in inside if isinstance(c, ast.Constant)]
                if len(codes) > 1 and all(isinstance(code, str) for code in codes):
                    yield frozenset(map(str, codes)), f"{path.relative_to(ROOT)}:{node.lineno}"


def test_a_closed_list_stands_once() -> None:
    places: dict[frozenset[str], list[str]] = {}
    for codes, where in written():
        places.setdefault(codes, []).append(where)
    assert len(places) > 30
    twice = [found for found in places.values() if len(found) > 1]
    assert twice == [], "name it where it belongs, and use the name"
