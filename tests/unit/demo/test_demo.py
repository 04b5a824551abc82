"""The fictional county, its oracle and the match table."""

import copy
import json
from collections.abc import Callable
from dataclasses import asdict, fields
from fractions import Fraction

import pytest

from deploy.demo import match, oracle, recipe
from deploy.demo.county import published_county, small_county
from deploy.demo.records import County

YEAR = "2018-19"


def exact(county: County) -> dict[str, str]:
    opinion = oracle.opinion(county, YEAR)
    return {id_: value for (id_, what), value in opinion.items() if what in {"figure", "statement"}}


def test_the_same_seed_gives_the_same_county() -> None:
    assert json.dumps(asdict(small_county(7))) == json.dumps(asdict(small_county(7)))
    assert json.dumps(asdict(small_county(7))) != json.dumps(asdict(small_county(8)))


def test_the_recipe_holds_counts_only() -> None:
    def numbers(value: object) -> list[object]:
        if isinstance(value, dict):
            return [n for one in value.values() for n in numbers(one)]
        if isinstance(value, list | tuple):
            return [n for one in value for n in numbers(one)]
        return [value]

    held = numbers(asdict(recipe.PUBLISHED))
    assert len(held) > 50
    assert all(isinstance(number, int) for number in held)


def test_the_oracle_finds_what_was_published() -> None:
    values = oracle.figures(published_county(), YEAR)
    for figure in match.published()["figures"]:
        value = values[figure["id"]]
        stated = str(value) if isinstance(value, Fraction) else value
        assert match._same_value(figure, stated), figure["id"]
    assert all(oracle.statements(published_county(), YEAR).values())


def _answer(county: County) -> None:
    wave = "W-2018-19-parents"
    first = next(r for r in county.responses if r["wave"] == wave and len(r["answers"]) == 2)
    given = next(a for a in first["answers"] if a["question"] == "knew_learning")
    given["value"] = "no" if given.get("value") == "yes" else "yes"


def _p_level(county: County) -> None:
    for result in reversed(county.results):
        summer = (result["academic_year"], result["term"]) == (YEAR, "summer")
        if summer and result["position"] == "P6":
            result["position"] = "P8"
            return


def _bespoke(county: County) -> None:
    one = next(d for d in county.deliveries if d["reference"] == "D-assessment-3")
    one["delivered_on"] = "2018-08-31"


def _fte(county: County) -> None:
    row = next(r for r in county.staff if r["fte"] == "1.00" and r["post"] != "head-of-service")
    row["fte"] = "0.90"


@pytest.mark.parametrize(
    ("change", "depend"),
    [
        (_answer, {"survey.parents.knew_learning.share"}),
        (_p_level, {"progress.p_levels.average"}),
        (_bespoke, {"bespoke.assessments.count"}),
        (_fte, {"service.teachers.fte"}),
    ],
)
def test_one_record_changes_the_figures_that_depend_on_it(
    change: Callable[[County], None], depend: set[str]
) -> None:
    county = published_county()
    before = exact(county)
    changed = copy.deepcopy(county)
    change(changed)
    after = exact(changed)
    moved = {id_ for id_ in before if before[id_] != after[id_]}
    # A bespoke assessment takes its rating forms with it; their mean may move too.
    assert depend <= moved <= depend | {"bespoke.content.average", "bespoke.methods.average"}


def test_the_match_table_names_what_differs() -> None:
    publication = match.published()
    figures = [
        {
            "id": f["id"],
            "printed": f["printed"],
            "value": str(f["value"]),
            "basis": f.get("basis"),
            "last_year": {"value": "0", "printed": f.get("last_year_printed")},
            "change": {"value": str(f.get("change_value")), "kind": "percentage_points"},
        }
        for f in publication["figures"]
    ]
    statements = [{"id": s["id"], "holds": True, "printed": "x"} for s in publication["statements"]]
    assert match.differences(match.rows(publication, figures, statements)) == []
    figures[0]["value"] = "8"
    statements[0]["holds"] = False
    wrong = match.differences(match.rows(publication, figures, statements))
    assert [row.id for row in wrong] == ["service.teams", "inclusion.placements_maintained"]
    assert match.table(wrong).endswith("0 of 2")


def test_every_kind_of_record_is_there() -> None:
    county = published_county()
    assert [f.name for f in fields(county) if not getattr(county, f.name)] == []
