"""The plain path and the other one come to the same, and the plain one takes only what is plain."""

import os
import random
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from libs.common.contracts import referral
from libs.common.messaging.bus.base import Delivered
from libs.common.messaging.plain import apply_plain, read_plain
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from services.reporting import facts
from services.reporting.facts import subscriptions
from services.reporting.service import SERVICE
from tests.proof.hostile.events.logs_of_events import (
    ReadModel,
    batches,
    changed,
    life,
    log_of,
    of,
    staff_life,
    with_data,
)
from tests.proof.hostile.events.test_broken_records import CASES, Break
from tests.worlds import databases, embedded

LOGS = int(os.environ.get("SOAK_LOGS", "3"))
FIRST = int(os.environ.get("SOAK_FIRST", "1"))
ANN, BEN = UUID(int=1), UUID(int=2)
HANDLED = subscriptions.handled


@pytest.fixture
async def model(kind: str, tmp_path: Path) -> AsyncIterator[ReadModel]:
    async with databases(kind, tmp_path, [SERVICE]) as urls:
        database = Database(urls["reporting"])
        yield ReadModel(database)
        await database.close()


async def plainly(model: ReadModel, records: Sequence[Delivered]) -> bool:
    """Apply records on the plain path, if they are for it."""
    async with model.database.writing() as connection:
        events = read_plain(records, HANDLED)
        return await apply_plain(connection, subscriptions, records, events)


async def everything(model: ReadModel) -> list[Any]:
    """Return all that a listener keeps of what it applied."""
    kept: list[Any] = [await model.digest()]
    async with model.database.reading() as connection:
        for table in (tables.aggregate_version, tables.dead_letter):
            query = select(table).order_by(*table.primary_key)
            kept.append(list(map(tuple, await connection.execute(query))))
    return kept


def troubled(draw: random.Random, record: Delivered) -> Delivered:
    """Return a record as it is, mostly; or written earlier, with the clock back, or broken."""
    earlier = replace(record, value=(record.value or b"").replace(b',"reference":null', b""))
    some: list[Delivered] = [earlier] * 40
    some += [changed(record, ce_time="2018-09-02T23:00:00.000001+00:00")] * 4
    some.append(changed(record, ce_sequence=str(int(record.headers["ce_sequence"]))))
    some.append(changed(record, ce_time="2018-09-03T05:45:00+05:45"))
    some.append(with_data(record))  # with spaces
    some += [replace(record, value=b"{}")] * 4
    return draw.choice(some)


def log_with_trouble(draw: random.Random) -> list[Delivered]:
    """Draw a log that begins in order and ends in disorder, with repetitions."""
    log = log_of(*(life(draw, UUID(int=number + 1)) for number in range(45)))
    half = len(log) // 2
    late = [troubled(draw, record) for record in log[half:]]
    late += draw.sample(log, 20)
    draw.shuffle(late)
    begun = [replace(record, value=record.value) for record in log[:half]]
    return [replace(one, offset=offset) for offset, one in enumerate([*begun, *late])]


@pytest.mark.parametrize("number", range(FIRST, FIRST + LOGS))
async def test_both_paths_come_to_the_same(model: ReadModel, number: int) -> None:
    draw = random.Random(number)
    log = list(batches(draw, log_with_trouble(draw)))
    for batch in log:
        await model.apply(batch)
    expected = await everything(model)
    _, _, dead_letters = expected
    assert dead_letters
    await model.wipe()
    were_plain = []
    for batch in log:
        were_plain.append(await plainly(model, batch))
        if not were_plain[-1]:
            await model.apply(batch)
    assert await everything(model) == expected
    assert {*were_plain} == {True, False}


@embedded
async def test_a_clock_that_went_back_is_no_earlier_on_either_path(model: ReadModel) -> None:
    log = log_of(staff_life(ANN, 6))
    for place in (2, 4):
        log[place] = changed(log[place], ce_time="2018-09-02T23:00:00.000001+00:00")
    await model.apply(log)
    expected = await everything(model)
    await model.wipe()
    assert await plainly(model, log[:4])
    assert await plainly(model, log[4:])
    assert await everything(model) == expected


