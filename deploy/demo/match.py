"""Published against computed: 43 figures, 13 comparisons and 5 statements, one row each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from deploy.demo.oracle.printing import half_up, nearest

APPROXIMATELY = "approximately "
PUBLISHED_FILE = Path(__file__).with_name("published_2018_19.json")
What = Literal["figure", "last year", "change", "statement"]
Computed = Mapping[str, Mapping[str, Any]]
"""By id: of a figure its value, printed, basis, last_year and change; of a statement holds."""
Said = Computed | Sequence[Mapping[str, Any]]
"""The same by id, or as a report's list in which each has its id."""


@dataclass(frozen=True)
class Row:
    """One thing the publication says, and what was computed for it."""

    id: str
    what: What
    published: str
    computed: str
    same: bool
    oracle: str | None = None


def published() -> dict[str, Any]:
    """Return the publication; numbers keep the decimals they are written with."""
    document: dict[str, Any] = json.loads(PUBLISHED_FILE.read_text(), parse_float=Decimal)
    return document


def rows(publication: Mapping[str, Any], figures: Said, statements: Said) -> list[Row]:
    """Compare everything the publication says with what was computed, in its order.

    A figure is the same if its printed text is, the exact value (a share in per cent) rounded
    half up once at the published precision is, and the basis is where one is given. A change is
    compared in percentage points at the published decimals. A statement is the same if it holds
    and, where it is of approximately so many, is of as many: "about" says the same.
    """
    found = []
    computed, said = _by_id(figures), _by_id(statements)
    for figure in publication["figures"]:
        found += _figure_rows(figure, computed.get(figure["id"]) or {})
    for statement in publication["statements"]:
        found.append(_statement_row(statement, said.get(statement["id"]) or {}))
    return found


def _statement_row(statement: Mapping[str, Any], said: Mapping[str, Any]) -> Row:
    words, text = _claimed(said), statement["printed"]
    same = said.get("holds") is True and (
        not text.startswith(APPROXIMATELY) or _about(words) == _about(text)
    )
    return Row(statement["id"], "statement", text, words, same)


def _claimed(said: Mapping[str, Any]) -> str:
    """Return whether a statement holds, and of about how many where it says that."""
    printed = str(said.get("printed"))
    about = f": {printed}" if printed.startswith(("about ", "fewer than ")) else ""
    return f"holds{about}" if said.get("holds") is True else "does not hold"


def _about(text: str) -> str:
    """Return what is said of a number without the word for its being an approximation."""
    return text.removeprefix("holds: ").removeprefix("about ").removeprefix(APPROXIMATELY)


def oracle_rows(
    compared: Sequence[Row], figures: Said, second: Said, statements: Said
) -> list[Row]:
    """Put the second opinion beside each row; a row is the same only if the exact values agree."""
    first, other, said = _by_id(figures), _by_id(second), _by_id(statements)
    return [_with_oracle(row, first, other, said) for row in compared]


def _by_id(said: Said) -> Computed:
    return said if isinstance(said, Mapping) else {one["id"]: one for one in said}


def differences(compared: Sequence[Row]) -> list[Row]:
    """Return the rows that differ."""
    return [row for row in compared if not row.same]


def table(compared: Sequence[Row]) -> str:
    """Return the rows as aligned text, and below them how many of how many agree."""
    with_oracle = any(row.oracle is not None for row in compared)
    head = ["", "id", "what", "published", "computed", *(["oracle"] if with_oracle else [])]
    lines = [head, *(_cells(row, with_oracle=with_oracle) for row in compared)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    text = ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]
    same = len(compared) - len(differences(compared))
    return "\n".join([*text, "", f"{same} of {len(compared)}"])


def _cells(row: Row, *, with_oracle: bool) -> list[str]:
    cells = ["ok" if row.same else "NOT", row.id, row.what, row.published, row.computed]
    return [*cells, row.oracle or ""] if with_oracle else cells


def _figure_rows(figure: Mapping[str, Any], computed: Mapping[str, Any]) -> list[Row]:
    id_ = figure["id"]
    texts = figure["printed"], _printed(computed)
    rows_ = [Row(id_, "figure", *texts, _same_figure(figure, computed))]
    if "last_year_printed" in figure:
        last = computed.get("last_year") or {}
        texts = figure["last_year_printed"], _printed(last)
        rows_.append(Row(id_, "last year", *texts, _same_text(figure["last_year_printed"], last)))
    if "change_printed" in figure:
        change = computed.get("change") or {}
        texts = figure["change_printed"], _printed(change)
        rows_.append(Row(id_, "change", *texts, _same_change(figure, change)))
    return rows_


def _printed(computed: Mapping[str, Any]) -> str:
    return str(computed.get("printed") or "nothing")


def _same_figure(figure: Mapping[str, Any], computed: Mapping[str, Any]) -> bool:
    basis = computed.get("basis") or {}
    return (
        _printed(computed) == figure["printed"]
        and _same_value(figure["value"], computed.get("value"), figure["printed"])
        and all(basis.get(part) == number for part, number in figure.get("basis", {}).items())
    )


def _same_text(text: str, computed: Mapping[str, Any]) -> bool:
    number = Decimal(text.rstrip("%"))
    return _printed(computed) == text and _same_value(number, computed.get("value"), text)


def _same_value(said: Decimal | int | str, value: object, text: str) -> bool:
    """Compare a published number or word with an exact value."""
    if isinstance(said, str) or value is None:
        return said == _word(value)
    try:
        exact = Fraction(str(value))
    except ValueError:
        return False
    if text.startswith(APPROXIMATELY):
        return nearest(exact) == said
    return half_up(exact, _decimals(said)) == Fraction(said)


def _word(value: object) -> str:
    """Return a code or a word as the publication writes it."""
    return str(value).replace("-", " ").capitalize()


def _decimals(number: Decimal | int) -> int:
    exponent = Decimal(number).as_tuple().exponent
    assert isinstance(exponent, int)
    return max(0, -exponent)


def _same_change(figure: Mapping[str, Any], change: Mapping[str, Any]) -> bool:
    kind = str(change.get("kind", "")).replace("-", "_").replace(" ", "_")
    if change.get("value") is None or kind != "percentage_points":
        return False
    exact = half_up(Fraction(str(change["value"])), figure["change_decimals"])
    return exact == Fraction(figure["change_value"])


def _with_oracle(row: Row, figures: Computed, second: Computed, statements: Computed) -> Row:
    if row.what == "statement":
        words = _claimed(statements.get(row.id) or {})
        return replace(row, oracle=words, same=row.same and words == row.computed)
    ours, theirs = (_part(row.what, one.get(row.id) or {}) for one in (figures, second))
    same = _exact(ours.get("value")) == _exact(theirs.get("value"))
    return replace(row, oracle=_printed(theirs), same=row.same and same)


def _part(what: What, computed: Mapping[str, Any]) -> Mapping[str, Any]:
    name = {"last year": "last_year", "change": "change"}.get(what)
    return computed if name is None else computed.get(name) or {}


def _exact(value: object) -> object:
    """Return a value to compare: a number, a word in one spelling, or None."""
    try:
        return Fraction(str(value))
    except ValueError:
        return value and _word(value)
