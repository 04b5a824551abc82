"""Responses against what else is on record: the wave, its list, and those that came before."""

from dataclasses import asdict
from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from libs.common.core.corrections import Withdrawal
from libs.common.core.errors import Rejected
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.uow import Units
from services.survey.responses.commands import (
    CorrectResponse,
    CorrectWave,
    RecordResponse,
    VoidResponse,
    correct_response,
    correct_wave,
    record_response,
    void_response,
    void_wave,
)
from services.survey.responses.commands.waves import WaveHasResponses
from services.survey.responses.domain import Response
from services.survey.waves.domain import NotIssuedTo, Run, WaveIsClosed, WaveNotIssued, WaveVoid
from tests.unit.refused import refused
from tests.unit.survey.calls import a_response
from tests.unit.survey.made import (
    ISSUED,
    RESPONSE,
    WAVE,
    a_closed,
    a_draft,
    a_recipient,
    an_issued,
    keep,
)
from tests.unit.survey.made import a_response as a_kept_response
from tests.worlds import request_context

YES = {"question": "better_at_work", "state": "answered", "value": "yes"}
MIDNIGHT = "2019-06-29T00:00:00+01:00"
COMMENT = {"question": "comment", "state": "answered", "value": "Made-up words."}


async def _record(
    units: Units, reference: str, recipient: str, *answers: str, **other: Any
) -> Response:
    said = a_response(reference, recipient, *answers, **other)
    async with units.work(request_context()) as uow:
        response, _ = await record_response(uow, WAVE, RecordResponse.model_validate(said))
    return response


@pytest.fixture
async def issued(units: Units) -> Units:
    """Return units of work on a wave that was issued."""
    await keep(units, an_issued(), *map(a_recipient, range(3)))
    return units


async def test_of_several_responses_the_first_that_may_count_does(issued: Units) -> None:
    first = await _record(issued, "Q1", "C0", "yes", "sometimes")
    second = await _record(issued, "Q2", "C0", "no")
    assert (first.standing, second.standing) == ("counted", "duplicate")
    assert (first.duplicate_of, second.duplicate_of) == (None, first.id)
    assert (await _record(issued, "Q3", "C1", "yes", received_at=MIDNIGHT)).standing == "late"
    assert (await _record(issued, "Q4", "C1")).standing == "too-few-answers"
    assert (await _record(issued, "Q5", "C1", "no")).standing == "counted"


CAME = (
    ("Q0", "2019-06-20T12:00:00+01:00", ()),  # blank
    ("Q1", "2019-06-21T12:00:00+01:00", ("yes",)),  # to be voided
    ("Q2", "2019-06-24T12:00:00+01:00", ("no",)),
    ("Q3", "2019-06-26T12:00:00+01:00", ("yes",)),
    ("Q4", MIDNIGHT, ("yes",)),  # late
)


async def test_the_first_received_counts_whatever_order_they_were_typed_in(units: Units) -> None:
    """Late, void and blank ones are no candidates; a later one is a duplicate (13.4)."""
    orders = list(permutations(CAME))[::5]
    asked = (a_recipient(id=uuid4(), reference=f"C{one}") for one in range(len(orders)))
    await keep(units, an_issued(), *asked)
    for number, order in enumerate(orders):
        found = {}
        for name, received_at, answers in order:
            reference = f"{name}-{number}"
            response = await _record(
                units, reference, f"C{number}", *answers, received_at=received_at
            )
            found[name] = response.id
            if name == "Q1":
                await _void(units, response.id)
        kept = {one.id: one for one in await _kept(units)}
        stands = {name: (kept[id_].standing, kept[id_].duplicate_of) for name, id_ in found.items()}
        assert stands.pop("Q1"), kept[found["Q1"]].void_reason
        later = "duplicate", found["Q2"]
        assert stands == {
            "Q0": ("too-few-answers", None),
            "Q2": ("counted", None),
            "Q3": later,
            "Q4": later,
        }


