"""Nought or not known: a year or a source without records, by both opinions (domain brief 13.5)."""

import pytest

from tests.spec.conftest import ReadModel
from tests.spec.events import MONTHS, cases, checks, compliments, deliveries, exclusions, risks

RISK = "inclusion.at_risk_of_exclusion"
EXCLUDED = "inclusion.permanent_exclusions"
ROLL = "child | started | ended\nann | 2016-09-01 |\nbob | 2016-09-01 |"


@pytest.mark.parametrize(
    ("assessed", "level", "count", "share"),
    [
        ("2018-09-01", "none", "0", "0%"),
        ("2019-08-31", "none", "0", "0%"),
        ("2019-08-31", "high", "1", "50%"),
        ("2018-08-31", "high", "not known", "not known"),  # carried over, it opens nothing
        ("2019-09-01", "none", "not known", "not known"),
    ],
)
async def test_risk_is_known_of_a_year_in_which_somebodys_was_judged(
    model: ReadModel, assessed: str, level: str, count: str, share: str
) -> None:
    await model.handle(cases(ROLL), risks(f"child | assessed | level\nann | {assessed} | {level}"))
    assert (await model.agreed(f"{RISK}.count")).printed == count
    assert (await model.agreed(f"{RISK}.share")).printed == share


async def test_a_level_carried_over_counts_once_anothers_was_judged(model: ReadModel) -> None:
    levels = "child | assessed | level\nann | 2018-06-01 | high\nbob | 2018-10-01 | none"
    await model.handle(cases(ROLL), risks(levels))
    assert (await model.agreed(f"{RISK}.count")).printed == "1"


@pytest.mark.parametrize(
    ("row", "printed"),
    [
        ("ann | SUSP | 2018-09-01 | |", "0"),
        ("ann | LNCH | 2019-08-31 | |", "0"),
        ("ann | PERM | 2019-01-10 | |", "0"),
        ("ann | PERM | 2019-01-10 | | 2019-02-01", "0"),
        ("ann | PERM | 2019-01-10 | 2019-02-01 |", "1"),
        ("ann | SUSP | 2018-08-31 | |", "not known"),
        ("ann | PERM | 2019-09-01 | 2019-09-20 |", "not known"),
    ],
)
async def test_exclusions_are_known_of_a_year_in_which_one_of_any_category_began(
    model: ReadModel, row: str, printed: str
) -> None:
    await model.handle(
        cases(ROLL),
        risks("child | assessed | level\nann | 2018-10-01 | none"),
        exclusions(f"child | category | starts | upheld | rescinded\n{row}"),
    )
    assert (await model.agreed(EXCLUDED)).printed == printed


COUNTS = (
    "bespoke.assessments.count",
    "bespoke.consultancy_and_training.count",
    "networks.senco.delegates",
)


@pytest.mark.parametrize(
    ("row", "printed"),
    [
        ("course | precision-teaching | 2019-08-31 | 5", "0"),
        ("network | heads | 2018-09-01 | 5", "0"),
        ("training | | 2018-08-31 |", "not known"),
        ("course | precision-teaching | 2019-09-01 | 5", "not known"),
    ],
)
async def test_deliveries_of_any_kind_open_all_of_them(
    model: ReadModel, row: str, printed: str
) -> None:
    await model.handle(deliveries(f"delivery | kind | course | on | delegates\nd1 | {row}"))
    assert [(await model.agreed(id_)).printed for id_ in COUNTS] == [printed] * 3
    package = await model.agreed_statement("training.pre_key_stage_package")
    said = "not known" if printed == "not known" else "not delivered in the year"
    assert (package.holds, package.printed) == (False, said)


@pytest.mark.parametrize(
    ("received", "months", "printed"),
    [
        (0, MONTHS, "0"),
        (0, MONTHS[1:], "not known"),
        (3, (), "3"),
    ],
)
async def test_no_compliment_is_a_nought_only_of_a_register_that_was_checked(
    model: ReadModel, received: int, months: tuple[str, ...], printed: str
) -> None:
    await model.handle(checks(*months, kind="compliments"), compliments(received, "2019-01-10"))
    found = await model.agreed_statement("feedback.compliments")
    assert (found.holds, found.printed) == (False, printed)


async def test_of_a_year_without_records_no_statement_shows_a_count_of_nought(
    model: ReadModel,
) -> None:
    await model.handle(cases(ROLL))
    for one in (await model.report()).statements:
        if one.id != "teaching.judged.all":
            assert (one.holds, one.printed, one.counts) == (False, "not known", {})
