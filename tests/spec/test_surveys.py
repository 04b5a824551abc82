"""Questionnaires: what is counted, and of what it is a share."""

import pytest

from services.reporting.disclosure.changes import BY_CHANCE
from tests.spec.asked import questionnaires
from tests.spec.conftest import ReadModel
from tests.spec.events import response_voided, responses, waves

SCHOOLS = "audience | year | issued\nschools | 2018-19 | 249"


async def test_the_published_shares_come_from_whole_numbers(model: ReadModel) -> None:
    await model.handle(
        waves(SCHOOLS),
        responses(
            """
            effective   | impact      | times
            outstanding | outstanding | 142
            outstanding | good        | 18
            good        | good        | 58
            """,
            "schools",
        ),
    )
    found = {one.id: one for one in (await model.report()).figures}
    rate = found["survey.schools.return_rate"]
    assert (rate.printed, rate.value) == ("88%", "21800/249")
    assert found["survey.schools.effective.share"].printed == "100%"
    assert found["survey.schools.effective.outstanding.share"].printed == "73.4%"
    assert found["survey.schools.impact.outstanding.share"].printed == "65.1%"
    assert found["survey.parents.returned"].printed == "not run this year"
    assert found["survey.parents.knew_learning.share"].printed == "not run this year"


async def test_late_second_blank_and_void_returns_do_not_count(model: ReadModel) -> None:
    await model.handle(
        waves("audience | year | issued\nparents | 2018-19 | 10"),
        responses(
            """
            knew_learning | times | standing
            yes           | 3     | counted
            no            | 1     | counted
            no            | 2     | late
            no            | 2     | duplicate
            not-answered  | 1     | too-few-answers
            """,
            "parents",
        ),
        [response_voided("parents", 1)],
    )
    assert await model.printed("survey.parents.returned") == "3"
    assert await model.printed("survey.parents.return_rate") == "30%"
    share = await model.figure("survey.parents.knew_learning.share")
    assert (share.value, share.printed) == ("200/3", "66.7%")


async def test_returns_by_open_links_are_counted_by_themselves(model: ReadModel) -> None:
    """The domain brief's 8.1: they are in no rate, which would exceed 100%, and in no share."""
    await model.handle(
        waves("audience | year | issued\nparents | 2018-19 | 5"),
        responses(
            """
            knew_learning | times | standing
            yes           | 3     | counted
            no            | 1     | counted
            no            | 7     | counted-apart
            no            | 1     | late
            """,
            "parents",
        ),
    )
    assert await model.printed("survey.parents.returned") == "4"
    assert await model.printed("survey.parents.return_rate") == "80%"
    assert await model.printed("survey.parents.knew_learning.share") == "75%"
    assert await model.cells("questionnaires.open_link", "audience") == {"parents": "7"}
    assert await model.cells("questionnaires.returned", "audience") == {"parents": "4"}


async def test_the_third_category_of_children_holds_the_unanswered(model: ReadModel) -> None:
    """The domain brief's 8.3: 488 returns, of which four left the question out."""
    await model.handle(
        waves("audience | year | issued\nchildren | 2018-19 | 600"),
        responses(
            """
            better_at_work | helps_class_work | times
            yes            | yes              | 446
            no             | no               | 8
            not-sure       | sometimes        | 20
            sometimes      | not-sure         | 10
            not-answered   | illegible        | 2
            illegible      | not-shown        | 1
            not-shown      | not-shown        | 1
            """,
            "children",
        ),
    )
    found = {one.id: one.printed for one in (await model.report()).figures}
    for question in ("better_at_work", "helps_class_work"):
        parts = [found[f"survey.children.{question}.{part}.share"] for part in ("yes", "no")]
        assert parts == ["91.4%", "1.6%"]
        assert found[f"survey.children.{question}.other.share"] == "7%"


async def test_a_question_left_out_of_a_return_is_in_the_base(model: ReadModel) -> None:
    await model.handle(
        waves("audience | year | issued\nparents | 2018-19 | 4"),
        responses(
            "knew_learning | given_ideas | times\nyes | not-answered | 3\nyes | yes | 1",
            "parents",
        ),
    )
    assert await model.printed("survey.parents.given_ideas.share") == "25%"