async def test_of_those_of_one_day_the_first_recorded_counts(issued: Units) -> None:
    """The day in London decides, not the hour."""
    evening, morning = "2019-06-24T20:00:00+01:00", "2019-06-24T00:00:00+01:00"
    first = await _record(issued, "Q1", "C0", "yes", received_at=evening)
    second = await _record(issued, "Q2", "C0", "no", received_at=morning)
    assert (first.standing, second.standing) == ("counted", "duplicate")


async def test_once_the_counted_one_is_void_the_next_counts(issued: Units) -> None:
    first, second = [
        await _record(issued, name, "C0", "yes", received_at=f"2019-06-{day}T12:00:00+01:00")
        for name, day in (("Q1", 20), ("Q2", 21))
    ]
    await _void(issued, first.id)
    assert [one.standing for one in await _kept(issued) if one.id == second.id] == ["counted"]
    again = a_response("Q1", "C0", "no", received_at="2019-06-20T12:00:00+01:00")
    restored = await _record(issued, **_told(again), answers=again["answers"])
    assert (restored.id, restored.standing, restored.void_reason) == (first.id, "counted", None)
    assert [one.standing for one in await _kept(issued) if one.id == second.id] == ["duplicate"]


async def test_a_corrected_day_decides_again_which_counts(issued: Units) -> None:
    first, second = [
        await _record(issued, name, "C0", "yes", received_at=f"2019-06-{day}T12:00:00+01:00")
        for name, day in (("Q1", 20), ("Q2", 21))
    ]
    told = a_response("", "", "no", received_at="2019-06-24T12:00:00+01:00", reason="typing-error")
    told = {name: told[name] for name in told if name not in {"reference", "recipient"}}
    command = CorrectResponse.model_validate(told)
    async with issued.work(request_context()) as uow:
        corrected = await correct_response(uow, first.id, command, 1)
        assert (corrected.standing, corrected.duplicate_of) == ("duplicate", second.id)
        assert corrected.answers[0]["value"] == "no"
    assert [one.standing for one in await _kept(issued) if one.id == second.id] == ["counted"]
    async with issued.work(request_context()) as uow:
        run = Run(3, ISSUED, date(2019, 6, 20), 0)
        command_ = CorrectWave(**asdict(run), reason="entry-error")
        await correct_wave(uow, WAVE, command_, 1)
    assert {one.standing for one in await _kept(issued)} == {"late"}


async def test_a_wave_is_voided_only_once_nobody_answers_it(issued: Units) -> None:
    response = await _record(issued, "Q1", "C0", "yes")
    void = Withdrawal(reason="entry-error")
    with refused(WaveHasResponses):
        async with issued.work(request_context()) as uow:
            await void_wave(uow, WAVE, void, 1)
    await _void(issued, response.id)
    async with issued.work(request_context()) as uow:
        assert (await void_wave(uow, WAVE, void, 1)).void
    with refused(WaveVoid):
        await _record(issued, "Q2", "C0", "yes")


def _told(said: dict[str, Any]) -> dict[str, Any]:
    return {name: said[name] for name in ("reference", "recipient", "received_at")}


async def _void(units: Units, response_id: UUID) -> None:
    async with units.work(request_context()) as uow:
        await void_response(uow, response_id, VoidResponse(reason="test-entry"))


async def _kept(units: Units) -> list[Response]:
    async with units.read(request_context()) as read:
        return await read.all(Response, wave_id=WAVE)


async def test_once_a_response_is_void_a_new_one_counts(issued: Units) -> None:
    first = await _record(issued, "Q1", "C0", "yes")
    void = VoidResponse(reason="test-entry")
    for outcome in ("updated", "unchanged"):
        async with issued.work(request_context()) as uow:
            assert (await void_response(uow, first.id, void))[1].outcome == outcome
    assert (await _record(issued, "Q2", "C0", "no")).standing == "counted"


