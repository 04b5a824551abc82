"""Recipients: listed, cancelled, and seen by those who teach them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from libs.common.contracts.referral import (
    EndingCorrected,
    SupportEnded,
)
from libs.common.core.clock import FixedClock
from libs.common.persistence.pruning import Pruner
from libs.common.persistence.tables import change_log
from libs.common.security import Role
from services.survey.service import SERVICE
from tests.unit.survey.calls import (
    a_case,
    a_response,
    a_wave,
    get,
    handle,
    imported,
    issued_wave,
    post,
    recipient_rows,
    registered,
)
from tests.worlds import EMBEDDED, World, world_of


async def test_a_list_is_taken_whole_or_not_at_all(survey: World) -> None:
    known, unknown = uuid4(), uuid4()
    await handle(survey, registered(known))
    drafted = await post(survey, "/waves", a_wave())
    path = f"/waves/{drafted.json()['wave_id']}"
    one = {"reference": "C0", "child_id": str(known)}
    for bad, status, code in (
        ({"reference": "C1", "child_id": str(unknown)}, 409, "not-yet-known"),
        ({"reference": "C1", "school_id": str(unknown)}, 422, "rejected"),
        ({"reference": "C1", "child_id": str(known)}, 409, "asked-already"),
        ({"reference": "C0"}, 409, "already-recorded"),
    ):
        answer = await post(survey, f"{path}/recipients", [one, bad])
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["errors"][0]["pointer"].startswith("/1")
        assert str(unknown) not in answer.text
    assert (await get(survey, path)).json()["listed"] == 0
    listed = await post(survey, f"{path}/recipients", [one, one])
    assert [row["outcome"] for row in listed.json()] == ["created", "unchanged"]
    stale = await post(survey, f"{path}/issue", version=drafted.headers["ETag"])
    assert stale.status_code == 412


async def test_an_issued_list_stays_and_addresses_are_deleted_once_it_is_long_closed(
    survey: World,
) -> None:
    drafted = await post(survey, "/waves", a_wave("parents"))
    wave_id = drafted.json()["wave_id"]
    path = f"/waves/{wave_id}"
    parent = {"wave_id": wave_id, "reference": "P1", "address": "p1@example.org"}
    assert (await imported(survey, "recipients", parent))["created"] == 1
    moved = {**parent, "address": "p2@example.org"}
    assert (await imported(survey, "recipients", moved))["updated"] == 1
    version = (await get(survey, path)).headers["ETag"]
    issued = await post(survey, f"{path}/issue", version=version)
    assert (await imported(survey, "recipients", moved))["unchanged"] == 1
    assert (await imported(survey, "recipients", parent))["refused"] == 1
    late = await imported(survey, "recipients", {"wave_id": wave_id, "reference": "P2"})
    assert late["outcomes"][0]["code"] == "wave-not-draft"
    assert (await recipient_rows(survey))[0].address == "p2@example.org"
    assert "example.org" not in (await get(survey, f"{path}/recipients")).text
    await post(survey, f"{path}/close", version=issued.headers["ETag"])
    for days, address in ((14, "p2@example.org"), (15, None)):
        later = FixedClock(datetime.now(UTC) + timedelta(days=days))
        await Pruner(survey.database("survey"), later, SERVICE.forgets).forget_once()
        [recipient] = await recipient_rows(survey)
        assert recipient.address == address
        async with survey.database("survey").reading() as connection:
            log = str((await connection.execute(select(change_log.c.was))).all())
        assert ("example.org" in log) is (address is not None)
    assert (await imported(survey, "recipients", moved))["unchanged"] == 1


async def test_a_death_that_is_recorded_late_keeps_a_real_return(survey: World) -> None:
    """It cancels what is still to be sent; who was sent one answers (domain brief 13.12)."""
    dead = uuid4()
    path = await issued_wave(survey, [dead, uuid4()])
    case_id, events = a_case(dead, uuid4(), uuid4())
    ended = SupportEnded(
        case_id=case_id, child_id=dead, ended_on=date(2019, 5, 2), reason="deceased"
    )
    await handle(survey, *events, ended)
    assert (await recipient_rows(survey))[0].cancelled_on == date(2019, 5, 2)
    answer = await post(survey, f"{path}/responses", a_response("Q1", "C0", "yes"))
    assert (answer.status_code, answer.json()["standing"]) == (201, "counted")
    assert (await get(survey, path)).json()["issued"] == 2
    version = (await get(survey, path)).headers["ETag"]
    assert (await post(survey, f"{path}/close", version=version)).status_code == 200


async def test_nobody_is_asked_about_a_child_who_died(survey: World) -> None:
    alive, dead = uuid4(), uuid4()
    path = await issued_wave(survey, [alive, dead])
    other = await post(survey, "/waves", a_wave(reference="W-next", issued_on="2019-06-20"))
    next_path = f"/waves/{other.json()['wave_id']}"
    both = [
        {"reference": "D0", "child_id": str(alive)},
        {"reference": "D1", "child_id": str(dead), "address": "d1@example.org"},
    ]
    await post(survey, f"{next_path}/recipients", both)
    case_id, events = a_case(dead, uuid4(), uuid4())
    ended = SupportEnded(
        case_id=case_id, child_id=dead, ended_on=date(2019, 6, 3), reason="deceased"
    )
    await handle(survey, *events, ended)
    rows = {row.reference: row for row in await recipient_rows(survey)}
    assert rows["C1"].cancelled_on == rows["D1"].cancelled_on == date(2019, 6, 3)
    assert rows["C0"].cancelled_on is None
    assert rows["D1"].address is None
    assert (await get(survey, path)).json()["issued"] == 2
    version = (await get(survey, next_path)).headers["ETag"]
    assert (await post(survey, f"{next_path}/issue", version=version)).json()["issued"] == 1


async def test_a_death_that_is_learned_after_the_end_cancels_what_is_still_to_be_sent(
    survey: World,
) -> None:
    child = uuid4()
    await issued_wave(survey, [child])
    case_id, events = a_case(child, uuid4(), uuid4())
    on = date(2019, 5, 2)
    left = SupportEnded(case_id=case_id, child_id=child, ended_on=on, reason="moved-out")
    await handle(survey, *events, left)
    assert (await recipient_rows(survey))[0].cancelled_on is None
    died = EndingCorrected(
        case_id=case_id,
        child_id=child,
        ended_on=on,
        end_reason="deceased",
        reason="learned-later",
    )
    await handle(survey, died)
    assert (await recipient_rows(survey))[0].cancelled_on == on


async def test_who_is_listed_after_the_news_is_not_issued_either(survey: World) -> None:
    alive, dead = uuid4(), uuid4()
    case_id, events = a_case(dead, uuid4(), uuid4())
    ended = SupportEnded(
        case_id=case_id, child_id=dead, ended_on=date(2019, 5, 2), reason="deceased"
    )
    await handle(survey, *events, ended)
    path = await issued_wave(survey, [alive, dead])
    assert (await get(survey, path)).json()["issued"] == 1
    assert (await recipient_rows(survey))[1].cancelled_on == date(2019, 5, 2)


async def test_a_teacher_reaches_their_own_caseload_only(survey: World) -> None:
    mine, other = uuid4(), uuid4()
    me = {"staff_id": uuid4()}
    path = await issued_wave(survey, [mine, other])
    _, events = a_case(mine, me["staff_id"], uuid4())
    _, others = a_case(other, uuid4(), uuid4())
    await handle(survey, *events, *others)
    shown = await get(survey, f"{path}/recipients", Role.SUPPORT_TEACHER, **me)
    assert [item["reference"] for item in shown.json()["items"]] == ["C0"]
    nobody = await get(survey, f"{path}/recipients", Role.SUPPORT_TEACHER)
    assert nobody.json()["items"] == []
    for recipient, status in (("C0", 201), ("C1", 422)):
        answer = await post(
            survey,
            f"{path}/responses",
            a_response(f"Q{recipient}", recipient, "yes"),
            Role.SUPPORT_TEACHER,
            **me,
        )
        assert answer.status_code == status
    for denied in (f"{path}/responses", f"{path}/progress"):
        assert (await get(survey, denied, Role.SUPPORT_TEACHER, **me)).status_code == 403


@pytest.mark.parametrize(
    ("ended_on", "reached"),
    [
        (date(2019, 7, 19), True),  # a last day to come
        (date(2019, 6, 17), True),  # today
        (date(2019, 6, 3), True),  # ten working days to hand over (domain brief 10)
        (date(2019, 6, 2), False),
    ],
)
async def test_a_case_is_on_the_caseload_until_it_is_handed_over(
    tmp_path: Path, ended_on: date, reached: bool
) -> None:
    now, child = datetime(2019, 6, 17, 11, tzinfo=UTC), uuid4()
    mine: dict[str, Any] = {"staff_id": uuid4(), "now": now}
    teams: dict[str, Any] = {"teams": [uuid4()], "now": now}
    case_id, events = a_case(child, mine["staff_id"], teams["teams"][0])
    ended = SupportEnded(
        case_id=case_id, child_id=child, ended_on=ended_on, reason="criteria-no-longer-met"
    )
    async with world_of(EMBEDDED, tmp_path, [SERVICE], FixedClock(now)) as survey:
        await handle(survey, registered(child), *events, ended)
        drafted = await post(survey, "/waves", a_wave(), Role.AREA_MANAGER, **teams)
        path = f"/waves/{drafted.json()['wave_id']}/recipients"
        one = [{"reference": "C0", "child_id": str(child)}]
        listed = await post(survey, path, one, Role.AREA_MANAGER, **teams)
        await post(survey, path, one, now=now)
        seen = await get(survey, path, Role.SUPPORT_TEACHER, **mine)
    assert listed.status_code == (200 if reached else 403)
    assert [item["reference"] for item in seen.json()["items"]] == (["C0"] if reached else [])
