"""What is recorded beside the report: the caseload, referrals, visits, reviews and loads."""

from datetime import date

import pytest

from libs.common.core.clock import AcademicYear
from services.reporting.evaluate import total
from services.reporting.figures.steering import FAMILIES
from services.reporting.figures.steering.caseload import NOT_COME
from services.reporting.figures.steering.reconciliation import RECONCILIATIONS
from services.reporting.queries import figure_named
from services.reporting.year import YearFacts
from tests.spec.casework import referrals, reviews, visits
from tests.spec.conftest import ReadModel
from tests.spec.drawing import named
from tests.spec.events import cases, responses, staff, waves
from tests.spec.holders import allocations, plans

RED, BLUE = str(named("Red")), str(named("Blue"))


async def expect(model: ReadModel, drawn: str, year: str = "2018-19") -> None:
    """Check a drawn table of figures: ``id = value`` a line."""
    for line in drawn.strip().splitlines():
        id_, _, value = line.partition("=")
        assert await model.value(id_.strip(), year) == value.strip(), id_


async def test_children_are_on_the_caseload_on_a_day_and_in_a_year(model: ReadModel) -> None:
    """Those of the first day and who joined, less who left, are those of the last (trap 63)."""
    await model.handle(
        cases("""
            case | child | started    | ended      | reason
            1    | ann   | 2017-09-01 |            |
            2    | bob   | 2017-09-01 | 2019-01-16 | left-phase
            3    | cat   | 2019-01-17 | 2019-08-30 | criteria-no-longer-met
            4    | dan   | 2018-10-01 |            |
            5    | dan   | 2018-11-01 | 2018-12-01 | other
            6    | eve   | 2016-09-01 | 2018-08-31 | deceased
        """)
    )
    await expect(
        model,
        """
        caseload.children.year           = 4
        caseload.children.first_day      = 2
        caseload.children.joined         = 2
        caseload.children.left           = 2
        caseload.children.last_day       = 2
        caseload.children.reference_date = 3
        caseload.endings                 = 3
        caseload.endings.criteria_no_longer_met.share = 50%
        """,
    )
    assert await model.values("caseload.endings", "reason") == {
        "criteria-no-longer-met": "1",
        "left-phase": "1",
        "other": "1",
    }


async def test_a_leaver_of_the_phase_is_in_no_rate_of_those_who_need_no_more(
    model: ReadModel,
) -> None:
    """Trap 30: who leaves Year 6 is not discontinued; a death stays in the year (trap 29)."""
    await model.handle(
        cases("""
            child | started    | ended      | reason
            ann   | 2017-09-01 | 2019-08-31 | left-phase
            bob   | 2017-09-01 | 2019-08-31 | deceased
        """)
    )
    await expect(
        model,
        """
        caseload.endings.criteria_no_longer_met.share = 0%
        caseload.children.year = 2
        """,
    )


async def test_visits_are_planned_made_and_missed_by_reason(model: ReadModel) -> None:
    await model.handle(
        visits("""
            child | week       | planned | attended | missed
            ann   | 2018-09-03 | 2       | 1        | pupil-absent
            ann   | 2018-09-10 | 1       | 1        |
            bob   | 2018-09-03 | 3       | 1        | pupil-absent teacher-absent
            bob   | 2018-08-27 | 1       | 0        | teacher-absent
        """)
    )
    await expect(
        model,
        """
        visits.planned        = 6
        visits.attended       = 3
        visits.attended.share = 50%
        visits.missed         = 3
        """,
    )
    by_reason = await model.values("visits.missed", "reason")
    assert by_reason == {"pupil-absent": "2", "teacher-absent": "1"}


async def test_a_review_is_on_time_late_or_outstanding_for_the_day_in_the_plan(
    model: ReadModel,
) -> None:
    """A late one is of its due day (trap 21); a ceased plan's was not due (trap 20)."""
    await model.handle(
        cases("child|started|ended\n" + "\n".join(f"{c}|2017-09-01|" for c in "abcde")),
        plans("""
            plan | child | type | starts     | ceased     | due
            A    | a     | EHC  | 2017-01-10 |            | 2020-01-10
            B    | b     | EHC  | 2017-01-10 |            | 2019-01-10
            C    | c     | EHC  | 2017-01-10 |            | 2019-01-10
            D    | d     | EHC  | 2017-01-10 | 2019-01-09 | 2019-01-10
            E    | e     | EHC  | 2017-01-10 |            | 2019-07-10
            F    | far   | EHC  | 2017-01-10 |            | 2019-01-10
        """),
        reviews("""
            child | plan | due        | held       | recommended | decided
            a     | A    | 2019-01-10 | 2019-01-10 | continue    | continue
            b     | B    | 2019-01-10 | 2019-10-01 | continue    |
            e     | E    | 2018-09-10 | 2018-09-11 | discontinue | continue
        """),
    )
    assert await model.values("reviews.due.count", "outcome") == {
        "late": "2",
        "on-time": "1",
        "outstanding": "2",
    }
    await expect(
        model,
        """
        reviews.on_time.share     = 20%
        reviews.late.count        = 2
        reviews.outstanding.count = 2
        """,
    )
    async with model.database.reading() as connection:
        on = YearFacts(connection, AcademicYear(2018), today=date(2019, 6, 1))
        assert (await total(figure_named("reviews.outstanding.count"), on)).value == 1


