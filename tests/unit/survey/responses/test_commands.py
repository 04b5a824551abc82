"""Responses against what else is on record: the wave, its list, and those that came before."""

from typing import Any
from uuid import UUID

import pytest

from libs.common.core.errors import Rejected
from libs.common.persistence.recorded import AlreadyRecorded
from libs.common.persistence.uow import Units
from services.survey.responses.commands import (
    RecordResponse,
    VoidResponse,
    record_response,
    void_response,
)
from services.survey.responses.domain import Response
from services.survey.waves.domain import NotIssuedTo, WaveIsClosed, WaveNotIssued
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


async def test_once_a_response_is_void_the_next_one_counts(issued: Units) -> None:
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
    await keep(units, an_issued(), a_recipient(0), a_recipient(1, cancelled_on=ISSUED))
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
