"""Which refusals a route can give, read from its code: what it calls, and what that raises.

The code is the one place that says which rules there are. What is found here is at least what can
come; the tests hold every refusal that they meet to be among them.
"""

import dis
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, is_dataclass
from functools import cache
from types import CodeType, FunctionType
from typing import Any, Final, TypeGuard

from libs.common.core.errors import DomainError

_OURS: Final = ("libs.", "services.")


@dataclass
class Reached:
    """What is reached from a route: functions of ours, and refusals by status."""

    functions: set[FunctionType] = field(default_factory=set)
    refusals: set[tuple[int, str]] = field(default_factory=set)

    def named(self, words: Collection[str]) -> set[str]:
        """Return which of some words stand in the code that is reached: the headers it sets."""
        codes = [code for one in self.functions for code in _codes(one.__code__)]
        return {word for word in words if any(word in code.co_consts for code in codes)}


def reached_from(endpoint: Any, codes: Collection[str]) -> Reached:
    """Return what an endpoint reaches; ``codes`` are all that are explained somewhere."""
    before = getattr(endpoint, "beforehand", None)
    found, waiting = Reached(), [_plain(endpoint), _plain(before)]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in found.functions:
            found.functions.add(one)
            found.refusals |= _raised(one, frozenset(codes))
            waiting.extend(_called(one))
    return found


def _plain(thing: Any) -> FunctionType | None:
    """Return the function behind a method, a property or a wrapper, if it is one of ours.

    A wrapper that is a function closes over the one that it wraps, which is then reached too.
    """
    for name in ("fget", "func", "__func__", "__wrapped__"):
        if not isinstance(thing, FunctionType):
            thing = getattr(thing, name, None) or thing
    ours = isinstance(thing, FunctionType) and (thing.__module__ or "").startswith(_OURS)
    return thing if ours else None


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inside in code.co_consts:
        if isinstance(inside, CodeType):
            yield from _codes(inside)


@cache
def _called(function: FunctionType) -> list[FunctionType | None]:
    """Return the functions that one names, and the methods of its module's classes by their names.

    Of whose method it is, the code does not tell: all that bear the name count.
    """
    names = {name for code in _codes(function.__code__) for name in code.co_names}
    around = function.__globals__
    inside = [cell.cell_contents for cell in function.__closure__ or ()]
    inside += [one for cell in inside if is_dataclass(cell) for one in vars(cell).values()]
    classes = {id(one): one for one in around.values() if isinstance(one, type)}
    methods = [m for one in classes.values() for n, m in _methods(one).items() if n in names]
    return [_plain(one) for one in (*map(around.get, names), *inside, *methods)]


@cache
def _methods(kind: type) -> dict[str, FunctionType]:
    """Return a class's functions of ours by name, inherited ones too."""
    found: dict[str, FunctionType] = {}
    for one in reversed(kind.__mro__):
        if one.__module__.startswith(_OURS):
            found |= {name: f for name, thing in vars(one).items() if (f := _plain(thing))}
    return found


@cache
def _raised(function: FunctionType, codes: frozenset[str]) -> frozenset[tuple[int, str]]:
    """Return the refusals that a function names, each with the code that it is given there."""
    found: set[tuple[int, str]] = set()
    around = function.__globals__
    for code in _codes(function.__code__):
        if not any(_is_refusal(around.get(name)) for name in code.co_names):
            continue
        kind: type[DomainError] | None = None
        for one in dis.get_instructions(code):
            if one.opname == "LOAD_GLOBAL":
                named = around.get(one.argval)
                kind = named if _is_refusal(named) else None
                found |= {(int(kind.status), kind.code)} if kind else set()
            elif kind and one.opname == "LOAD_CONST" and one.argval in codes:
                found = found - {(int(kind.status), kind.code)} | {(int(kind.status), one.argval)}
    return frozenset(found)


def _is_refusal(thing: Any) -> TypeGuard[type[DomainError]]:
    return isinstance(thing, type) and issubclass(thing, DomainError) and thing is not DomainError