async def test_what_a_question_says_it_allows_not_to_apply_leaves_its_base(
    model: ReadModel,
) -> None:
    """13.11 and trap 46: not applicable is not blank, and is in none of the three shares."""
    await model.handle(
        waves("audience | year | issued\nchildren | 2018-19 | 9"),
        responses(
            """
            better_at_work | times
            yes            | 2
            no             | 1
            not-answered   | 1
            not-applicable | 5
            """,
            "children",
        ),
    )
    told = [
        await model.printed(f"survey.children.better_at_work.{part}.share")
        for part in ("yes", "no", "other")
    ]
    assert told == ["50%", "25%", "25%"]


async def test_what_was_made_out_of_an_illegible_answer_is_no_answer(model: ReadModel) -> None:
    await model.handle(
        waves("audience | year | issued\nparents | 2018-19 | 4"),
        responses("knew_learning | times\nillegible yes | 1\nyes | 3", "parents"),
    )
    assert await model.printed("survey.parents.knew_learning.share") == "75%"


async def test_all_but_one_of_many_is_not_printed_as_all(model: ReadModel) -> None:
    await model.handle(
        waves("audience | year | issued\nparents | 2018-19 | 3000"),
        responses("knew_learning | given_ideas | times\nyes|no|2999\nno|yes|1", "parents"),
    )
    assert await model.printed("survey.parents.knew_learning.share") == "99.9%"
    assert await model.printed("survey.parents.given_ideas.share") == "0.1%"


async def test_a_questionnaire_nobody_returned_has_a_rate_and_no_shares(model: ReadModel) -> None:
    await model.handle(waves("audience | year | issued\nschools | 2018-19 | 40"))
    assert await model.printed("survey.schools.returned") == "0"
    assert await model.printed("survey.schools.return_rate") == "0%"
    assert await model.printed("survey.schools.effective.share") == "no returns"


async def test_a_questionnaire_sent_to_nobody_was_not_run(model: ReadModel) -> None:
    await model.handle(waves("audience | year | issued\nschools | 2018-19 | 0"))
    for what in ("issued", "returned", "return_rate", "effective.share"):
        assert await model.printed(f"survey.schools.{what}") == "not run this year"


async def test_a_question_the_questionnaire_did_not_ask_has_no_share(model: ReadModel) -> None:
    await model.handle(
        waves("audience | year | issued | version\nchildren | 2018-19 | 9 | 2"),
        responses("helps_class_work | times\nyes | 3\nnot-answered | 1", "children"),
    )
    for part in ("yes", "no", "other"):
        asked_nobody = await model.figure(f"survey.children.better_at_work.{part}.share")
        assert (asked_nobody.value, asked_nobody.basis) == (None, None)
        assert asked_nobody.printed == "not asked this year"
    assert await model.printed("survey.children.helps_class_work.yes.share") == "75%"


async def test_a_question_that_all_left_out_was_asked(model: ReadModel) -> None:
    await model.handle(
        waves("audience | year | issued\nchildren | 2018-19 | 9"),
        responses("helps_class_work | better_at_work | times\nyes|not-answered|4", "children"),
    )
    assert await model.printed("survey.children.better_at_work.yes.share") == "0%"
    assert await model.printed("survey.children.better_at_work.other.share") == "100%"


AGENCIES = "impact | times\noutstanding | {}\ngood | {}"


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        ((5, 3), (6, 2), "increase of 13 percentage points"),  # 62.5 to 75: half up
        ((6, 2), (5, 3), "decrease of 13 percentage points"),
        ((3, 1), (6, 2), "no change"),
        ((374, 126), (3, 1), "increase of less than 1 percentage point"),
        ((37, 13), (3, 1), "increase of 1 percentage point"),
    ],
)
async def test_a_change_says_which_way(
    model: ReadModel, before: tuple[int, int], now: tuple[int, int], change: str
) -> None:
    await model.handle(
        waves("audience | year | issued\nagencies | 2017-18 | 500\nagencies | 2018-19 | 9"),
        responses(AGENCIES.format(*before), "agencies", "2017-18"),
        responses(AGENCIES.format(*now), "agencies", "2018-19"),
    )
    found = (await model.figure("survey.agencies.impact.outstanding.share")).change
    assert found
    assert found.printed == change


