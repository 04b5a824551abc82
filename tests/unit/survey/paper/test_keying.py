"""Forms that came back on paper: keyed by two people, compared, resolved, recorded once."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import NotFound, Rejected
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.uow import Units
from services.survey.concerns.domain import Concern
from services.survey.paper.commands import (
    CorrectForm,
    KeyForm,
    PlanKeying,
    ResolveForm,
    correct_paper_form,
    key_form,
    plan_keying,
    resolve_form,
    void_paper_form,
)
from services.survey.paper.domain import (
    FormDiffers,
    FormDoesNotDiffer,
    FormIsRecorded,
    FormVoid,
    PaperCode,
    PaperForm,
    SecondByAnother,
    new_code,
)
from services.survey.paper.queries import keyed_in
from services.survey.responses.commands import VoidResponse, void_response
from services.survey.responses.domain import AnswerText, Response
from services.survey.waves.commands import close_wave
from services.survey.waves.domain import NotIssuedTo, Wave, WaveIsClosed
from tests.unit.refused import refused
from tests.unit.survey.made import WAVE, a_closed, a_recipient, a_response, an_issued, keep
from tests.worlds import request_context

CODES = ("KPQ7-BM2Q", "XYZ2-345F")
NONE = new_code()
ONE, OTHER, THIRD = "one", "other", "third"
YES: dict[str, Any] = {"question": "better_at_work", "state": "answered", "value": "yes"}
NO = YES | {"value": "no"}
WORDS: dict[str, Any] = {"question": "comment", "state": "answered", "value": "Made-up words."}


def _typed(*answers: dict[str, Any], **other: Any) -> dict[str, Any]:
    told = {"received_on": "2019-06-20", "assisted_by": "none", "answers": answers}
    return {**told, **other}


async def _key(units: Units, by: str, *answers: dict[str, Any], **other: Any) -> PaperForm:
    command = KeyForm.model_validate({"code": CODES[0], **_typed(*answers, **other)})
    async with units.work(request_context(subject=by)) as uow:
        found, _ = await key_form(uow, command)
    return found


async def _responses(units: Units) -> list[Response]:
    async with units.work(request_context()) as uow:
        return await uow.chosen(select(Response).order_by(Response.place))


async def _resolve(units: Units, by: str, form: PaperForm, **said: Any) -> PaperForm:
    async with units.work(request_context(subject=by)) as uow:
        command = ResolveForm.model_validate(said)
        return await resolve_form(uow, form.id, command, form.row_version)


@pytest.fixture
async def printed(units: Units) -> Units:
    """Return units of work on a wave of which every form is keyed twice, with two papers."""
    await keep(
        units,
        an_issued(twice_percent=100),
        *(a_recipient(one) for one in range(3)),
        *(PaperCode(code=code, recipient_id=a_recipient(one).id) for one, code in enumerate(CODES)),
    )
    return units


async def test_a_form_is_recorded_once_two_people_typed_the_same(printed: Units) -> None:
    first = await _key(printed, ONE, YES, WORDS)
    assert (first.state, first.response_id) == ("keyed-once", None)
    assert await _responses(printed) == []
    # Blanks and lines are no matter, nor is the order, nor what was left out.
    again = WORDS | {"value": "Made-up  words.\n"}
    skipped = {"question": "helps_class_work", "state": "not-answered"}
    second = await _key(printed, OTHER, again, skipped, YES)
    assert (second.state, second.differed, second.first) == ("recorded", [], None)
    assert (second.first_by, second.second_by, second.resolved_by) == (ONE, OTHER, None)
    [response] = await _responses(printed)
    assert (response.id, response.channel) == (second.response_id, "paper")
    assert response.received_at.date() <= date(2019, 6, 20)
    assert response.answers[0]["value"] == "yes"


async def test_nobody_keys_a_form_twice(printed: Units) -> None:
    first = await _key(printed, ONE, YES)
    assert (await _key(printed, ONE, YES)).row_version == first.row_version
    with refused(SecondByAnother):
        await _key(printed, ONE, NO)
    assert await _responses(printed) == []


async def test_what_differs_is_chosen_field_by_field_and_then_recorded(printed: Units) -> None:
    await _key(printed, ONE, YES, WORDS, assisted_by="parent", help="proxy")
    illegible = {"question": "comment", "state": "illegible"}
    form = await _key(printed, OTHER, NO, illegible, assisted_by="parent", help="scribe")
    fields = ["answers.better_at_work", "help", "texts.comment"]
    assert (form.state, form.differed) == ("differs", fields)
    assert await _responses(printed) == []
    with refused(FormDiffers):
        await _key(printed, THIRD, YES)
    choices = [{"field": one, "keying": "first"} for one in fields]
    with refused(Rejected, "/choices"):
        await _resolve(printed, THIRD, form, choices=choices[:2])
    wrong = {"field": "assisted_by", "keying": "first"}
    with refused(Rejected, "/choices/3/field"):
        await _resolve(printed, THIRD, form, choices=[*choices, wrong])
    choices[0]["keying"] = "second"
    done = await _resolve(printed, THIRD, form, choices=choices)
    assert (done.state, done.first_by, done.second_by, done.resolved_by) == (
        "recorded",
        ONE,
        OTHER,
        THIRD,
    )
    [response] = await _responses(printed)
    assert (response.help, response.answers[0]["value"]) == ("proxy", "no")
    async with printed.work(request_context()) as uow:
        [text] = await uow.all(AnswerText, response_id=response.id)
    assert text.text == "Made-up words."


async def test_what_differs_is_keyed_anew(printed: Units) -> None:
    await _key(printed, ONE, YES)
    form = await _key(printed, OTHER, NO)
    wrong = YES | {"value": "perhaps"}
    with refused(Rejected, "/anew/answers/0/value"):
        await _resolve(printed, THIRD, form, anew=_typed(wrong))
    sometimes = YES | {"value": "sometimes"}
    form = await _resolve(printed, THIRD, form, anew=_typed(sometimes))
    [response] = await _responses(printed)
    assert response.answers[0]["value"] == "sometimes"
    with refused(FormIsRecorded):
        await _resolve(printed, THIRD, form, anew=_typed(sometimes))


async def test_what_was_keyed_once_is_put_right_or_withdrawn(printed: Units) -> None:
    form = await _key(printed, ONE, YES)
    with refused(FormDoesNotDiffer):
        await _resolve(printed, THIRD, form, anew=_typed(YES))
    async with printed.work(request_context(subject=ONE)) as uow:
        said = CorrectForm.model_validate(_typed(NO, reason="typing-error"))
        form = await correct_paper_form(uow, form.id, said, form.row_version)
    async with printed.work(request_context(subject=ONE)) as uow:
        form = await void_paper_form(
            uow, form.id, Withdrawal(reason="entry-error"), form.row_version
        )
    with refused(FormVoid):
        async with printed.work(request_context(subject=ONE)) as uow:
            await void_paper_form(uow, form.id, Withdrawal(reason="entry-error"), form.row_version)
    again = await _key(printed, OTHER, NO)
    assert (again.id, again.void, again.first_by) == (form.id, False, OTHER)
    assert (await _key(printed, ONE, NO)).state == "recorded"


async def test_a_form_that_is_not_among_the_share_is_recorded_at_once(printed: Units) -> None:
    async with printed.work(request_context()) as uow:
        await plan_keying(uow, WAVE, PlanKeying(twice_percent=0))
    form = await _key(printed, ONE, YES)
    assert (form.state, form.twice, form.second_by) == ("recorded", False, None)
    assert (await _key(printed, OTHER, YES)).row_version == form.row_version
    with refused(AlreadyRecorded, "/answers"):
        await _key(printed, OTHER, NO)


async def test_of_paper_and_online_the_first_received_counts(printed: Units) -> None:
    """A second paper of the same recipient has a number of its own."""
    online = a_response(channel="online", received_at=datetime(2019, 6, 19, 12, tzinfo=UTC))
    await keep(printed, online)
    for number in (1, 2):
        for by in (ONE, OTHER):
            form = await _key(printed, by, YES, number=number)
        assert form.state == "recorded"
    standings = [(one.channel, one.standing) for one in await _responses(printed)]
    assert standings == [
        ("online", "too-few-answers"),
        ("paper", "counted"),
        ("paper", "duplicate"),
    ]


async def test_how_far_papers_are_keyed_is_counted(printed: Units) -> None:
    await _key(printed, ONE, YES)
    await _key(printed, ONE, YES, code=CODES[1])
    form = await _key(printed, OTHER, NO, code=CODES[1])
    async with printed.work(request_context()) as uow:
        keyed = await keyed_in(uow, await uow.get(Wave, WAVE))
    assert (keyed.printed, keyed.keyed_once, keyed.differs, keyed.recorded) == (2, 1, 1, 0)
    choices = [{"field": "answers.better_at_work", "keying": "first"}]
    await _resolve(printed, THIRD, form, choices=choices)
    async with printed.work(request_context()) as uow:
        keyed = await keyed_in(uow, await uow.get(Wave, WAVE))
    assert (keyed.keyed_once, keyed.differs, keyed.recorded) == (1, 0, 1)
    assert (keyed.compared, keyed.differed) == (1, 1)


async def test_a_code_that_is_on_no_paper_leads_nowhere(printed: Units) -> None:
    with refused(NotFound, code="not-found"):
        await _key(printed, ONE, YES, code=NONE)


async def test_a_wave_that_is_closed_and_who_was_sent_nothing_take_no_form(units: Units) -> None:
    await keep(
        units,
        a_closed(),
        an_issued(id=UUID(int=4), reference="W-next"),
        a_recipient(),
        a_recipient(1, wave_id=UUID(int=4), sent=False),
        *(PaperCode(code=code, recipient_id=a_recipient(one).id) for one, code in enumerate(CODES)),
    )
    with refused(WaveIsClosed):
        await _key(units, ONE, YES)
    with refused(NotIssuedTo):
        await _key(units, ONE, YES, code=CODES[1])


async def test_all_that_is_wrong_is_told_at_its_place(printed: Units) -> None:
    wrong = YES | {"value": "perhaps"}
    with refused(Rejected, "/answers/0/value", "/received_on", "/help"):
        await _key(printed, ONE, wrong, received_on="2019-05-13", help="scribe")


async def _void(units: Units, by: str, form: PaperForm) -> PaperForm:
    async with units.work(request_context(subject=by)) as uow:
        withdrawal = Withdrawal(reason="entry-error")
        return await void_paper_form(uow, form.id, withdrawal, form.row_version)


async def test_nobody_withdraws_a_form_that_differs(printed: Units) -> None:
    await _key(printed, ONE, YES)
    form = await _key(printed, OTHER, NO)
    assert form.allowed == ("resolve",)
    with refused(FormDiffers):
        await _void(printed, ONE, form)


async def test_a_voided_response_does_not_stand_again_by_one_keying(printed: Units) -> None:
    for by in (ONE, OTHER):
        form = await _key(printed, by, YES)
    assert form.response_id is not None
    async with printed.work(request_context()) as uow:
        await void_response(uow, form.response_id, VoidResponse(reason="typing-error"))
    for answer in (NO, YES):
        with refused(FormIsRecorded):
            await _key(printed, ONE, answer)
    [response] = await _responses(printed)
    assert (response.void_reason, response.answers[0]["value"]) == ("typing-error", "yes")


HARM = WORDS | {"value": "Made up: he hits me at lunch."}
CALMER = WORDS | {"value": "Made up: he is at lunch."}


async def _concerns(units: Units) -> list[Concern]:
    async with units.work(request_context()) as uow:
        return await uow.chosen(select(Concern))


async def test_what_was_typed_once_is_heard_at_once_and_once(printed: Units) -> None:
    await _key(printed, ONE, YES, HARM)
    [one] = await _concerns(printed)
    assert (one.text, one.question, one.response_id) == (HARM["value"], "comment", None)
    assert one.child_id == a_recipient(0).child_id
    spaced = HARM | {"value": "Made up:  he hits me at lunch.\n"}
    form = await _key(printed, OTHER, YES, spaced)
    [one] = await _concerns(printed)
    assert (form.state, one.response_id) == ("recorded", form.response_id)


async def test_what_only_one_of_two_typed_is_heard(printed: Units) -> None:
    await _key(printed, ONE, YES, CALMER)
    assert await _concerns(printed) == []
    form = await _key(printed, OTHER, YES, HARM)
    [one] = await _concerns(printed)
    choices = [{"field": "texts.comment", "keying": "second"}]
    form = await _resolve(printed, THIRD, form, choices=choices)
    [one] = await _concerns(printed)
    assert one.response_id == form.response_id


async def test_what_was_typed_is_heard_though_it_is_put_right_or_withdrawn(printed: Units) -> None:
    form = await _key(printed, ONE, YES, CALMER)
    async with printed.work(request_context(subject=ONE)) as uow:
        said = CorrectForm.model_validate(_typed(YES, HARM, reason="typing-error"))
        form = await correct_paper_form(uow, form.id, said, form.row_version)
    await _void(printed, ONE, form)
    [one] = await _concerns(printed)
    assert (one.text, one.response_id) == (HARM["value"], None)


async def test_what_was_keyed_before_the_close_is_finished_after_it(printed: Units) -> None:
    await _key(printed, ONE, YES)
    await _key(printed, ONE, YES, code=CODES[1])
    other = await _key(printed, OTHER, NO, code=CODES[1])
    async with printed.work(request_context()) as uow:
        await close_wave(uow, WAVE)
    assert (await _key(printed, OTHER, YES)).state == "recorded"
    await _resolve(printed, THIRD, other, anew=_typed(YES))
    assert [one.standing for one in await _responses(printed)] == ["counted"] * 2
    with refused(WaveIsClosed):
        await _key(printed, ONE, YES, number=2)
