"""Training, networks and bespoke work."""

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
    await model.hear(deliveries(YEARS_EDGES))
    assert await model.printed("bespoke.assessments.count") == "2"
    assert await model.printed("bespoke.consultancy_and_training.count") == "2"
    assert await model.printed("bespoke.assessments.count", "2017-18") == "1"


async def test_a_year_with_other_work_has_none_and_a_year_with_nothing_no_data(
    model: ReadModel,
) -> None:
    await model.hear(
        deliveries("""
            delivery | kind   | course | on         | delegates
            d1       | course | other  | 2019-01-12 | 5
        """)
    )
    assert await model.printed("bespoke.assessments.count") == "0"
    assert await model.printed("networks.senco.delegates") == "0"
    assert await model.printed("bespoke.assessments.count", "2017-18") == "no data for this year"
    assert await model.printed("networks.senco.delegates", "2017-18") == "no data for this year"


async def test_delegates_are_attendances_of_the_autumn_and_summer_terms(model: ReadModel) -> None:
    await model.hear(
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
    assert await model.printed("networks.senco.delegates") == "40"


async def test_ratings_are_pooled_and_each_form_weighs_one(model: ReadModel) -> None:
    """The domain brief's 8.2: a mean of means would print 9.6."""
    await model.hear(
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
    await model.hear(
        deliveries(YEARS_EDGES),
        ratings("delivery|content|methods\nd2|10|9\nd5|9|9\nd6|8|9\nd7|1|1\nd1|1|1"),
    )
    assert await model.printed("bespoke.content.average") == "9.0"
