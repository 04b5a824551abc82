"""Training, networks and bespoke work."""

import pytest

from tests.spec.conftest import ReadModel
from tests.spec.events import deliveries, ratings

YEARS_EDGES = """
    delivery | kind        | course | on         | delegates
    d1       | assessment  |        | 2018-08-31 |
    d2       | assessment  |        | 2018-09-01 |
    d3       | assessment  |        | 2019-08-31 |
    d4       | assessment  |        | 2019-09-01 |
    d5       | consultancy |        | 2019-01-10 |
    d6       | training    |        | 2019-01-11 |
    d7       | course      | other  | 2019-01-12 | 5
"""


async def test_work_counts_in_the_year_in_which_it_was_delivered(model: ReadModel) -> None:
    await model.handle(deliveries(YEARS_EDGES))
    assert await model.printed("bespoke.assessments.count") == "2"
    assert await model.printed("bespoke.consultancy_and_training.count") == "2"
    assert await model.printed("bespoke.assessments.count", "2017-18") == "1"


async def test_a_year_with_other_work_has_none_and_a_year_with_nothing_is_not_known(
    model: ReadModel,
) -> None:
    await model.handle(
        deliveries("""
            delivery | kind   | course | on         | delegates
            d1       | course | other  | 2019-01-12 | 5
        """)
    )
    assert await model.printed("bespoke.assessments.count") == "0"
    assert await model.printed("networks.senco.delegates") == "0"
    assert await model.printed("bespoke.assessments.count", "2017-18") == "not known"
    assert await model.printed("networks.senco.delegates", "2017-18") == "not known"


async def test_delegates_are_attendances_of_the_autumn_and_summer_terms(model: ReadModel) -> None:
    await model.handle(
        deliveries("""
            delivery | kind    | course | on         | delegates
            d1       | network | senco  | 2018-09-01 | 10
            d2       | network | senco  | 2018-12-31 | 10
            d3       | network | senco  | 2019-01-01 | 900
            d4       | network | senco  | 2019-03-31 | 900
            d5       | network | senco  | 2019-04-01 | 10
            d6       | network | senco  | 2019-08-31 | 10
            d7       | network | heads  | 2018-10-01 | 900
            d8       | course  | senco  | 2018-10-01 | 900
            d9       | network | senco  | 2018-08-31 | 900
        """)
    )
    delegates = await model.agreed("networks.senco.delegates")
    assert delegates.printed == "40"
    assert delegates.counts == {"spring meeting 2019-01-01": 900, "spring meeting 2019-03-31": 900}


@pytest.mark.parametrize(
    ("on", "counted"),
    [
        ("2018-08-31", False),
        ("2018-09-01", True),
        ("2018-12-31", True),
        ("2019-01-01", False),
        ("2019-03-31", False),
        ("2019-04-01", True),
        ("2019-08-31", True),
    ],
)
async def test_marks_and_delegates_are_of_the_same_meetings(
    model: ReadModel, on: str, counted: bool
) -> None:
    await model.handle(
        deliveries(f"""
            delivery | kind    | course | on         | delegates
            autumn   | network | senco  | 2018-10-01 | 7
            other    | network | senco  | {on}       | 5
            heads    | network | heads  | 2018-10-01 | 900
        """),
        ratings("delivery|content|methods\nautumn|10|10\nother|8|6\nheads|1|1"),
    )
    assert (await model.agreed("networks.senco.delegates")).value == ("12" if counted else "7")
    content = await model.agreed("networks.senco.content.average")
    methods = await model.agreed("networks.senco.methods.average")
    assert (content.value, methods.value) == (("9", "8") if counted else ("10", "10"))


async def test_a_year_of_spring_meetings_alone_has_no_delegates_and_lists_them(
    model: ReadModel,
) -> None:
    row = "d1 | network | senco | 2019-02-01 | 30\nd2 | network | senco | 2019-02-01 | 12"
    await model.handle(deliveries(f"delivery | kind | course | on | delegates\n{row}"))
    delegates = await model.agreed("networks.senco.delegates")
    assert (delegates.value, delegates.counts) == ("0", {"spring meeting 2019-02-01": 42})


async def test_ratings_are_pooled_and_each_form_weighs_one(model: ReadModel) -> None:
    """The domain brief's 8.2: a mean of means would print 9.6."""
    await model.handle(
        ratings("""
            delivery | content | methods | times
            A        | 10      |         | 9
            A        | 9       | 7       | 1
            B        | 9       |         | 24
            B        | 10      | 8       | 6
            late     | 1       | 1       | 5
            network  | 1       | 1       | 5
        """),
        deliveries("""
            delivery | kind    | course | on         | delegates
            A        | course  | one    | 2018-10-01 | 10
            B        | course  | two    | 2019-03-01 | 30
            late     | course  | one    | 2019-09-01 | 5
            network  | network | senco  | 2019-05-01 | 5
        """),
    )
    content = await model.figure("training.courses.content.average")
    assert (content.value, content.printed) == ("75/8", "9.4")
    assert content.counts == {"answers": 40}
    methods = await model.figure("training.courses.methods.average")
    assert (methods.value, methods.counts) == ("55/7", {"answers": 7})
    assert await model.printed("networks.senco.content.average") == "1.0"
    assert await model.printed("bespoke.content.average") == "no data for this year"


async def test_bespoke_ratings_are_of_all_bespoke_work(model: ReadModel) -> None:
    await model.handle(
        deliveries(YEARS_EDGES),
        ratings("delivery|content|methods\nd2|10|9\nd5|9|9\nd6|8|9\nd7|1|1\nd1|1|1"),
    )
    assert await model.printed("bespoke.content.average") == "9.0"
