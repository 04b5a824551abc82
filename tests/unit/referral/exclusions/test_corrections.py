"""An exclusion put right: more is learned of it, it was written down wrong, or there was none."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import Rejected
from libs.common.persistence.recorded import AlreadyRecorded, NotYourOwnEntry
from libs.common.persistence.uow import RequestContext, Units
from libs.common.security import Reach
from services.referral.exclusions.commands import (
    CorrectExclusion,
    RecordExclusion,
    correct_exclusion,
    record_exclusion,
    void_exclusion,
)
from services.referral.exclusions.domain import Exclusion, ExclusionVoid
from tests.unit.referral.made import CHILD, SCHOOL, TEACHER, a_case, agreed, keep
from tests.unit.refused import refused
from tests.worlds import request_context

FIRST: dict[str, Any] = {
    "child_id": str(CHILD),
    "school_id": str(SCHOOL),
    "category": "SUSP",
    "starts_on": "2018-11-05",
}
UPHELD = {**FIRST, "category": "PERM", "upheld_on": "2018-11-20"}
WHY = {"reason": "entry-error"}


def _teacher() -> RequestContext:
    """Return a request of the child's teacher, who reaches their own caseload."""
    context = request_context(subject="who-teaches")
    actor = replace(context.access.actor, staff_id=TEACHER)
    access = replace(context.access, actor=actor, reaches=frozenset({Reach.OWN}))
    return replace(context, access=access)


async def _record(units: Units, said: dict[str, Any], context: RequestContext | None = None) -> str:
    async with units.work(context or request_context()) as uow:
        command = RecordExclusion.model_validate(said)
        return (await record_exclusion(uow, "E1", command))[1].outcome


async def _known(units: Units) -> Exclusion:
    async with units.read(request_context()) as read:
        [exclusion] = await read.all(Exclusion, reference="E1")
    return exclusion


async def _correct(units: Units, context: RequestContext | None = None, **said: Any) -> None:
    whole = {name: value for name, value in FIRST.items() if name != "child_id"}
    command = CorrectExclusion.model_validate({**whole, **WHY, **said})
    known = await _known(units)
    async with units.work(context or request_context()) as uow:
        await correct_exclusion(uow, known.id, command, known.row_version)


async def _void(units: Units) -> None:
    known = await _known(units)
    async with units.work(request_context()) as uow:
        await void_exclusion(uow, known.id, Withdrawal.model_validate(WHY), known.row_version)


async def test_half_days_are_learned_later_and_null_empties(units: Units) -> None:
    await keep(units)
    outcomes = [
        await _record(units, {**FIRST, **said})
        for said in ({}, {"half_days": 4}, {}, {"half_days": None}, {"half_days": 6})
    ]
    assert outcomes == ["created", "updated", "unchanged", "updated", "updated"]
    with refused(AlreadyRecorded, "/half_days"):
        await _record(units, {**FIRST, "half_days": 8})
    assert (await _known(units)).half_days == 6


async def test_each_part_of_an_exclusion_is_put_right(units: Units) -> None:
    await keep(units)
    await _record(units, UPHELD)
    await _correct(units, category="PERM", starts_on="2018-11-06", upheld_on="2018-11-21")
    known = await _known(units)
    assert (known.starts_on, known.upheld_on) == (date(2018, 11, 6), date(2018, 11, 21))
    await _correct(units, category="PERM", rescinded_on="2018-12-20", ground="overturned")
    known = await _known(units)
    assert (known.upheld_on, known.ground) == (None, "overturned")
    await _correct(units, half_days=4)
    known = await _known(units)
    assert (known.category, known.half_days, known.rescinded_on) == ("SUSP", 4, None)


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ({"upheld_on": "2018-11-20"}, ["/upheld_on"]),
        ({"half_days": 91}, ["/half_days"]),
        ({"rescinded_on": "2018-11-04", "ground": "withdrawn"}, ["/rescinded_on"]),
        ({"starts_on": "2199-01-01"}, ["/starts_on"]),
    ],
    ids=str,
)
async def test_what_cannot_be_is_no_correction(
    units: Units, said: dict[str, Any], places: list[str]
) -> None:
    await keep(units)
    await _record(units, FIRST)
    with refused(Rejected, *places):
        await _correct(units, **said)


async def test_one_that_there_was_not_is_void_and_may_be_recorded_again(units: Units) -> None:
    await keep(units)
    await _record(units, UPHELD)
    await _void(units)
    assert (await _known(units)).void
    with refused(ExclusionVoid):
        await _void(units)
    with refused(ExclusionVoid):
        await _correct(units)
    assert await _record(units, FIRST) == "updated"
    known = await _known(units)
    assert (known.void, known.category, known.upheld_on) == (False, "SUSP", None)


async def test_a_teacher_puts_right_what_they_recorded_and_nothing_else(units: Units) -> None:
    await keep(units, agreed(), a_case())
    own = _teacher()
    await _record(units, FIRST)
    with refused(NotYourOwnEntry):
        await _correct(units, own, half_days=4)
    await _void(units)
    await _record(units, FIRST, own)
    await _correct(units, own, half_days=4)
    assert (await _known(units)).half_days == 4
