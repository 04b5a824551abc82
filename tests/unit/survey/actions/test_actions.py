"""What somebody asks for is owned, done or not, and told back: over HTTP (feature C20)."""

from typing import Any
from uuid import UUID, uuid4

from libs.common.contracts.referral import StaffAppointed
from libs.common.security import Role
from services.survey.responses.commands import forget_whose
from tests.unit.survey.calls import (
    DAY,
    a_case,
    a_response,
    events_of,
    get,
    handle,
    imported,
    issued_wave,
    post,
)
from tests.unit.survey.concerns.test_concerns import said
from tests.worlds import World, request_context

WISH = "Made up: a quiet table."
TEACHER, COLLEAGUE, TEAM = UUID(int=71), UUID(int=72), UUID(int=73)


async def asked_for(world: World, *wishes: str, child: UUID | None = None) -> list[dict[str, Any]]:
    """Have children say what would help them; return the actions."""
    children = [child or uuid4() for _ in wishes]
    wave = await issued_wave(world, children, questionnaire_version=3)
    _, events = a_case(children[0], TEACHER, TEAM)
    await handle(world, *events)
    for number, wish in enumerate(wishes):
        answers = [said("Made up: my maths."), said(wish, "would_help")]
        body = a_response(f"Q{number}", f"C{number}", answers=answers)
        assert (await post(world, f"{wave}/responses", body)).status_code == 201
    return await actions(world)


async def actions(world: World, query: str = "", **who: Any) -> list[dict[str, Any]]:
    """Return the list of actions that somebody sees."""
    listed = await get(world, f"/actions{query}", **who)
    assert listed.status_code == 200, listed.text
    found: list[dict[str, Any]] = listed.json()["items"]
    return found


async def step(world: World, action: dict[str, Any], name: str, body: Any, **who: Any) -> Any:
    """Take a step with an action as it stands; return the answer."""
    place = f"/actions/{action['action_id']}"
    version = (await get(world, place)).headers["ETag"]
    return await post(world, f"{place}/{name}", body, version=version, **who)


async def test_what_would_help_opens_an_action_of_the_childs_teacher(survey: World) -> None:
    child = uuid4()
    [one] = await asked_for(survey, WISH, child=child)
    assert (one["question"], one["asked_for"]) == ("would_help", WISH)
    assert (one["child_id"], one["owner_id"]) == (str(child), str(TEACHER))
    assert (one["state"], one["allowed"]) == ("open", ["pass-on", "conclude"])
    assert one["due_on"] > one["opened_on"]
    assert not one["overdue"]


async def test_of_a_child_whose_teacher_is_not_known_it_is_the_heads(survey: World) -> None:
    wishes = await asked_for(survey, WISH, "Made up: more time.")
    assert [one["asked_for"] for one in wishes if one["owner_id"] is None] == [
        "Made up: more time."
    ]
    assert len(await actions(survey, "?of_head=true")) == 1


async def test_an_imported_answer_opens_one_and_the_same_again_none(survey: World) -> None:
    wave = await issued_wave(survey, [uuid4()], questionnaire_version=3)
    answers = [said(WISH, "would_help")]
    row = {"wave_id": wave.rpartition("/")[2], **a_response("Q1", "C0", answers=answers)}
    for _ in range(2):
        await imported(survey, "responses", row)
    assert len(await actions(survey)) == 1


async def test_the_first_versions_of_a_questionnaire_open_none(survey: World) -> None:
    """They are frozen; a reader opens one."""
    wave = await issued_wave(survey, [uuid4()], questionnaire_version=2)
    body = a_response("Q1", "C0", answers=[said(WISH, "would_help")])
    sent = await post(survey, f"{wave}/responses", body)
    assert await actions(survey) == []
    place = f"/responses/{sent.json()['response_id']}/actions"
    for status in (201, 200):
        assert (await post(survey, place, {"question": "would_help"})).status_code == status
    assert (await post(survey, place, {"question": "proud"})).status_code == 404
    [one] = await actions(survey)
    assert one["asked_for"] == WISH


async def test_an_action_is_passed_on_ended_told_of_and_opened_again(survey: World) -> None:
    [one] = await asked_for(survey, WISH)
    await handle(survey, appointed(COLLEAGUE))
    passed = await step(
        survey, one, "passing-on", {"staff_id": str(COLLEAGUE), "due_on": "2027-01-15"}
    )
    assert passed.status_code == 200, passed.text
    assert (passed.json()["state"], passed.json()["due_on"]) == ("passed-on", "2027-01-15")
    early = await step(survey, one, "telling", {"told_on": "2026-11-03", "told_how": "in-person"})
    assert (early.status_code, early.json()["code"]) == (409, "action-under-way")
    ended = {"outcome": "done", "concluded_on": "2026-11-03", "answer": "You have a quiet table."}
    assert (await step(survey, one, "conclusion", ended)).json()["state"] == "done"
    again = await step(survey, one, "conclusion", ended)
    assert (again.status_code, again.json()["code"]) == (409, "action-ended")
    told = await step(survey, one, "telling", {"told_on": "2026-11-03", "told_how": "in-person"})
    assert told.json()["told_how"] == "in-person"
    assert [one["action_id"]] == [x["action_id"] for x in await actions(survey, "?told=true")]
    opened = await step(survey, one, "reopening", {"note": "Made up: the table is gone."})
    assert (opened.json()["state"], opened.json()["told_on"]) == ("passed-on", None)


