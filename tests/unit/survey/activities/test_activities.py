"""How children were heard otherwise: by which method, with whose assent, and never as answers."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from libs.common.core.errors import Rejected
from libs.common.persistence.tables import idempotency
from libs.common.security import Role
from services.survey.activities.domain import Told
from tests.integration.joining import of_tables
from tests.unit.refused import refused
from tests.unit.survey.calls import a_case, events_of, get, handle, imported, post, registered
from tests.worlds import World

MINE, OTHERS, TEACHER, TEAM = (uuid4() for _ in range(4))
MY: dict[str, Any] = {"staff_id": TEACHER, "subject": "teacher"}


def _told(**other: Any) -> dict[str, Any]:
    return {
        "reference": "V1",
        "child_id": str(MINE),
        "held_on": "2019-06-03",
        "method": "puppets",
        "assent": "given",
        "agreement": "given",
        "notes": "The made-up child had the puppet read.",
        **other,
    }


async def _children(world: World) -> None:
    await handle(world, registered(MINE), registered(OTHERS), *a_case(MINE, TEACHER, TEAM)[1])


@pytest.mark.parametrize(
    ("assent", "agreement", "places"),
    [
        ("given", "given", []),
        ("refused", "given", ["/notes"]),
        ("withdrawn", "given", ["/notes"]),
        ("given", "refused", ["/notes"]),
        ("given", "not-answered", ["/notes"]),
        ("refused", "refused", ["/notes", "/notes"]),
    ],
)
def test_nothing_is_kept_without_the_childs_assent_and_the_parents_agreement(
    assent: Any, agreement: Any, places: list[str]
) -> None:
    """One does not stand for the other (domain brief 8.9)."""
    on = date(2019, 6, 3)
    Told(on, "play", assent, agreement, None).check_agreed()  # that they were asked is kept
    told = Told(on, "play", assent, agreement, "Made-up words.")
    if not places:
        told.check_agreed()
        return
    with refused(Rejected, *places):
        told.check_agreed()


async def test_an_activity_is_recorded_read_put_right_withdrawn_and_counted(survey: World) -> None:
    await _children(survey)
    teacher = Role.SUPPORT_TEACHER
    made = await post(survey, "/activities", _told(), teacher, **MY)
    assert (made.status_code, made.json()["allowed"]) == (201, ["correct", "void"]), made.text
    assert (await post(survey, "/activities", _told(), teacher, **MY)).status_code == 200
    other = _told(method="play")
    assert (await post(survey, "/activities", other, teacher, **MY)).status_code == 409
    hidden = _told(reference="V2", child_id=str(OTHERS))
    assert (await post(survey, "/activities", hidden, teacher, **MY)).status_code == 404
    assert (await post(survey, "/activities", hidden | {"method": "observation"})).is_success
    counted = await get(survey, "/years/2018-19/methods")
    assert counted.json() == [
        {"method": "observation", "asked": 1, "held": 1},
        {"method": "puppets", "asked": 1, "held": 1},
    ]
    assert (await get(survey, "/years/2018-19/methods", teacher, **MY)).json() == [
        {"method": "puppets", "asked": 1, "held": 1}
    ]
    url, version = f"/activities/{made.json()['activity_id']}", made.headers["ETag"]
    said = {name: value for name, value in _told().items() if name not in {"reference", "child_id"}}
    said |= {"reason": "learned-later", "assent": "withdrawn"}
    wrong = await post(survey, f"{url}/corrections", said, teacher, version=version, **MY)
    assert wrong.json()["errors"][0]["code"] == "no-assent"
    said["notes"] = None
    right = await post(survey, f"{url}/corrections", said, teacher, version=version, **MY)
    assert (right.status_code, right.json()["notes"]) == (200, None), right.text
    assert (await get(survey, "/years/2018-19/methods")).json()[1]["held"] == 0
    version, gone = right.headers["ETag"], {"reason": "did-not-happen"}
    void = await post(survey, f"{url}/void", gone, teacher, version=version, **MY)
    assert (void.json()["void"], void.json()["allowed"]) == (True, []), void.text
    listed = await get(survey, "/activities?method=observation,puppets")
    assert [one["method"] for one in listed.json()["items"]] == ["observation"]
    assert await events_of(survey, "ResponseReceived") == []


async def test_a_teacher_puts_right_what_they_recorded_themselves(survey: World) -> None:
    await _children(survey)
    made = await post(survey, "/activities", _told())
    url, version = f"/activities/{made.json()['activity_id']}", made.headers["ETag"]
    seen = await get(survey, url, Role.SUPPORT_TEACHER, **MY)
    assert (seen.status_code, seen.json()["allowed"]) == (200, [])
    gone = {"reason": "wrong-child"}
    refused = await post(survey, f"{url}/void", gone, Role.SUPPORT_TEACHER, version=version, **MY)
    assert refused.status_code == 404


async def test_a_file_of_activities_undoes_no_withdrawal(survey: World) -> None:
    await _children(survey)
    report = await imported(survey, "activities", _told())
    assert [one["outcome"] for one in report["outcomes"]] == ["created"]
    one = f"/activities/{report['outcomes'][0]['id']}"
    version = (await get(survey, one)).headers["ETag"]
    assert (
        await post(survey, f"{one}/void", {"reason": "entry-error"}, version=version)
    ).is_success
    again = await imported(survey, "activities", _told())
    assert [one["outcome"] for one in again["outcomes"]] == ["unchanged"]


async def test_words_are_kept_nowhere_once_the_child_takes_them_back(survey: World) -> None:
    """Not in the change log either, nor where a file of them was refused."""
    await _children(survey)
    made = await post(survey, "/activities", _told(notes="Made-up words of the first."))
    url = f"/activities/{made.json()['activity_id']}"
    told = _told(assent="withdrawn", notes="Made-up words of the second.", reason="typing-error")
    said = {name: told[name] for name in told.keys() - {"reference", "child_id"}}
    for other in ({"assent": "given"}, {"notes": None}):
        done = await post(survey, f"{url}/corrections", said | other, version="*")
        assert done.status_code == 200, done.text
    again = _told(reference="V2", notes="Made-up words of the third.")
    made = await post(survey, "/activities", again)
    url = f"/activities/{made.json()['activity_id']}"
    assert (await post(survey, f"{url}/void", {"reason": "entry-error"}, version="*")).is_success
    refusals = ({"assent": "refused"}, {"agreement": "refused"}, {"held_on": "2999-01-01"})
    rows = [_told(reference=f"V{n}", notes=f"Row {n}.", **no) for n, no in enumerate(refusals, 3)]
    report = await imported(survey, "activities", *rows)
    assert report["refused"] == 3, report
    kept = [
        f"{table} {row}"
        for table, row in await of_tables(survey.database("survey"))
        if table != idempotency.name
    ]
    assert [one for one in kept if "Made-up words" in one] == []
    assert [number for number in (3, 4, 5) if f"Row {number}." in "".join(kept)] == [5]
    assert sum("change_log" in one and "notes" in one for one in kept) == 3