async def test_a_written_comment_alone_is_a_return(issued: Units) -> None:
    """Valid is one question answered, free text among them (domain brief 8.1 and 8.2)."""
    unread = {"question": "better_at_work", "state": "illegible"}
    blank = {"question": "comment", "state": "not-answered"}
    written = await _record(issued, "Q1", "C0", answers=[COMMENT, unread])
    empty = await _record(issued, "Q2", "C1", answers=[blank, unread])
    assert (written.standing, empty.standing) == ("counted", "too-few-answers")
    assert (await _record(issued, "Q3", "C0", "yes")).standing == "duplicate"


@pytest.mark.parametrize(
    ("received_at", "faulty"),
    [
        ("2019-05-13T23:59:59+01:00", True),
        ("2019-05-13T23:00:00+00:00", False),  # midnight in London
        ("2198-01-01T00:00:00+00:00", True),
    ],
)
async def test_a_response_comes_after_the_issue_and_not_in_the_future(
    issued: Units, received_at: str, faulty: bool
) -> None:
    if faulty:
        with refused(Rejected, "/received_at"):
            await _record(issued, "Q1", "C0", "yes", received_at=received_at)
    else:
        assert await _record(issued, "Q1", "C0", "yes", received_at=received_at)


async def test_a_response_of_somebody_who_was_sent_nothing_is_refused(units: Units) -> None:
    await keep(units, an_issued(), a_recipient(0), a_recipient(1, cancelled_on=ISSUED, sent=False))
    assert await _record(units, "Q0", "C0", "yes")
    with refused(NotIssuedTo):
        await _record(units, "Q1", "C1", "yes")


async def test_all_faults_of_a_response_are_named_at_once(issued: Units) -> None:
    answers = [
        {"question": "better_at_work", "state": "answered", "value": "perhaps"},
        {"question": "colour", "state": "not-shown"},
    ]
    with refused(Rejected, "/answers/0/value", "/answers/1/question", "/recipient"):
        await _record(issued, "Q1", "nobody", answers=answers)


@pytest.mark.parametrize(
    ("other", "place"),
    [
        ({"received_at": "2019-06-28T22:00:00+01:00"}, "/received_at"),
        ({"channel": "online"}, "/channel"),
        ({"assisted_by": "parent"}, "/assisted_by"),
        ({"answers": [COMMENT]}, "/answers"),
        ({"answers": [YES]}, "/answers"),
        ({"answers": [YES, {**COMMENT, "value": "Other words."}]}, "/answers"),
    ],
    ids=str,
)
async def test_a_response_is_not_changed_by_recording_it_again(
    issued: Units, other: dict[str, Any], place: str
) -> None:
    said: dict[str, Any] = {"answers": [YES, COMMENT]}
    first = await _record(issued, "Q1", "C0", **said)
    with refused(AlreadyRecorded, place):
        await _record(issued, "Q1", "C0", **{**said, **other})
    assert (await _record(issued, "Q1", "C0", **said)).id == first.id


async def test_a_wave_that_is_not_open_takes_nothing_new_and_knows_what_came(
    units: Units,
) -> None:
    draft = UUID(int=4)
    await keep(
        units,
        a_closed(),
        a_draft(id=draft, reference="W-next"),
        a_recipient(),
        a_recipient(1, wave_id=draft),
        a_kept_response(
            answers=[
                {"question": name, "state": "not-answered", "value": None}
                for name in ("better_at_work", "helps_class_work", "comment")
            ]
        ),
    )
    with refused(WaveIsClosed):
        await _record(units, "Q2", "C0", "yes")
    again = await _record(units, "Q1", "C0", received_at="2019-06-28T10:00:00+01:00")
    assert again.id == RESPONSE
    early = RecordResponse.model_validate(a_response("Q2", "C1", "yes"))
    with refused(WaveNotIssued):
        async with units.work(request_context()) as uow:
            await record_response(uow, draft, early)