async def test_events_in_order_take_the_plain_path(model: ReadModel) -> None:
    """If not, all would still be right, only dear: nothing else would tell."""
    draw = random.Random(7)
    log = log_of(*(life(draw, UUID(int=number + 1)) for number in range(100)))
    clean = await model.clean(log)
    assert all([await plainly(model, batch) for batch in batches(draw, log)])
    assert await model.digest() == clean


@pytest.mark.parametrize("broken", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_a_broken_record_is_not_plain(broken: Break) -> None:
    first, second, *_ = log_of(staff_life(ANN))
    assert read_plain([first, second], HANDLED) is not None
    assert read_plain([first, broken(second)], HANDLED) is None


@pytest.mark.parametrize(
    "strange",
    [
        {"ce_sequence": "2"},
        {"ce_sequence": "00000002"},
        {"ce_sequence": "0000000002"},
        {"ce_sequence": "00000000\N{ARABIC-INDIC DIGIT TWO}"},
        {"ce_time": "2018-09-03T05:45:00+05:45"},
        {"ce_time": "2018-09-03T00:00:00+00:00\n2018-09-03T00:00:00+00:00"},
        {"ce_id": "{00000000-0000-0000-0000-000000000001}"},
        {"ce_id": "\udc80"},
    ],
    ids=["unpadded", "short", "long", "digits", "zone", "two times", "braces", "surrogate"],
)
def test_a_strange_header_is_not_plain(strange: dict[str, str]) -> None:
    first, second, *_ = log_of(staff_life(ANN))
    as_text = changed(second, **strange)
    assert read_plain([first, as_text], HANDLED) is None
    for one in (first, as_text):
        sent = {n: t.encode("utf-8", "replace") for n, t in one.headers.items()}
        second = replace(one, sent=sent)
    assert read_plain([second], HANDLED) is None


def test_headers_are_read_as_bytes_or_as_text() -> None:
    log = log_of(staff_life(ANN), staff_life(BEN))
    wire = [replace(r, sent={n: t.encode() for n, t in r.headers.items()}) for r in log]
    assert [one.headers for one in wire] == [one.headers for one in log]
    assert read_plain(wire, HANDLED) == read_plain(log, HANDLED) != None  # noqa: E711
    wire[1] = replace(wire[1], sent=dict(wire[1].sent) | {"ce_id": None})
    assert read_plain(wire, HANDLED) is None


def test_what_is_not_handled_has_its_place_and_is_not_read() -> None:
    first, second, *_ = log_of(staff_life(ANN))
    but_first = HANDLED - {referral.StaffAppointed}
    found = read_plain([replace(first, value=b"junk"), second], but_first)
    assert found is not None
    assert (found[0].event, found[0].sequence) == (None, 1)
    assert found[1].event is not None
    assert read_plain([replace(first, value=b"")], but_first) is None
    upper = replace(changed(first, ce_subject="A" * 32), key=b"A" * 32)
    assert read_plain([upper], but_first) is None


def test_an_event_of_another_aggregate_is_not_plain() -> None:
    first, *_ = log_of(staff_life(ANN))
    other, *_ = log_of(staff_life(BEN))
    assert read_plain([replace(first, value=other.value)], HANDLED) is None
    cut = str(ANN)[:-1]
    assert read_plain([replace(changed(first, ce_subject=cut), key=cut.encode())], HANDLED) is None


@embedded
@pytest.mark.parametrize(
    "picked",
    [[1], [0, 2], [0, 1, 0], [0, 1, 1], [0, 0]],
    ids=["begun late", "gap", "back", "repeated", "twice"],
)
async def test_what_is_not_next_in_turn_changes_nothing(
    model: ReadModel, picked: list[int]
) -> None:
    log = log_of(staff_life(ANN))
    before = await everything(model)
    assert not await plainly(model, [log[place] for place in picked])
    assert await everything(model) == before


@embedded
async def test_an_aggregate_with_a_dead_letter_is_not_for_the_plain_path(model: ReadModel) -> None:
    log = log_of(staff_life(ANN), staff_life(BEN))
    ann, ben = of(log, ANN), of(log, BEN)
    await model.apply([ann[0], replace(ann[1], value=b"{}")])
    assert not await plainly(model, [ann[1]])
    assert await plainly(model, ben)
    assert len(await model.rows(facts.contract)) == 1 + len(ben)
