"""Sets published against computed, row by row: figures, last year's, changes and statements."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

PUBLISHED = Path(__file__).parent / "published_2018_19.json"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One thing the publication says, what was computed, and whether they are the same."""

    id: str
    what: str
    published: str
    computed: str
    same: bool
    oracle: str = ""


def published() -> Json:
    """Return what was published."""
    found: Json = json.loads(PUBLISHED.read_text())
    return found


def rows(publication: Json, figures: Sequence[Json], statements: Sequence[Json]) -> list[MatchRow]:
    """Return a row for every figure, last year's value, change and statement published."""
    by_id = {figure["id"]: figure for figure in figures}
    said = {statement["id"]: statement for statement in statements}
    found: list[MatchRow] = []
    for figure in publication["figures"]:
        computed = by_id.get(figure["id"], {})
        found.append(_figure(figure, computed))
        if "last_year_printed" in figure:
            found.append(_last_year(figure, computed))
        if "change_printed" in figure:
            found.append(_change(figure, computed))
    return found + [_statement(one, said.get(one["id"], {})) for one in publication["statements"]]


def _figure(figure: Json, computed: Json) -> MatchRow:
    printed = str(computed.get("printed", "nothing"))
    same = (
        printed == figure["printed"]
        and _same_value(figure, computed.get("value"))
        and ("basis" not in figure or computed.get("basis") == figure["basis"])
    )
    return MatchRow(figure["id"], "figure", figure["printed"], printed, same)


def _same_value(figure: Json, value: str | None) -> bool:
    """Compare the exact value, rounded half up once to the places that were published."""
    if value is None or isinstance(figure["value"], str):
        return bool(value == figure["value"])
    wanted = Fraction(str(figure["value"]))
    if "tolerance" in figure:  # published to the nearest ten
        return rounded(Fraction(value) / 10, 0) * 10 == wanted
    places = len(str(figure["value"]).partition(".")[2].rstrip("0"))
    return rounded(Fraction(value), places) == wanted


def rounded(value: Fraction, places: int) -> Fraction:
    """Round half up (away from zero) to so many places."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def _last_year(figure: Json, computed: Json) -> MatchRow:
    printed = (computed.get("last_year") or {}).get("printed", "nothing")
    wanted = figure["last_year_printed"]
    return MatchRow(figure["id"], "last year", wanted, printed, printed == wanted)


def _change(figure: Json, computed: Json) -> MatchRow:
    change = computed.get("change") or {}
    same = change.get("kind") == "percentage_points" and rounded(
        Fraction(change["value"]), figure["change_decimals"]
    ) == Fraction(str(figure["change_value"]))
    printed = change.get("printed", "nothing")
    return MatchRow(figure["id"], "change", figure["change_printed"], printed, same)


def _statement(statement: Json, computed: Json) -> MatchRow:
    holds = computed.get("holds") is True
    printed = str(computed.get("printed", "nothing"))
    return MatchRow(statement["id"], "statement", statement["printed"], printed, holds)


def with_oracle(
    found: Sequence[MatchRow],
    figures: Sequence[Json],
    statements: Sequence[Json],
    opinion: Mapping[tuple[str, str], str],
) -> list[MatchRow]:
    """Put the oracle's exact values beside the rows; one that differs is not the same.

    ``opinion`` holds, by id and what, the oracle's value written exactly.
    """
    exact = _exact(figures, statements)
    return [
        replace(
            row,
            oracle=opinion.get((row.id, row.what), "nothing"),
            same=row.same and opinion.get((row.id, row.what)) == exact.get((row.id, row.what)),
        )
        for row in found
    ]


def _exact(figures: Sequence[Json], statements: Sequence[Json]) -> dict[tuple[str, str], str]:
    exact: dict[tuple[str, str], str] = {}
    for figure in figures:
        exact[figure["id"], "figure"] = str(figure["value"])
        if figure["last_year"]:
            exact[figure["id"], "last year"] = str(figure["last_year"]["value"])
        if figure["change"]:
            exact[figure["id"], "change"] = figure["change"]["value"]
    for statement in statements:
        exact[statement["id"], "statement"] = "holds" if statement["holds"] else "does not hold"
    return exact


def differences(found: Sequence[MatchRow]) -> list[MatchRow]:
    """Return the rows in which something differs."""
    return [row for row in found if not row.same]


def table(found: Sequence[MatchRow]) -> str:
    """Return the rows as aligned text, with how many are the same as the last line."""
    head = ("figure or statement", "", "published", "computed", "oracle", "same")
    lines = [head, *[_cells(row) for row in found]]
    if not any(row.oracle for row in found):
        lines = [(*line[:4], line[5]) for line in lines]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    same = len(found) - len(differences(found))
    return "\n".join([*text, "", f"{same} of {len(found)}"])


def _cells(row: MatchRow) -> tuple[str, ...]:
    what = "" if row.what in {"figure", "statement"} else row.what
    same = "yes" if row.same else "NO"
    return (row.id, what, row.published, row.computed, row.oracle, same)