@pytest.mark.parametrize("in_order", [True, False], ids=["in order", "in reverse"])
async def test_a_review_is_of_the_day_in_the_plan_as_its_owner_says(
    model: ReadModel, in_order: bool
) -> None:
    """One without a due day is of the plan's; of two of one day the first says when it was held.

    A plan that does not name the service awaits no review of it.
    """
    lines = """
            a     | A    |            | 2019-01-10 | continue    |
            b     | B    |            | 2019-02-01 | continue    |
            c     | C    |            | 2019-01-09 | continue    |
            d     | D    | 2019-01-10 | 2019-01-10 | continue    |
            d     | D    | 2019-01-10 | 2019-03-10 | continue    |
            f     |      | 2019-01-10 | 2019-01-10 | continue    |
            g     |      | 2019-01-10 | 2019-03-10 | continue    |
    """.strip().splitlines()
    head = "child | plan | due        | held       | recommended | decided"
    await model.handle(
        cases("child|started|ended\n" + "\n".join(f"{c}|2017-09-01|" for c in "abcdefg")),
        plans("""
            plan | child | type | starts     | ceased | due        | names
            A    | a     | EHC  | 2017-01-10 |        | 2019-01-10 | yes
            B    | b     | EHC  | 2017-01-10 |        | 2019-01-10 | yes
            C    | c     | EHC  | 2017-01-10 |        | 2019-01-10 | yes
            E    | e     | EHC  | 2017-01-10 |        | 2019-01-10 | no
        """),
        reviews("\n".join([head, *(lines if in_order else reversed(lines))])),
    )
    assert await model.values("reviews.due.count", "outcome") == {
        "late": "2",
        "on-time": "3",
        "outstanding": "1",
    }


async def test_what_is_of_the_reference_date_has_no_value_before_it(model: ReadModel) -> None:
    await model.handle(
        cases("child|started|ended\nann|2017-09-01|"),
        staff("staff|post|fte|appointed|left\nAsh|specialist-teacher|50|2010-09-01|"),
        plans("plan|child|type|starts|ceased\np|ann|EHC|2017-09-01|"),
    )
    of_the_day = [
        figure_named("caseload.children.reference_date"),
        figure_named("workforce.pupils_per_fte"),
        RECONCILIATIONS[1].other,
        *(figure for _, figure in RECONCILIATIONS[1].categories),
    ]
    async with model.database.reading() as connection:
        for today, told in ((date(2019, 1, 16), False), (date(2019, 1, 17), True)):
            year = YearFacts(connection, AcademicYear(2018), today=today)
            for figure in of_the_day:
                cell = await total(figure, year)
                assert (cell.value is not None) is told, (figure.id, today)
                assert cell.absent == ("" if told else NOT_COME)


async def test_decisions_stand_beside_what_was_recommended(model: ReadModel) -> None:
    """Traps 22 and 23: nothing decided yet is no decision, and decisions are what is counted."""
    await model.handle(
        reviews("""
            child | plan | due | held       | recommended | decided
            a     | A    |     | 2019-01-10 | discontinue | continue
            b     | B    |     | 2019-01-10 | discontinue | discontinue
            c     | C    |     | 2019-01-10 | continue    | continue
            d     | D    |     | 2019-01-10 | continue    | continue
            e     | E    |     | 2019-01-10 | continue    |
        """)
    )
    await expect(
        model,
        """
        reviews.held.count                    = 5
        reviews.recommended_discontinue.count = 2
        reviews.decided_discontinue.count     = 1
        reviews.decision_outstanding.count    = 1
        reviews.decided_otherwise.share       = 25%
        """,
    )
    assert await model.values("reviews.held.count", "recommendation-and-decision") == {
        "continue, continue": "2",
        "continue, none yet": "1",
        "discontinue, continue": "1",
        "discontinue, discontinue": "1",
    }
    assert await model.values("reviews.held.count", "decision") == {
        "continue": "3",
        "discontinue": "1",
        "none yet": "1",
    }


