"""What was told of a child and of a plan put right over HTTP, with who, when and why kept."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from libs.common.contracts.referral import ChildRecordClosed
from libs.common.persistence.tables import event
from libs.common.security import Role
from services.referral.schools.domain import School
from tests.journeys.casework import CHILD, call, ready
from tests.worlds import World

CHILDREN = "/referral/v1/children"
TYPED = {"reason": "typing-error", "note": "Made up: read from the wrong line."}
NOT_SO = {"reason": "did-not-happen"}
SO = {name: CHILD[name] for name in ("year_group", "needs", "pupil_premium", "looked_after", "eal")}
MOVED, LATER = "2018-11-05", "2018-12-03"


class Known:
    """A child who moved on a day, and whose needs changed on it."""

    def __init__(self, world: World, child: dict[str, Any], urns: list[int]) -> None:
        self.world, self.child, self.urns = world, child, urns
        self.url = f"{CHILDREN}/{child['child_id']}"
        self.plan = f"/referral/v1/plans/{child['plans'][0]['plan_id']}"

    async def put(self, **said: Any) -> dict[str, Any]:
        url = f"{CHILDREN}/by-reference/county/C1"
        answer = await call(self.world, "PUT", url, {"effective_on": MOVED, **said})
        assert answer.is_success, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def post(self, url: str, what: str, body: dict[str, Any]) -> httpx.Response:
        etag = (await call(self.world, "GET", url)).headers["ETag"]
        return await call(self.world, "POST", f"{url}/{what}", body, **{"If-Match": etag})

    async def schools(self) -> list[tuple[str, int]]:
        history = (await call(self.world, "GET", f"{self.url}/school-moves")).json()
        urns = {str(id_): urn for id_, urn in await _register(self.world)}
        return [(one["from_on"], urns[one["school_id"]]) for one in history["schools"]]

    async def get(self, url: str = "", **query: str) -> dict[str, Any]:
        shown = await self.world.client.get(url or self.url, params=query, headers=self.world.as_())
        assert shown.is_success, shown.text
        found: dict[str, Any] = shown.json()
        return found


async def _register(world: World) -> list[tuple[Any, int]]:
    async with world.database("referral").reading() as connection:
        query = select(School.id, School.urn).order_by(School.urn)
        return [(id_, urn) for id_, urn in await connection.execute(query)]


@pytest.fixture
async def known(referral: World) -> Known:
    await ready(referral)
    urns = [urn for _, urn in await _register(referral)]
    child = await call(referral, "PUT", f"{CHILDREN}/by-reference/county/C1", CHILD)
    known = Known(referral, child.json(), urns)
    await known.put(school_urn=urns[1], needs=["ASD"])
    return known


async def test_a_move_is_corrected_and_withdrawn(known: Known) -> None:
    first, second, third, *_ = known.urns
    since = str(CHILD["effective_on"])
    assert await known.schools() == [(since, first), (MOVED, second)]
    right = {"formerly_on": MOVED, "moved_on": LATER, "school_urn": third, **TYPED}
    done = await known.post(known.url, "school-moves/corrections", right)
    assert done.is_success, done.text
    assert await known.schools() == [(since, first), (LATER, third)]
    again = await known.post(known.url, "school-moves/corrections", right)
    assert [one["code"] for one in again.json()["errors"]] == ["nothing-told"]
    await known.post(known.url, "school-moves/void", {"moved_on": LATER, **NOT_SO})
    assert await known.schools() == [(since, first)]
    last = await known.post(known.url, "school-moves/void", {"moved_on": since, **NOT_SO})
    assert last.json()["code"] == "only-one"
    await known.put(school_urn=second)
    assert await known.schools() == [(since, first), (MOVED, second)]


async def test_the_registration_is_corrected_as_a_first_day(known: Known) -> None:
    right = {"formerly_on": "2018-09-01", "moved_on": "2018-09-08", "school_urn": known.urns[0]}
    assert (await known.post(known.url, "school-moves/corrections", right | TYPED)).is_success
    assert (await known.schools())[0] == ("2018-09-08", known.urns[0])
    onto = {"formerly_on": "2018-09-08", "moved_on": MOVED, "school_urn": known.urns[0]}
    refused = await known.post(known.url, "school-moves/corrections", onto | TYPED)
    assert [one["code"] for one in refused.json()["errors"]] == ["already-told"]


async def test_characteristics_are_corrected_from_a_day_and_withdrawn(known: Known) -> None:
    body = {"formerly_on": MOVED, "effective_on": LATER, **SO, "needs": ["SLCN"], **TYPED}
    assert (await known.post(known.url, "characteristics/corrections", body)).is_success
    needs = [(await known.get(as_of=day))["needs"] for day in (MOVED, LATER)]
    assert needs == [["MLD"], ["SLCN"]]
    void = {"effective_on": LATER, **NOT_SO}
    assert (await known.post(known.url, "characteristics/void", void)).is_success
    assert (await known.get())["needs"] == ["MLD"]


async def test_a_child_is_shown_as_of_a_day(known: Known) -> None:
    plan = {**CHILD["plans"][0], "names_service": False}  # type: ignore[index]  # a list of one
    await known.put(effective_on=LATER, year_group="4", plans=[plan])
    then, now = await known.get(as_of=MOVED), await known.get()
    assert [one["year_group"] for one in (then, now)] == ["3", "4"]
    assert [one["plans"][0]["names_service"] for one in (then, now)] == [True, False]
    assert [one["effective_on"] for one in (then, now)] == [MOVED, LATER]
    before = await known.world.client.get(
        known.url, params={"as_of": "2018-08-31"}, headers=known.world.as_()
    )
    assert (before.status_code, before.json()["code"]) == (404, "not-known-then")


async def test_a_plan_that_ended_by_mistake_goes_on_and_one_that_never_was_is_gone(
    known: Known,
) -> None:
    plan = CHILD["plans"][0]  # type: ignore[index]  # a list of one
    await known.put(effective_on=LATER, plans=[{**plan, "ends_on": LATER}])
    right = {"effective_on": "2018-09-01", **plan, **TYPED}
    del right["reference"]
    shown = await known.post(known.plan, "corrections", right | {"plan_type": "GRIP"})
    assert shown.is_success, shown.text
    assert (shown.json()["ends_on"], shown.json()["plan_type"]) == (None, "GRIP")
    etag = (await call(known.world, "GET", known.url)).headers["ETag"]
    assert (await known.post(known.plan, "void", NOT_SO)).is_success
    assert (await call(known.world, "GET", known.url)).headers["ETag"] != etag
    assert (await known.get())["plans"] == []
    gone = await known.post(known.plan, "void", NOT_SO)
    assert gone.json()["code"] == "plan-void"
    shown_again = await known.put(effective_on=LATER, plans=[plan])
    assert [one["reference"] for one in shown_again["plans"]] == ["PL-1"]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("school-moves/corrections", {"formerly_on": MOVED, "moved_on": LATER, **TYPED}),
        ("characteristics/void", {"effective_on": MOVED, **NOT_SO}),
    ],
)
async def test_the_change_log_says_why(known: Known, what: str, body: dict[str, Any]) -> None:
    urn = {"school_urn": known.urns[1]} if "corrections" in what else {}
    assert (await known.post(known.url, what, body | urn)).is_success
    log = f"/referral/v1/change-log?record_id={known.child['child_id']}"
    changes = (await call(known.world, "GET", log)).json()["items"]
    why = {(one["reason"], one["note"]) for one in changes if one["field"] == "void"}
    assert why == {(body["reason"], body.get("note"))}


async def test_a_former_number_is_in_the_change_log_for_information_governance_alone(
    known: Known,
) -> None:
    await known.put(upn="U830200119001")
    await known.put(upn=None, effective_on=LATER)
    log = f"/referral/v1/change-log?record_id={known.child['child_id']}"
    seen = {}
    for role in (Role.HEAD_OF_SERVICE, Role.ADMINISTRATOR):
        changes = (await call(known.world, "GET", log, headers=known.world.as_(role))).json()
        changed = [one for one in changes["items"] if one["field"] == "upn"]
        seen[role] = [(one["was"], one["became"], one["withheld"]) for one in changed]
    number = "U830200119001"
    assert seen[Role.HEAD_OF_SERVICE] == [(None, None, True)] * 2
    assert seen[Role.ADMINISTRATOR] == [(number, None, False), (None, number, False)]


async def test_a_new_identity_is_linked_for_information_governance_alone(known: Known) -> None:
    await known.put(upn="U830200119001")
    given = {"scheme": "county", "reference": "N/2019/1", "given_on": LATER}
    given |= {name: str(CHILD[name]) for name in ("forename", "surname")}  # the most alike
    etag = (await call(known.world, "GET", known.url)).headers["ETag"]
    admin = known.world.as_(Role.ADMINISTRATOR)
    again = {"upn": "U830200119001"}
    for body, status in ((given | again, 422), (given, 201)):
        done = await call(
            known.world,
            "POST",
            f"{known.url}/new-identity",
            body,
            headers={**admin, "Idempotency-Key": f"n{status}", "If-Match": etag},
        )
        assert done.status_code == status, done.text
    new = f"{CHILDREN}/{done.json()['child_id']}"
    async with known.world.database("referral").reading() as connection:
        [told] = await connection.scalars(
            select(event.c.data).where(event.c.type == ChildRecordClosed.type())
        )
    assert done.json()["child_id"] not in str(told)
    assert LATER not in str(told)
    shown = await call(known.world, "GET", new)
    assert known.child["child_id"] not in shown.text
    assert (shown.json()["upn"], shown.json()["year_group"]) == (None, "3")
    assert (await known.get())["closed_on"] == LATER
    former = await call(known.world, "GET", f"{new}/former-upns", headers=admin)
    assert [(one["upn"], one["why"]) for one in former.json()["former_upns"]] == [
        ("U830200119001", "new-identity")
    ]
    assert (await call(known.world, "GET", f"{new}/former-upns")).status_code == 403
    assert await known.get("/referral/v1/duplicates") == {
        "items": [],
        "next": None,
        "total": None,
    }
    assert (await call(known.world, "POST", "/referral/v1/duplicate-searches")).json() == {
        "found": 0
    }
    closed = await call(
        known.world, "PUT", f"{CHILDREN}/by-reference/county/C1", {"effective_on": LATER}
    )
    assert closed.json()["code"] == "child-closed"
