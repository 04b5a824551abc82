"""Banding schemes as data: which is in force on a day, what is refused, what a place is worth."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from libs.common.core.errors import Rejected
from services.assessment.results.commands import reading_of
from services.assessment.schemes.domain import FOLDER, in_force, in_order, read, scheme_on, schemes


@pytest.mark.parametrize(
    ("day", "scheme", "code", "scale", "tenths"),
    [
        ("2014-09-01", "SSSEN-DEFAULT", "P1i", "P", 10),
        ("2018-09-01", "SSSEN-DEFAULT", "P6", "P", 60),
        ("2018-09-01", "SSSEN-DEFAULT", "Y2.3", "N", 90),
        ("2018-09-01", "SSSEN-DEFAULT", "PK4", "K", None),
        ("2018-09-01", "SSSEN-DEFAULT", "EM", "G", None),
    ],
)
def test_a_position_is_worth_what_the_scheme_of_its_day_says(
    day: str, scheme: str, code: str, scale: str, tenths: int | None
) -> None:
    in_force = scheme_on(date.fromisoformat(day))
    assert in_force is not None
    assert in_force.scheme == scheme
    found = in_force.find(code)
    assert found is not None
    assert (found[0].scale, found[1].value_tenths) == (scale, tenths)


def test_every_position_of_the_default_scheme_is_worth_what_its_rule_says() -> None:
    """P1i to P3ii by halves; from P4, sub-steps e d c b by fifths (P4's by tenths) up to the level.

    Year bands go on by one a step, six steps a year; the other scales have no values.
    """
    halves = {
        f"P{level}{half}": level * 10 + 5 * (half == "ii")
        for level in (1, 2, 3)
        for half in ("i", "ii")
    }
    fourth = {f"P4{step}": 36 + place for place, step in enumerate("edcb")}
    fifths = {
        f"P{level}{step}": (level - 1) * 10 + 2 * place
        for level in range(5, 9)
        for place, step in enumerate("edcb", 1)
    }
    whole = {f"P{level}": level * 10 for level in range(4, 9)}
    bands = {
        f"Y{year}.{step}": (6 * (year - 1) + step) * 10
        for year in range(1, 7)
        for step in range(1, 7)
    }
    without = dict.fromkeys(["PK1", "PK2", "PK3", "PK4", "PK5", "PK6", "EM"])
    scheme = scheme_on(date(2018, 9, 1))
    assert scheme is not None
    found = {
        position.code: position.value_tenths
        for scale in scheme.scales
        for position in scale.positions
    }
    assert found == {**halves, **fourth, **fifths, **whole, **bands, **without}


def test_no_scheme_was_in_force_before_the_first() -> None:
    assert scheme_on(date(2014, 8, 31)) is None
    with pytest.raises(Rejected):
        reading_of("reading", "P6", date(2014, 8, 31), moderated=True)


def test_a_subject_that_the_scheme_does_not_band_is_refused() -> None:
    with pytest.raises(Rejected) as refusal:
        reading_of("music", "P6", date(2018, 9, 3), moderated=True)
    assert [fault.pointer for fault in refusal.value.errors] == ["/subject"]


def _file(tmp_path: Path, name: str = "SSSEN-DEFAULT.v1.json", **changed: Any) -> Path:
    document = json.loads((FOLDER / "SSSEN-DEFAULT.v1.json").read_text(encoding="utf-8"))
    path = tmp_path / name
    path.write_text(json.dumps(document | changed), encoding="utf-8")
    return path


def test_an_unchanged_copy_is_read(tmp_path: Path) -> None:
    assert read(_file(tmp_path)) in schemes()


SCALE = {"scale": "P", "words": "made up", "positions": [{"code": "A", "value_tenths": 10}]}


def _with_position(**changed: Any) -> dict[str, Any]:
    """Return a scheme's scales of which the only position is changed."""
    return {"scales": [{**SCALE, "positions": [{"code": "A", "value_tenths": 10} | changed]}]}


@pytest.mark.parametrize(
    "changed",
    [
        {"weight": 2},
        {"subjects": ["reading", "cookery"]},
        {"scales": [SCALE, {**SCALE, "scale": "Q"}]},
        {"scales": [{**SCALE, "positions": [*SCALE["positions"], *SCALE["positions"]]}]},
        {"valid_from": "2014-02-30"},
        {"version": 2},
        {"valid_to": "2014-08-31"},
        {"valid_from": 1_409_529_600},
        {"subjects": []},
        {"scales": []},
        {"scales": [{**SCALE, "positions": []}]},
        {"scales": [SCALE, {**SCALE, "positions": [{"code": "B", "value_tenths": 10}]}]},
        {"scales": [{**SCALE, "scale": "ELEVEN-LONG"}]},
        {"scales": [{**SCALE, "scale": "P levels"}]},
        _with_position(code="ELEVEN.LONG"),
        _with_position(code="P 1"),
        _with_position(code=""),
        _with_position(value_tenths=2**31),
        _with_position(value_tenths=-(2**31) - 1),
        _with_position(value_tenths="10"),
    ],
)
def test_a_faulty_file_stops_the_start(tmp_path: Path, changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Scheme|SSSEN"):
        read(_file(tmp_path, **changed))


@pytest.mark.parametrize(
    ("scheme", "version"), [("S" * 41, 1), ("S S", 1), ("", 1), ("S", 0), ("S", 1_001), ("S", "1")]
)
def test_a_scheme_has_a_name_and_a_version_that_commands_take(
    tmp_path: Path, scheme: str, version: int | str
) -> None:
    name = f"{scheme}.v{version}.json"
    with pytest.raises(ValueError, match="for Scheme"):
        read(_file(tmp_path, name, scheme=scheme, version=version))


@pytest.mark.parametrize(
    ("first_ends", "day", "expected"),
    [
        (None, "2014-08-31", None),
        (None, "2014-09-01", 1),
        (None, "2021-08-31", 1),
        (None, "2021-09-01", 2),
        ("2020-08-31", "2020-08-31", 1),
        ("2020-08-31", "2020-09-01", None),
        ("2020-08-31", "2021-09-01", 2),
        ("2024-08-31", "2021-09-01", 2),
        (None, "2022-08-31", 2),
        (None, "2022-09-01", None),
    ],
)
def test_a_scheme_is_in_force_until_it_ends_or_the_next_begins(
    tmp_path: Path, first_ends: str | None, day: str, expected: int | None
) -> None:
    first = read(_file(tmp_path, valid_to=first_ends))
    later = {"version": 2, "valid_from": "2021-09-01", "valid_to": "2022-08-31"}
    second = read(_file(tmp_path, "SSSEN-DEFAULT.v2.json", **later))
    found = in_force(in_order([second, first]), date.fromisoformat(day))
    assert (found.version if found else None) == expected


def test_two_schemes_do_not_begin_on_one_day(tmp_path: Path) -> None:
    both = read(_file(tmp_path)), read(_file(tmp_path, "SSSEN-DEFAULT.v2.json", version=2))
    with pytest.raises(ValueError, match=r"v1 and SSSEN-DEFAULT\.v2 begin on one day"):
        in_order(both)
