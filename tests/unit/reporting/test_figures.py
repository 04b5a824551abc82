"""The definitions as a whole: which there are, in which order, and the page made of them."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest

from libs.common.core.clock import AcademicYear
from services.reporting import figures
from services.reporting.evaluate import Figure, Statement
from services.reporting.figures import ALL_FIGURES, FIGURES, STATEMENTS, steering
from services.reporting.figures.document import figures_page
from services.reporting.figures.feedback import months_of
from services.reporting.year import reference_date

ROOT = Path(__file__).parents[3]
# What was published once stays; a figure that the report has besides is no part of it.
PUBLISHED = json.loads(next((ROOT / "deploy").rglob("published_2018_19.json")).read_text())


@pytest.mark.parametrize(
    ("kind", "defined", "number"), [("figures", FIGURES, 43), ("statements", STATEMENTS, 5)]
)
def test_what_was_published_is_there_in_its_order(
    kind: str, defined: Sequence[Figure | Statement], number: int
) -> None:
    ids = [one["id"] for one in PUBLISHED[kind]]
    assert len(ids) == number
    assert [one.id for one in defined if one.id in ids] == ids


def test_what_is_compared_is_what_the_publication_compares() -> None:
    defined = {one.id: one for one in FIGURES}
    for one in PUBLISHED["figures"]:
        figure = defined[one["id"]]
        assert figure.shows_last_year == ("last_year_printed" in one), figure.id
        assert figure.change_decimals == one.get("change_decimals"), figure.id


def test_every_figure_says_what_it_counts_and_every_share_of_what() -> None:
    assert Counter(one.id for one in ALL_FIGURES).most_common(1)[0][1] == 1
    for figure in ALL_FIGURES:
        assert figure.words.endswith(".")
        assert figure.base or not figure.id.endswith(("share", "rate", "average", "judgement"))


@pytest.mark.parametrize(("package", "given"), [(figures, FIGURES), (steering, steering.STEERING)])
def test_every_family_is_in_the_report_or_beside_it(
    package: ModuleType, given: Sequence[Figure]
) -> None:
    modules = [
        import_module(f"{package.__name__}.{m.name}")
        for m in iter_modules(package.__path__)
        if not m.ispkg
    ]
    families = [module for module in modules if hasattr(module, "FIGURES")]
    assert len(families) > 5
    for family in families:
        left_out = [one.id for one in family.FIGURES if one not in given]
        assert left_out == [], f"add {family.__name__} to FAMILIES of {package.__name__}"


def test_the_page_names_every_figure_and_statement() -> None:
    page = figures_page()
    for id_ in (*(one.id for one in ALL_FIGURES), *(one.id for one in STATEMENTS)):
        assert f"| `{id_}` |" in page
    assert page == figures_page()
    assert page.endswith("|\n")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("2018-19", date(2019, 1, 17)),
        ("2017-18", date(2018, 1, 18)),
        ("2019-20", date(2020, 1, 16)),
        ("2014-15", date(2015, 1, 15)),
        ("2025-26", date(2026, 1, 15)),
        ("2023-24", date(2024, 1, 18)),
    ],
)
def test_the_reference_date_is_the_third_thursday_of_january(label: str, expected: date) -> None:
    assert reference_date(AcademicYear.parse(label)) == expected


def test_a_year_has_twelve_months_from_september_to_august() -> None:
    months = months_of(AcademicYear.parse("2018-19"))
    assert (len(months), months[0], months[3], months[4], months[-1]) == (
        12,
        "2018-09",
        "2018-12",
        "2019-01",
        "2019-08",
    )
