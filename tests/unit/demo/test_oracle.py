"""The second opinion reproduces the publication, and moves only where a record should move it."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from deploy.demo import match, oracle
from deploy.demo.county import published_county, small_county
from deploy.demo.oracle.printing import decimal, half_up
from deploy.demo.records import County

YEAR = "2018-19"
Figures = dict[str, dict[str, Any]]


@pytest.fixture(scope="module", name="county")
def _county() -> County:
    return published_county()


@pytest.fixture(scope="module", name="figures")
def _figures(county: County) -> Figures:
    return oracle.figures(county, YEAR)


def test_the_published_county_gives_the_published_figures(county: County, figures: Figures) -> None:
    rows = match.rows(match.published(), figures, oracle.statements(county, YEAR))
    assert match.differences(rows) == []
    assert len(rows) == 61
    assert match.table(rows).endswith("61 of 61")


@cache
def _figures_of(seed: int) -> Figures:
    return oracle.figures(small_county(seed), YEAR)


@pytest.mark.parametrize("seed", range(10))
def test_any_small_county_has_all_figures_finite(seed: int) -> None:
    figures = _figures_of(seed)
    assert figures.keys() == {figure["id"] for figure in match.published()["figures"]}
    known = [figure for figure in figures.values() if figure["value"] is not None]
    assert len(known) > 35
    for figure in known:
        assert figure["printed"]
        assert figure["basis"] is None or 0 <= figure["basis"]["count"] <= figure["basis"]["of"]
    assert len(oracle.statements(small_county(seed), YEAR)) == 5


def test_small_counties_differ() -> None:
    several = [_figures_of(seed) for seed in range(10)]
    fixed = [id_ for id_ in several[0] if len({f[id_]["value"] for f in several}) == 1]
    assert fixed == []


def _moved(county: County, figures: Figures, change: Callable[[County], None]) -> list[str]:
    other = deepcopy(replace(county, visits=[]))  # no published figure rests on visits
    change(other)
    after = oracle.figures(other, YEAR)
    return [id_ for id_ in figures if figures[id_]["value"] != after[id_]["value"]]


def test_a_parents_answer_moves_its_question(county: County, figures: Figures) -> None:
    def change(other: County) -> None:
        answer = next(
            answer
            for response in other.responses
            if response["wave"] == f"W-{YEAR}-parents"
            for answer in response["answers"]
            if answer["question"] == "given_ideas" and answer.get("value") == "yes"
        )
        answer["value"] = "no"

    assert _moved(county, figures, change) == ["survey.parents.given_ideas.share"]


def test_a_comment_alone_is_a_return(county: County, figures: Figures) -> None:
    def change(other: County) -> None:
        answering = {
            one["recipient"]
            for one in other.responses
            if any(answer["state"] == "answered" for answer in one["answers"])
        }
        blank = next(
            one
            for one in other.responses
            if one["wave"] == f"W-{YEAR}-parents" and one["recipient"] not in answering
        )
        words = {"question": "comment", "state": "answered", "value": "Made-up words."}
        blank["answers"].append(words)

    assert _moved(county, figures, change) == [
        "survey.parents.returned",
        "survey.parents.return_rate",
        "survey.parents.knew_learning.share",
        "survey.parents.given_ideas.share",
    ]


def test_a_p_level_result_moves_the_average(county: County, figures: Figures) -> None:
    def change(other: County) -> None:
        settled = {one["result"] for one in (*other.corrections, *other.voids)}
        ends = [
            result
            for result in other.results
            if (result["academic_year"], result["term"]) == (YEAR, "summer")
            and result["position"] in {"P5", "P6"}
            and result["reference"] not in settled
        ]
        ends[0]["position"] = "P8"

    assert _moved(county, figures, change) == ["progress.p_levels.average"]


@pytest.mark.parametrize(
    ("kind", "figure"),
    [
        ("bespoke-assessment", "bespoke.assessments.count"),
        ("bespoke-training", "bespoke.consultancy_and_training.count"),
    ],
)
def test_bespoke_work_a_day_earlier_is_last_years(
    county: County, figures: Figures, kind: str, figure: str
) -> None:
    def change(other: County) -> None:
        rated = {rating["delivery"] for rating in other.ratings}
        delivery = next(
            one
            for one in other.deliveries
            if one["kind"] == kind
            and one["reference"] not in rated
            and "2018-09-01" <= one["delivered_on"] <= "2019-08-31"
        )
        delivery["delivered_on"] = "2018-08-31"

    assert _moved(county, figures, change) == [figure]


def test_a_teachers_hours_move_the_full_time_equivalent(county: County, figures: Figures) -> None:
    def change(other: County) -> None:
        teacher = next(row for row in other.staff if row["fte"] == "0.50")
        teacher["fte"] = "0.60"

    assert _moved(county, figures, change) == ["service.teachers.fte"]


def test_a_month_nobody_checked_leaves_complaints_unknown(county: County, figures: Figures) -> None:
    def change(other: County) -> None:
        checks = other.register_checks
        checks.remove(
            next(c for c in checks if (c["kind"], c["month"]) == ("complaints", "2019-02"))
        )

    assert _moved(county, figures, change) == ["feedback.formal_complaints"]


def test_criteria_of_another_year_move_nothing(county: County, figures: Figures) -> None:
    def change(other: County) -> None:
        other.criteria[:] = [c for c in other.criteria if c["academic_year"] <= YEAR]

    assert len(county.criteria) == 4
    assert _moved(county, figures, change) == []


def test_a_version_signed_after_the_year_moves_nothing_until_it_is_signed_in_time(
    county: County, figures: Figures
) -> None:
    def drop(other: County) -> None:
        other.criteria[:] = [c for c in other.criteria if c["version"] == 1]

    def sign_in_time(other: County) -> None:
        for criteria in other.criteria:
            criteria["signed_on"] = criteria["adopted_on"]

    assert _moved(county, figures, drop) == []
    moved = _moved(county, figures, sign_in_time)
    assert moved
    assert {id_[:12] for id_ in moved} == {"progress.nc."}


def test_a_spring_meeting_is_in_neither_marks_nor_delegates(
    county: County, figures: Figures
) -> None:
    def change(other: County) -> None:
        spring = [d["reference"] for d in other.deliveries if "-spring-" in d["reference"]]
        assert len([r for r in other.ratings if r["delivery"] in spring]) == len(spring) > 0
        other.ratings[:] = [r for r in other.ratings if r["delivery"] not in spring]
        other.deliveries[:] = [d for d in other.deliveries if d["reference"] not in spring]

    assert _moved(county, figures, change) == []


def _let_late_count(county: County) -> None:
    for wave in county.waves:
        wave["grace_days"] = 100


def _let_rescinded_count(county: County) -> None:
    for exclusion in county.exclusions:
        exclusion.pop("rescinded_on", None)


def _let_unmoderated_count(county: County) -> None:
    for result in county.results:
        result["moderated"] = True


def _let_ended_cases_go_on(county: County) -> None:
    county.endings[:] = []


@pytest.mark.parametrize(
    "let_count",
    [
        lambda c: c.response_voids.clear(),
        lambda c: c.voids.clear(),
        lambda c: c.corrections.clear(),
        lambda c: c.results.reverse(),
        _let_late_count,
        _let_rescinded_count,
        _let_unmoderated_count,
        _let_ended_cases_go_on,
    ],
)
def test_what_must_not_count_would_show(
    county: County, figures: Figures, let_count: Callable[[County], None]
) -> None:
    assert _moved(county, figures, let_count)


def test_half_is_rounded_up_once() -> None:
    assert half_up(Fraction(25, 2), 0) == 13
    assert half_up(Fraction(1, 4), 1) == Fraction(3, 10)
    assert half_up(Fraction(8745, 100), 0) == 87
    assert half_up(Fraction(75), -1) == 80
    assert half_up(Fraction(-5, 2), 0) == -3
    assert [decimal(Fraction(n, 1000), 1) for n in (7000, 6967, 50, 49, -50)] == [
        "7", "7", "0.1", "0", "-0.1",
    ]  # fmt: skip


def test_in_which_order_responses_were_typed_in_moves_nothing(
    county: County, figures: Figures
) -> None:
    """The one received first counts (domain brief 13.4)."""
    assert _moved(county, figures, lambda c: c.responses.reverse()) == []
