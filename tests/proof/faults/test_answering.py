"""Answers by a link are there once if there is a receipt, wherever the process ends."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from tests.proof.faults.answering import (
    NAME,
    Respondent,
    ask,
    check_answers,
    respondent,
)
from tests.proof.faults.place import Place, place_in
from tests.proof.faults.process import Process
from tests.worlds import EMBEDDED

POINTS = {
    "write.before-begin": 3,  # W1: the link is not used up
    "write.rows-written": 3,  # W2: it is used up
    "write.journal-written": 3,  # W3 to W5: the event, and what is audited
    "write.before-commit": 3,  # W6
    "write.committed": 3,  # W7: nothing of the answer has left
    "write.answering": 13,  # W8: after the pages before, each of which leaves in two parts
}
"""The so-manieth time each is met is at the submit: two commands begin and check the answers."""


AT_THE_SERVER: Sequence[str] = ("write.before-commit", "write.committed")
"""Where it is the database that decides what a kill leaves behind."""


async def _killed_at_the_submit(place: Place, person: Respondent, point: str) -> None:
    async with Process(place, f"{point}:kill:{POINTS[point]}", NAME) as process:
        await person.fill_in()
        assert process.is_alive, point
        with pytest.raises(httpx.TransportError):
            await person.step("send")
        assert await process.ended(10) == -9


async def _received_by_one_receipt(person: Respondent) -> None:
    await person.until_received()
    first, person.is_received = person.code, False
    await person.until_received()
    assert (person.code, person.tried_again) == (first, 0)


async def test_who_was_cut_off_at_the_submit_sends_again_and_has_one_receipt(
    kind: str, tmp_path: Path
) -> None:
    named = tuple(POINTS) if kind == EMBEDDED else AT_THE_SERVER
    points = (named, AT_THE_SERVER[1:])
    async with place_in(kind, tmp_path) as place, AsyncExitStack() as stack:
        asked = await ask(place, 10)
        people = []
        for wave, of_wave in zip(asked, points, strict=True):
            for token, point in zip(wave.tokens, of_wave, strict=False):
                person = await stack.enter_async_context(respondent(place, token))
                await _killed_at_the_submit(place, person, point)
                people.append(person)
        async with Process(place, name=NAME):
            for person in people:
                await _received_by_one_receipt(person)
            await check_answers(place, asked, people)
