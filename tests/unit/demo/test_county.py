"""The fictional county: the same from the same seed, plainly made up, and fit to be sent."""

import ast
import csv
import hashlib
import io
import itertools
import json
import re
from dataclasses import asdict, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from deploy.demo import recipe as recipe_module
from deploy.demo.county import generate, published_county, small_county
from deploy.demo.people import upn
from deploy.demo.recipe import PUBLISHED, small
from deploy.demo.recording import DAYS, Recorded, entries
from deploy.demo.records import County
from deploy.demo.stages import stages

SEEDS = range(10)
PUBLISHED_DIGEST = "991db4871d414a1e217add08369a55715a6b3ac57047a689b3420e6995086812"


def written(county: County) -> bytes:
    return json.dumps(asdict(county), sort_keys=True).encode()


@pytest.fixture(scope="module", name="county")
def _county() -> County:
    return published_county()


def test_the_same_seed_gives_the_same_bytes(county: County) -> None:
    assert written(published_county()) == written(county)
    assert [written(small_county(3)) for _ in range(2)] == [written(small_county(3))] * 2


def test_the_bytes_are_those_of_every_machine(county: County) -> None:
    assert hashlib.sha256(written(county)).hexdigest() == PUBLISHED_DIGEST


def test_another_seed_gives_other_records() -> None:
    assert len({written(generate(PUBLISHED, seed)) for seed in (2019, 2020)}) == 2
    assert len({written(small_county(seed)) for seed in SEEDS}) == len(SEEDS)
    assert len({small(seed).noise for seed in SEEDS}) > 5


def test_the_recipe_holds_whole_numbers_only() -> None:
    leaves = list(_leaves(PUBLISHED))
    assert len(leaves) > 100
    assert {type(leaf) for leaf in leaves} == {int, bool}


def test_the_recipe_works_nothing_out() -> None:
    source = Path(recipe_module.__file__).read_text()
    published = next(
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PUBLISHED"
    )
    parts = list(ast.walk(published.value))
    assert len(parts) > 500
    assert not any(isinstance(part, ast.BinOp) for part in parts)
    assert not re.search(r"share|mean|average|percent|change", ast.unparse(published.value))


def _leaves(thing: Any) -> list[Any]:
    if is_dataclass(thing):
        return [leaf for f in fields(thing) for leaf in _leaves(getattr(thing, f.name))]
    if isinstance(thing, dict):
        return [leaf for value in thing.values() for leaf in _leaves(value)]
    if isinstance(thing, tuple):
        return [leaf for value in thing for leaf in _leaves(value)]
    return [thing]


def test_everybody_is_plainly_made_up(county: County) -> None:
    emails = {parent["email"] for child in county.children for parent in child["parents"]}
    assert len(emails) > 500
    assert all(email.endswith("@example.org") for email in emails)
    assert all(int(row["URN"]) > 900_000 for row in _register(county))


def test_pupil_numbers_have_their_check_letter_and_are_one_childs_own(county: County) -> None:
    numbers = {c["reference"]: c["upn"] for c in county.children if c["upn"]}
    assert len(numbers) > 400
    assert len(set(numbers.values())) == len(numbers)
    assert all(number == upn(number[1:]) and number[1:4] == "830" for number in numbers.values())
    assert upn("830200119001") == "U830200119001"
    assert upn("83020011904A") == "G83020011904A"


def test_the_register_has_what_the_rules_must_tell_apart(county: County) -> None:
    rows = _register(county)
    types = {row["TypeOfEstablishment (code)"] for row in rows}
    assert {"03", "3", "07", "14", "15", "34"} <= types
    assert {row["EstablishmentStatus (code)"] for row in rows} == {"1", "2", "3"}
    assert {row["LA (code)"] for row in rows} == {"830", "831"}


def test_a_visit_is_in_a_school_week_of_which_there_are_39_a_year(county: County) -> None:
    weeks = {visit["week_beginning"] for visit in county.visits}
    assert len([week for week in weeks if "2018-09-01" <= week <= "2019-08-31"]) == 39
    assert len([week for week in weeks if "2017-09-01" <= week <= "2018-08-31"]) == 39


def _register(county: County) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(county.schools)))


@pytest.mark.parametrize("seed", SEEDS)
def test_each_stage_names_only_what_came_before(seed: int) -> None:
    _check_references(small_county(seed))


def test_each_stage_of_the_published_county_names_only_what_came_before(county: County) -> None:
    sent = _check_references(county)
    assert sent == sum(len(stage.records) for stage in stages(county))
    assert sent > 60_000


