"""The match table: it agrees when it should, and says so when it should not."""

from copy import deepcopy
from typing import Any

import pytest

from deploy.demo import match, oracle
from deploy.demo.county import published_county

YEAR = "2018-19"
Said = dict[str, dict[str, Any]]


@pytest.fixture(scope="module", name="said")
def _said() -> tuple[Said, Said]:
    county = published_county()
    return oracle.figures(county, YEAR), oracle.statements(county, YEAR)


def _differing(said: tuple[Said, Said]) -> list[tuple[str, str]]:
    rows = match.rows(match.published(), *said)
    assert len(rows) == 61
    return [(row.id, row.what) for row in match.differences(rows)]


def test_there_is_a_row_for_everything_published(said: tuple[Said, Said]) -> None:
    rows = match.rows(match.published(), *said)
    counts = [
        sum(row.what == what for row in rows)
        for what in ("figure", "last year", "change", "statement")
    ]
    assert counts == [43, 7, 6, 5]


def test_nothing_computed_matches_nothing() -> None:
    rows = match.rows(match.published(), {}, {})
    assert len(match.differences(rows)) == 61
    assert match.table(rows).endswith("0 of 61")


@pytest.mark.parametrize(
    ("id_", "part", "value"),
    [
        ("service.teachers.fte", "value", "665/10"),
        ("service.teachers.headcount", "value", "85"),
        ("survey.schools.effective.outstanding.share", "printed", "73.5%"),
        ("survey.schools.effective.outstanding.share", "basis", {"count": 159, "of": 218}),
        ("survey.schools.effective.outstanding.share", "basis", None),
        ("progress.nc.reading.judgement", "value", "good"),
        ("feedback.formal_complaints", "value", None),
        ("qdd.teams_achieving_key_areas.share", "value", "600/7"),
        ("survey.children.better_at_work.no.share", "value", "2/125"),
    ],
)
def test_a_figure_differs_in_text_value_or_basis(
    said: tuple[Said, Said], id_: str, part: str, value: object
) -> None:
    figures = deepcopy(said[0])
    figures[id_][part] = value
    assert _differing((figures, said[1])) == [(id_, "figure")]


def test_a_reports_lists_are_read_as_well(said: tuple[Said, Said]) -> None:
    figures, statements = ([{"id": id_, **one} for id_, one in part.items()] for part in said)
    rows = match.rows(match.published(), figures, statements)
    assert match.differences(match.oracle_rows(rows, figures, *said)) == []


def test_a_change_is_compared_in_points_at_the_published_decimals(said: tuple[Said, Said]) -> None:
    figures = deepcopy(said[0])
    id_ = "survey.parents.given_ideas.share"
    for value, same in (("205/100", True), ("2049/1000", False), (None, False)):
        figures[id_]["change"]["value"] = value
        assert _differing((figures, said[1])) == ([] if same else [(id_, "change")])
    figures[id_]["change"] = {"value": "21/10", "printed": "2.1%", "kind": "relative_percent"}
    assert _differing((figures, said[1])) == [(id_, "change")]


def test_last_year_differs(said: tuple[Said, Said]) -> None:
    figures = deepcopy(said[0])
    figures["progress.p_levels.average"]["last_year"] = None
    assert _differing((figures, said[1])) == [("progress.p_levels.average", "last year")]


def test_a_statement_that_does_not_hold_differs(said: tuple[Said, Said]) -> None:
    statements = {**said[1], "teaching.judged.all": {"holds": False}}
    assert _differing((said[0], statements)) == [("teaching.judged.all", "statement")]


def test_the_oracle_stands_beside_and_must_agree_exactly(said: tuple[Said, Said]) -> None:
    rows = match.rows(match.published(), *said)
    other = deepcopy(said[0])
    other["survey.parents.return_rate"]["value"] = "47901/672"
    beside = match.oracle_rows(rows, said[0], other, said[1])
    assert [row.id for row in match.differences(beside)] == ["survey.parents.return_rate"]
    assert "oracle" in match.table(beside).splitlines()[0]
    assert match.table(beside).endswith("60 of 61")
