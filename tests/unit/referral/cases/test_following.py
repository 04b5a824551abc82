"""What is of a day follows what is told of that day later; what somebody said stays."""

from datetime import date
from uuid import UUID

from libs.common.persistence.uow import Units
from services.referral.cases.commands import push_child
from services.referral.children.commands import RecordChild
from services.referral.referrals.commands import CorrectReferral, correct_referral
from services.referral.referrals.domain import Referral
from tests.unit.referral.made import OTHER_SCHOOL, REFERRAL, a_referral, a_school, keep
from tests.worlds import request_context


async def test_a_school_that_somebody_named_stays(units: Units) -> None:
    """A referral is put right to another school; an earlier move that is told later leaves it."""
    others = a_school(id=OTHER_SCHOOL, urn=900002), a_school(id=UUID(int=77), urn=900003)
    await keep(units, a_referral(), *others)
    said = {"school_id": OTHER_SCHOOL, "submitted_on": date(2018, 9, 3), "evidence": {}}
    right = CorrectReferral.model_validate({**said, "reason": "entry-error"})
    async with units.work(request_context()) as uow:
        version = (await uow.get(Referral, REFERRAL)).row_version
        await correct_referral(uow, REFERRAL, right, version)
    moved = RecordChild.model_validate({"effective_on": "2018-09-02", "school_urn": 900003})
    async with units.work(request_context()) as uow:
        await push_child(uow, "county", "C1", moved)
    async with units.read(request_context()) as read:
        assert (await read.get(Referral, REFERRAL)).school_id == OTHER_SCHOOL