def test_nothing_is_left_unsent(county: County) -> None:
    kinds = [f.name for f in fields(County) if f.name not in {"schools", "snapshot_on"}]
    sent = {id(stage.records) for stage in stages(county)}
    assert {id(getattr(county, kind)) for kind in kinds} <= sent


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_names_what_was_recorded_later(seed: int) -> None:
    _check_recording(small_county(seed))


def test_nothing_of_the_published_county_names_what_was_recorded_later(county: County) -> None:
    _check_recording(county)


def _check_recording(county: County) -> None:
    told = [list(entries(county, service)) for service in ("referral", "assessment", "survey")]
    for of_a_service in told:
        assert [entry.at for entry in of_a_service] == sorted(entry.at for entry in of_a_service)
    told_first = (entry for entry in itertools.chain(*told) if not entry.puts_right)
    in_order = [(entry.kind, entry.records) for entry in told_first]
    assert _check_names(in_order) == sum(len(stage.records) for stage in stages(county))


def test_records_are_entered_after_their_days_and_some_are_late(county: County) -> None:
    recorded = Recorded(county)
    for stage in stages(county):
        for record in stage.records:
            days = [record[name][:10] for name in DAYS.get(stage.kind, ()) if record.get(name)]
            assert all(day < recorded.on(stage.kind, record).isoformat() for day in days)
    late = [sum(map(recorded.is_late, of)) for of in (county.reviews, county.results)]
    assert late == [42, 96]


def _check_references(county: County) -> int:
    return _check_names([(stage.kind, stage.records) for stage in stages(county)])


def _check_names(in_order: list[tuple[str, list[dict[str, Any]]]]) -> int:
    """Look every name up in what was sent before; return how many records were sent."""
    known: dict[str, set[str]] = {name: set() for name in (*NAMED, "review", "recipient")}
    sent = 0
    for kind, records in in_order:
        for record in records:
            for name in NAMED.keys() & record.keys():
                assert str(record[name]) in known[name], (kind, name, record[name])
            _check_compound(kind, record, known)
            sent += 1
        _learn(kind, records, known)
    return sent


NAMED = dict.fromkeys(
    (
        "school", "school_urn", "team", "team_code", "staff", "child", "referral", "case",
        "result", "wave", "response", "delivery", "parent",
    )
)  # fmt: skip


def _check_compound(kind: str, record: dict[str, Any], known: dict[str, set[str]]) -> None:
    if kind == "continuations":
        assert f"{record['case']} {record['held_on']}" in known["review"]
    if kind == "responses":
        assert f"{record['wave']} {record['recipient']}" in known["recipient"]


def _learn(kind: str, records: list[dict[str, Any]], known: dict[str, set[str]]) -> None:
    known["team_code"].add("None")
    if kind == "school-extracts":
        rows = csv.DictReader(io.StringIO(records[0]["extract"]))
        known["school"] = known["school_urn"] = {row["URN"] for row in rows}
    for record in records:
        match kind:
            case "teams":
                known["team"].add(record["code"])
                known["team_code"].add(record["code"])
            case "children":
                known["child"].add(record["reference"])
                known["parent"] |= {
                    f"{record['reference']}/{p['reference']}" for p in record["parents"]
                }
            case "cases":
                known["case"].add(record["referral"])
            case "reviews":
                known["review"].add(f"{record['case']} {record['held_on']}")
            case "recipients":
                known["recipient"].add(f"{record['wave']} {record['reference']}")
            case "staff" | "referrals" | "results" | "waves" | "responses" | "deliveries":
                one = {"deliveries": "delivery", "staff": "staff"}.get(kind, kind.rstrip("s"))
                known[one].add(record["reference"])


def test_staff_rows_may_be_sent_again() -> None:
    """A first row whose contract changed later says from which day it held."""
    rows = small_county(1).staff
    changed = {row["reference"] for row in rows if row.get("effective_on")}
    assert len(changed) == 2
    assert all(row.get("effective_on") for row in rows if row["reference"] in changed)


def test_a_part_of_the_recipe_changes_its_own_records_only() -> None:
    noise = replace(PUBLISHED.noise, suspensions=PUBLISHED.noise.suspensions + 1)
    one, other = (generate(replace(PUBLISHED, noise=n), 7) for n in (PUBLISHED.noise, noise))
    differing = [f.name for f in fields(County) if getattr(one, f.name) != getattr(other, f.name)]
    assert differing == ["exclusions"]