async def test_a_year_that_was_skipped_gives_no_comparison(model: ReadModel) -> None:
    await model.handle(
        waves("audience | year | issued\nparents | 2016-17 | 9\nparents | 2018-19 | 9"),
        responses("knew_learning | times\nyes | 4", "parents", "2016-17"),
        responses("knew_learning | times\nyes | 4", "parents", "2018-19"),
    )
    share = await model.figure("survey.parents.knew_learning.share")
    assert (share.printed, share.change) == ("100%", None)
    assert share.last_year
    assert (share.last_year.value, share.last_year.printed) == (None, "no comparison available")


async def test_a_periodic_survey_is_compared_with_the_last_year_it_ran_which_is_named(
    model: ReadModel,
) -> None:
    """Trap 50, and the difference is of four answers each: chance alone could make it."""
    await model.handle(
        waves("audience | year | issued\nagencies | 2015-16 | 9\nagencies | 2018-19 | 9"),
        responses(AGENCIES.format(2, 2), "agencies", "2015-16"),
        responses(AGENCIES.format(3, 1), "agencies", "2018-19"),
    )
    share = await model.figure("survey.agencies.impact.outstanding.share")
    assert share.last_year
    assert (share.last_year.printed, share.last_year.academic_year) == ("50% in 2015-16", "2015-16")
    assert share.change
    assert share.change.printed == "increase of 25 percentage points since 2015-16"
    assert (share.change.kind, share.change.uncertainty) == ("percentage_points", BY_CHANCE)


async def test_another_version_of_the_questionnaire_is_not_compared(model: ReadModel) -> None:
    await model.handle(
        waves("""
            audience | year    | issued | version
            agencies | 2017-18 | 9      | 1
            agencies | 2018-19 | 9      | 2
        """),
        responses(AGENCIES.format(2, 2), "agencies", "2017-18"),
        responses(AGENCIES.format(3, 1), "agencies", "2018-19"),
    )
    share = await model.figure("survey.agencies.impact.outstanding.share")
    assert (share.printed, share.change) == ("75%", None)
    assert share.last_year
    assert share.last_year.printed.startswith("not comparable")


TWO_YEARS = """
    audience | year    | issued | version
    children | 2017-18 | 9      | 1
    children | 2018-19 | 9      | 2
"""
ADDED = """
    questionnaire | version | question         | trend            | reworded
    children      | 1       | better_at_work   | better-at-work   |
    children      | 1       | helps_class_work | helps-class-work |
    children      | 2       | better_at_work   | {trend}          | {reworded}
    children      | 2       | helps_class_work | helps-class-work |
    children      | 2       | likes_school     | likes-school     |
"""
WORK = "better_at_work | helps_class_work | times\nyes | yes | 3\nno | no | 1"
MORE = "better_at_work | helps_class_work | likes_school | times\nyes | yes | yes | 4"


async def _compared(model: ReadModel, trend: str, reworded: str = "") -> dict[str, str]:
    """Return what is printed as last year's of each question, once another was added."""
    await model.handle(
        questionnaires(ADDED.format(trend=trend, reworded=reworded)),
        waves(TWO_YEARS),
        responses(WORK, "children", "2017-18"),
        responses(MORE, "children", "2018-19"),
    )
    found = {one.id: one for one in (await model.report()).figures}
    questions = ("better_at_work", "helps_class_work")
    told = {one: found[f"survey.children.{one}.yes.share"].last_year for one in questions}
    return {question: last.printed for question, last in told.items() if last}


async def test_a_question_added_next_year_breaks_no_other_comparison(model: ReadModel) -> None:
    compared = await _compared(model, "better-at-work")
    assert compared == {"better_at_work": "75%", "helps_class_work": "75%"}


async def test_a_question_of_another_trend_breaks_its_own_comparison_alone(
    model: ReadModel,
) -> None:
    """Trap 51: asked otherwise, it is another question, whatever it is called."""
    compared = await _compared(model, "does-well")
    assert compared["better_at_work"].startswith("not comparable")
    assert compared["helps_class_work"] == "75%"


async def test_another_wording_that_is_held_equivalent_is_compared_and_says_so(
    model: ReadModel,
) -> None:
    assert (await _compared(model, "better-at-work", "yes"))["better_at_work"] == "75%"
    words = (await model.figure("survey.children.better_at_work.yes.share")).words
    assert words.endswith(
        "Worded otherwise than before since children 2, and held to be equivalent."
    )
    other = (await model.figure("survey.children.helps_class_work.yes.share")).words
    assert "Worded" not in other