async def test_referrals_are_closed_agreed_and_decided_after_so_many_days(
    model: ReadModel,
) -> None:
    """Of ten decided nine waited at most 27 days, and half at most 13.5."""
    waits = [0, 3, 6, 9, 12, 15, 18, 21, 27, 90]
    rows = "\n".join(
        f"r{n} | 2018-09-01 | {'refused' if n < 2 else 'agreed'} | {date.fromordinal(FIRST + wait)}"
        for n, wait in enumerate(waits)
    )
    await model.handle(
        referrals(f"""
            referral | submitted | outcome | on
            {rows}
            w1 | 2018-09-01 | withdrawn | 2018-09-09
            w2 | 2018-09-01 |           |
            w3 | 2018-08-31 | agreed    | 2018-09-09
        """)
    )
    await expect(
        model,
        """
        referrals.submitted     = 12
        referrals.closed.share  = 91.7%
        referrals.agreed.share  = 80%
        referrals.days_to_decision.median        = 13.5
        referrals.days_to_decision.percentile_90 = 27.0
        """,
    )
    assert await model.values("referrals.submitted", "outcome") == {
        "agreed": "8",
        "refused": "2",
        "waiting": "1",
        "withdrawn": "1",
    }


FIRST = date(2018, 9, 1).toordinal()


async def test_pupils_are_of_the_team_whose_teacher_has_them_that_day(model: ReadModel) -> None:
    await model.handle(
        staff("""
            staff | post               | fte | appointed  | left | team
            Ash   | specialist-teacher | 50  | 2010-09-01 |      | Red
            Beech | specialist-teacher | 100 | 2010-09-01 |      | Blue
            Elm   | head-of-service    | 100 | 2010-09-01 |      |
        """),
        cases("child|started|ended\n" + "\n".join(f"{c}|2017-09-01|" for c in "abcd")),
        allocations("""
            child | teacher | from
            a     | Ash     | 2017-09-01
            b     | Beech   | 2017-09-01
            b     | Ash     | 2019-01-17
            c     | Beech   | 2017-09-01
        """),
    )
    assert await model.values("workforce.pupils_per_fte", "team") == {
        RED: "4.0",
        BLUE: "1.0",
        "no team": "0.0",
        "no span": "no data for this year",
    }
    assert await model.value("workforce.pupils_per_fte") == "1.6"


async def test_questionnaires_are_read_by_audience(model: ReadModel) -> None:
    await model.handle(
        waves("audience | year | issued\nparents | 2018-19 | 4\nagencies | 2018-19 | 2"),
        responses("knew_learning | times\nyes | 3", "parents"),
    )
    assert await model.values("questionnaires.return_rate", "audience") == {
        "agencies": "0%",
        "parents": "75%",
    }
    await expect(model, "questionnaires.issued = 6\nquestionnaires.returned = 3")


async def test_what_was_answered_with_help_and_by_proxy_is_a_share_of_what_came_back(
    model: ReadModel,
) -> None:
    """Of those that count, by audience; help that was not told of is help, and no proxy."""
    await model.handle(
        waves("audience | year | issued\nchildren | 2018-19 | 20\nparents | 2018-19 | 9"),
        responses(
            """
            better_at_work | times | standing | helped             | help
            yes            | 4     | counted  |                    |
            yes            | 1     | counted  | parent             | proxy
            no             | 2     | counted  | teaching-assistant | scribe
            no             | 1     | counted  | support-teacher    |
            no             | 5     | late     | parent             | proxy
            """,
            "children",
        ),
        responses("knew_learning | times\nyes | 4", "parents"),
    )
    assert await model.values("questionnaires.helped.share", "audience") == {
        "children": "50%",
        "parents": "0%",
    }
    assert await model.values("questionnaires.by_proxy.share", "audience") == {
        "children": "12.5%",
        "parents": "0%",
    }
    await expect(model, "questionnaires.helped.share = 33.3%")


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.HEADING)
async def test_of_a_year_without_records_nothing_is_nought(
    model: ReadModel, family: object
) -> None:
    """13.5: a source that was not open is not known, and no count of it is 0."""
    await model.handle(
        staff("staff|post|fte|appointed|left\nAsh|specialist-teacher|50|2010-09-01|")
    )
    for figure in family.FIGURES:  # type: ignore[attr-defined]  # a module of the package
        said = await model.value(figure.id)
        assert not said[0].isdigit(), (figure.id, said)
