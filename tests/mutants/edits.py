"""Finds an expression, or statements, in a named function or class, and puts others there.

What is looked for is compared as it is parsed, so that a new layout, another place in the file and
changes beside it leave a planted bug as it is.
"""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import dedent, indent

Scope = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Found = Sequence[ast.expr] | Sequence[ast.stmt]


class NotFound(LookupError):
    """What is to be replaced is not there, or is there more than once."""


def edited(path: Path, text: str, within: str, old: str, new: str) -> str:
    """Return a file's text with `old` replaced by `new` in the function or class `within`.

    ``within`` is a dotted name, empty for the file itself; a file that is not Python is edited as
    plain text. Raises NotFound unless `old` is there exactly once.
    """
    if path.suffix != ".py":
        if text.count(old) != 1:
            raise NotFound(f"{path.name}: {text.count(old)} times: {old}")
        return text.replace(old, new)
    scope = _scope(ast.parse(text), within)
    found = list(_found(scope, dedent(old)))
    if len(found) != 1:
        raise NotFound(f"{path.name}, {within or 'itself'}: {len(found)} times: {old}")
    return _spliced(text, found[0], dedent(new))


def _scope(module: ast.Module, within: str) -> Scope:
    scope: Scope = module
    for name in filter(None, within.split(".")):
        named = [
            one
            for one in ast.walk(scope)
            if isinstance(one, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and one.name == name
        ]
        if not named:
            raise NotFound(f"there is no {within}")
        scope = named[0]
    return scope


def _found(scope: Scope, old: str) -> Iterator[Found]:
    wanted = [ast.dump(statement) for statement in ast.parse(old).body]
    for node in ast.walk(scope):
        for _, held in ast.iter_fields(node):
            if isinstance(held, list) and held and isinstance(held[0], ast.stmt):
                yield from _runs(held, wanted)
    first = ast.parse(old).body[0]
    if len(wanted) == 1 and isinstance(first, ast.Expr):
        yield from (
            [node] for node in _expressions(scope) if ast.dump(node) == ast.dump(first.value)
        )


def _expressions(scope: Scope) -> Iterator[ast.expr]:
    """Yield every expression but those that are a whole statement."""
    nodes = list(ast.walk(scope))
    statements = {id(one.value) for one in nodes if isinstance(one, ast.Expr)}
    return (one for one in nodes if isinstance(one, ast.expr) and id(one) not in statements)


def _runs(held: Sequence[ast.stmt], wanted: Sequence[str]) -> Iterator[Sequence[ast.stmt]]:
    there = [ast.dump(statement) for statement in held]
    for start in range(len(there) - len(wanted) + 1):
        if there[start : start + len(wanted)] == wanted:
            yield held[start : start + len(wanted)]


def _spliced(text: str, found: Found, new: str) -> str:
    lines: list[bytes] = text.encode().splitlines(keepends=True)
    first, last = found[0], found[-1]
    decorators = getattr(first, "decorator_list", [])
    row = min([first.lineno, *(one.lineno for one in decorators)]) - 1
    before = b"".join(lines[:row]) + lines[row][: first.col_offset]
    assert last.end_lineno is not None
    end = last.end_lineno - 1
    after = lines[end][last.end_col_offset :] + b"".join(lines[end + 1 :])
    if isinstance(first, ast.stmt):
        new = indent(new.strip("\n"), " " * first.col_offset).lstrip()
    whole: bytes = before + new.strip("\n").encode() + after
    return whole.decode()