def appointed(staff: UUID) -> StaffAppointed:
    """Return that a teacher, S2 to the county, took up a post."""
    return StaffAppointed(
        staff_id=staff,
        team_id=TEAM,
        post="specialist-teacher",
        fte_hundredths=100,
        appointed_on=DAY,
        reference="S2",
    )


async def test_who_is_not_known_owns_nothing(survey: World) -> None:
    [one] = await asked_for(survey, WISH)
    refused = await step(survey, one, "passing-on", {"staff_id": str(COLLEAGUE)})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-yet-known")
    assert refused.json()["errors"][0]["pointer"] == "/staff_id"


async def test_a_teacher_sees_what_is_theirs_and_what_they_were_given(survey: World) -> None:
    [mine, other] = sorted(
        await asked_for(survey, WISH, "Made up: more time."),
        key=lambda one: one["owner_id"] is None,
    )
    teacher: dict[str, Any] = {"role": Role.SUPPORT_TEACHER, "staff_id": TEACHER}
    colleague: dict[str, Any] = {"role": Role.SUPPORT_TEACHER, "staff_id": COLLEAGUE}
    assert [one["asked_for"] for one in await actions(survey, **teacher)] == [WISH]
    assert await actions(survey, **colleague) == []
    ended = {"outcome": "done", "concluded_on": "2026-11-03"}
    for whom in (teacher, colleague):
        assert (await step(survey, other, "conclusion", ended, **whom)).status_code == 404
    await handle(survey, appointed(COLLEAGUE))
    for one in (mine, other):
        given = await step(survey, one, "passing-on", {"staff": {"reference": "S2"}})
        assert given.json()["owner_id"] == str(COLLEAGUE)
    assert await actions(survey, **teacher) == []
    assert len(await actions(survey, "?owner=S2", **colleague)) == 2
    assert (await step(survey, other, "conclusion", ended, **colleague)).status_code == 200
    place = f"/actions/{other['action_id']}/concerns"
    assert (await post(survey, place, {}, **colleague)).status_code == 201
    assert (await post(survey, place, {}, **teacher)).status_code == 404


async def test_the_action_of_a_response_that_was_voided_stands_again_with_it(survey: World) -> None:
    [one] = await asked_for(survey, WISH)
    response = f"/responses/{one['response_id']}"
    await post(survey, f"{response}/void", {"reason": "test-entry"}, version="*")
    assert await actions(survey) == []
    assert (await get(survey, f"/actions/{one['action_id']}")).status_code == 404
    assert (await get(survey, "/action-counts")).json() == []


async def test_actions_are_counted_by_year_and_state_and_whether_who_asked_was_told(
    survey: World,
) -> None:
    first, second, _ = await asked_for(survey, WISH, "Nothing", "Made up: a pen.")
    done = {"outcome": "done", "concluded_on": "2026-11-03"}
    await step(survey, first, "conclusion", done)
    await step(survey, first, "telling", {"told_on": "2026-11-03", "told_how": "in-writing"})
    await step(survey, second, "conclusion", done | {"outcome": "nothing-asked"})
    counted = (await get(survey, "/action-counts")).json()
    assert counted == [
        {
            "academic_year": "2018-19",
            "audience": "children",
            "opened": 3,
            "states": {"done": 1, "nothing-asked": 1, "open": 1},
            "told": 1,
        }
    ]


async def test_of_what_was_heard_nobody_is_told_apart_once_returns_are_anonymous(
    survey: World,
) -> None:
    """The concern stands with its words; of which response it is is not said any more."""
    [one] = await asked_for(survey, "Made up: he hits me, help me.")
    ended = {"outcome": "done", "concluded_on": "2026-11-03", "answer": "Made up.", "note": "C."}
    assert (await step(survey, one, "conclusion", ended)).status_code == 200
    async with survey.system.running["survey"].units.work(request_context()) as uow:
        await forget_whose(uow, [UUID(one["response_id"])])
    [kept] = await actions(survey)
    assert {kept[name] for name in ("child_id", "owner_id", "note", "answer")} == {None}
    assert kept["state"] == "done"
    log = (await get(survey, f"/change-log?record_id={one['action_id']}")).json()
    assert log["items"] == []
    [concern] = (await get(survey, "/concerns")).json()["items"]
    assert (concern["response_id"], concern["child_id"]) == (None, one["child_id"])
    assert concern["text"] == "Made up: he hits me, help me."


async def test_no_event_has_what_was_asked_for(survey: World) -> None:
    await asked_for(survey, WISH)
    [event] = await events_of(survey, "ResponseReceived")
    assert WISH not in str(event)
