"""What reporting holds of a child's schools, characteristics and plans once they are put right."""

from typing import Any

from sqlalchemy import select

from libs.common.contracts import Event, referral
from services.reporting import facts
from services.reporting.facts import known
from tests.spec import holders
from tests.spec.conftest import ReadModel
from tests.spec.drawing import day, named

ANN, PLAN = named("ann"), named("plan ann")
TYPED: dict[str, Any] = {"reason": "typing-error"}
NOW: dict[str, Any] = {"now_school_id": named("Elm"), "now_on": day("2018-11-12")}
MOVED = [
    *holders.children("""
    child | school | year group | registered | moved
    ann   | Oak    | 3          | 2018-09-01 | 2018-11-05 Elm
""")
]
SO: dict[str, Any] = {
    "child_id": ANN,
    "year_group": "3",
    "pupil_premium": False,
    "looked_after": False,
    "eal": False,
}


async def _standing(model: ReadModel, table: Any, *names: str) -> list[tuple[Any, ...]]:
    rows = known(table)
    columns = [rows.c[name] for name in names]
    async with model.database.reading() as connection:
        found = await connection.execute(select(*columns).order_by(columns[0]))
        return [tuple(row) for row in found]


async def test_a_corrected_move_stands_on_its_day_alone(model: ReadModel) -> None:
    correction = referral.SchoolMoveCorrected(
        child_id=ANN,
        formerly_on=day("2018-11-05"),
        from_school_id=named("Oak"),
        school_id=named("Elm"),
        moved_on=day("2018-11-12"),
        **TYPED,
        **NOW,
    )
    await model.handle([*MOVED, correction])
    oak, elm = (day("2018-09-01"), named("Oak")), (day("2018-11-12"), named("Elm"))
    held = await _standing(model, facts.child_school, "from_on", "school_id")
    assert held == [oak, elm]
    void = referral.SchoolMoveVoided(child_id=ANN, moved_on=day("2018-11-12"), **TYPED, **NOW)
    await model.handle([*MOVED, correction, void])
    assert await _standing(model, facts.child_school, "from_on", "school_id") == [oak]


def _so(on: str, *needs: str, formerly: str = "") -> Event:
    if not formerly:
        return referral.ChildCharacteristicsRecorded(effective_on=day(on), needs=needs, **SO)
    return referral.ChildCharacteristicsCorrected(
        formerly_on=day(formerly), effective_on=day(on), needs=needs, **SO, **TYPED
    )


async def test_corrected_characteristics_stand_on_their_day_alone(model: ReadModel) -> None:
    await model.handle([_so("2018-11-05", "MLD"), _so("2018-11-12", "ASD", formerly="2018-11-05")])
    held = await _standing(model, facts.characteristics, "from_on", "needs")
    assert held == [(day("2018-11-12"), "ASD")]


async def test_a_plan_that_ended_by_mistake_goes_on_and_a_void_one_is_gone(
    model: ReadModel,
) -> None:
    named_ = referral.PlanNamed(
        plan_id=PLAN,
        child_id=ANN,
        plan_type="EHC",
        names_service=True,
        starts_on=day("2018-01-10"),
        review_due_on=None,
    )
    ids: dict[str, Any] = {"plan_id": PLAN, "child_id": ANN}
    ceased = referral.PlanCeased(**ids, ceased_on=day("2019-01-07"), reason="other")
    lives = [named_, ceased, referral.PlanReinstated(**ids, reason=None)]
    await model.handle(lives)
    assert await _standing(model, facts.plan, "plan_id", "ceased_on") == [(PLAN, None)]
    await model.handle([*lives, referral.PlanVoided(**ids, **TYPED)])
    assert await _standing(model, facts.plan, "plan_id") == []
