"""Whom a child's death cancels: until it is learned that there was none."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from libs.common.contracts.base import Event
from libs.common.contracts.referral import (
    CaseVoided,
    ChildRecordClosed,
    ChildrenMerged,
    ChildrenUnmerged,
    EndingCorrected,
    EndingVoided,
    EndReason,
    RecipientWithdrawn,
    SupportEnded,
    SupportStarted,
)
from tests.unit.survey.calls import a_wave, get, handle, post, recipient_rows, registered
from tests.worlds import World

DEAD, RECORD, CASE, CARER = (UUID(int=number) for number in range(41, 45))
DIED, EARLIER = date(2019, 5, 2), date(2019, 4, 30)
OF_CASE: dict[str, Any] = {"case_id": CASE, "child_id": DEAD}
NO_DEATH = EndingVoided(**OF_CASE, ended_on=DIED, reason="entry-error")
MERGED = ChildrenMerged(child_id=RECORD, merged_child_id=DEAD, merged_on=DIED)
UNMERGED = ChildrenUnmerged(child_id=RECORD, merged_child_id=DEAD, unmerged_on=DIED)
LEFT_ALONE = RecipientWithdrawn(person_id=CARER, withdrawn_on=EARLIER, reason="asked")


def _ended(on: date, why: EndReason) -> EndingCorrected:
    return EndingCorrected(**OF_CASE, ended_on=on, end_reason=why, reason="entry-error")


@pytest.mark.parametrize(
    ("child", "news", "cancelled_on"),
    [
        (DEAD, [], DIED),
        (DEAD, [NO_DEATH], None),
        (DEAD, [_ended(DIED, "moved-out")], None),
        (DEAD, [_ended(EARLIER, "deceased")], EARLIER),
        (DEAD, [NO_DEATH, _ended(EARLIER, "deceased")], EARLIER),
        (DEAD, [LEFT_ALONE, NO_DEATH], EARLIER),
        (DEAD, [CaseVoided(**OF_CASE, reason="wrong-child")], None),
        (RECORD, [], None),
        (RECORD, [MERGED], DIED),
        (RECORD, [MERGED, NO_DEATH], None),
        (RECORD, [MERGED, UNMERGED], None),
        (DEAD, [MERGED, UNMERGED], DIED),
        (DEAD, [ChildRecordClosed(child_id=DEAD, closed_on=EARLIER), NO_DEATH], EARLIER),
        (RECORD, [ChildRecordClosed(child_id=RECORD, closed_on=EARLIER)], EARLIER),
    ],
)
async def test_whom_a_death_cancels_is_asked_again_where_there_was_none(
    survey: World, child: UUID, news: list[Event], cancelled_on: date | None
) -> None:
    case = SupportStarted(
        **OF_CASE,
        referral_id=CASE,
        school_id=CASE,
        plan_id=CASE,
        plan_type="EHC",
        started_on=date(2018, 9, 3),
    )
    died = SupportEnded(**OF_CASE, ended_on=DIED, reason="deceased")
    await handle(survey, registered(DEAD), registered(RECORD), case)
    drafted = await post(survey, "/waves", a_wave("parents"))
    path = f"/waves/{drafted.json()['wave_id']}"
    carer = {"reference": "C0", "child_id": str(child), "parent_id": str(CARER)}
    await post(survey, f"{path}/recipients", [carer])
    version = (await get(survey, path)).headers["ETag"]
    await post(survey, f"{path}/issue", version=version)
    for one in (died, *news, *news[-1:]):  # the last comes twice
        await handle(survey, one)
    [recipient] = await recipient_rows(survey)
    assert recipient.cancelled_on == cancelled_on
    assert (await get(survey, path)).json()["issued"] == 1
