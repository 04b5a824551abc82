"""The audit's seals: put on every committed row, once, however the sealers are disturbed."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from libs.common.audit.sealer import Pace, Sealer
from libs.common.persistence.db import Database
from libs.common.persistence.tables import audit
from services.survey.service import SERVICE
from tests.audits import Audit, audit_at, line
from tests.cancelled import CancelledAt
from tests.worlds import REAL, databases, embedded, kept_at_work

AT_ONCE = Pace(look_again=0.01, hold_back=0, anchor=0)


@pytest.fixture
async def ledger(kind: str, tmp_path: Path) -> AsyncIterator[Audit]:
    """An empty audit."""
    async with databases(kind, tmp_path, [SERVICE]) as urls:
        async with audit_at(urls["survey"], tmp_path) as opened:
            yield opened


async def until(done: Callable[[], Coroutine[Any, Any, bool]], within: float = 20.0) -> None:
    deadline = asyncio.get_running_loop().time() + within
    while not await done():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)


async def whole(ledger: Audit, *, sealed: int, waiting: int = 0) -> None:
    verdict = await ledger.verdict()
    assert verdict.faults == []
    assert (verdict.sealed, len(verdict.unsealed)) == (sealed, waiting)
    assert verdict.rows == sealed + waiting


@embedded
async def test_what_is_not_sealed_is_named_by_number_and_age(ledger: Audit) -> None:
    await ledger.write([1, 2, 3])
    assert await ledger.sealer().seal() == 3
    await ledger.write([4, 9])
    verdict = await ledger.verdict()
    assert verdict.unsealed == [(4, line(4)["at"]), (9, line(9)["at"])]
    await whole(ledger, sealed=3, waiting=2)
    async with ledger.database.reading() as connection:
        waiting = await ledger.sealer().unsealed(connection)
    assert (waiting.rows, waiting.oldest) == (2, line(4)["at"])
    assert waiting.age(line(9)["at"]) == pytest.approx(5.000005)


@embedded
async def test_more_rows_than_one_batch_holds_are_sealed_in_one_look(ledger: Audit) -> None:
    await ledger.write(range(1, 2_502))
    assert await ledger.sealer().seal() == 2_501
    assert await ledger.seals() == [(number, number) for number in range(1, 2_502)]
    await whole(ledger, sealed=2_501)


@embedded
async def test_rows_far_apart_are_sealed(ledger: Audit) -> None:
    await ledger.write([1, 150_000, 350_000, 350_001])
    assert await ledger.sealer().seal() == 4
    await whole(ledger, sealed=4)


async def test_a_row_committed_late_under_a_lower_number_is_sealed(
    ledger: Audit, kind: str
) -> None:
    sealer = ledger.sealer()
    if kind == REAL:
        async with ledger.database.writing() as late:
            await late.execute(insert(audit), line(5))
            await ledger.write([6, 7])
            assert await sealer.seal() == 2
    else:  # one writer: a number left free is as late as it gets
        await ledger.write([6, 7])
        assert await sealer.seal() == 2
        await ledger.write([5])
    await whole(ledger, sealed=2, waiting=1)
    assert await sealer.seal() == 1
    assert await ledger.seals() == [(1, 6), (2, 7), (3, 5)]
    await whole(ledger, sealed=3)


@embedded
async def test_what_was_sealed_long_ago_is_looked_through_more_rarely(ledger: Audit) -> None:
    sealer = ledger.sealer(Pace(hold_back=0))
    await ledger.write([6, 7])
    assert [await sealer.seal() for _ in range(3)] == [2, 0, 0]
    await ledger.write([5])
    assert await sealer.seal() == 0  # below the low mark
    await whole(ledger, sealed=2, waiting=1)
    assert await ledger.sealer(Pace(hold_back=0, look_through=0)).seal() == 1
    await whole(ledger, sealed=3)


@embedded
async def test_a_sealer_that_looks_through_everything_finds_what_came_late(ledger: Audit) -> None:
    sealer = ledger.sealer(Pace(hold_back=0, look_through=0))
    await ledger.write([6, 7])
    assert [await sealer.seal() for _ in range(3)] == [2, 0, 0]
    await ledger.write([5])
    assert await sealer.seal() == 1


@embedded
async def test_the_newest_hundred_thousand_numbers_are_always_looked_at(ledger: Audit) -> None:
    sealer = ledger.sealer()
    await ledger.write([120_000])
    assert await sealer.seal() == 1
    await ledger.write([19_999, 20_001])
    assert await sealer.seal() == 1
    assert await ledger.seals() == [(1, 120_000), (2, 20_001)]
    assert await ledger.sealer().seal() == 1
    await whole(ledger, sealed=3)


async def test_several_sealers_at_once_seal_each_row_once(ledger: Audit) -> None:
    await ledger.write(range(1, 3_001))
    others = [Database(ledger.database.url.render_as_string(hide_password=False)) for _ in "123"]
    sealers = [Sealer("survey", one, ledger.files) for one in (ledger.database, *others)]

    async def seal_until_done(sealer: Sealer) -> int:
        sealed = 0
        while len(await ledger.seals()) < 3_000:
            sealed += await sealer.seal()
        return sealed

    counts = await asyncio.gather(*(seal_until_done(one) for one in sealers))
    for one in others:
        await one.close()
    assert sum(counts) == 3_000
    assert sorted(number for _, number in await ledger.seals()) == list(range(1, 3_001))
    await whole(ledger, sealed=3_000)


async def test_a_sealer_that_read_an_older_head_appends_nothing(ledger: Audit) -> None:
    await ledger.write([1, 2])
    slow = ledger.sealer()
    head, rows = await slow._look(0, 2)
    assert await ledger.sealer().seal() == 2
    assert not await slow._append(head, rows)
    await whole(ledger, sealed=2)


async def test_a_sealer_cancelled_anywhere_leaves_a_chain_that_verifies(ledger: Audit) -> None:
    written = 0
    for turn in range(1, 200):
        await ledger.write(range(written + 1, written + 4))
        written += 3
        sealer = ledger.sealer()
        stopped = CancelledAt(sealer.seal(), turn)
        try:
            await stopped
        except asyncio.CancelledError:
            assert stopped.cancelled
        verdict = await ledger.verdict()
        assert verdict.faults == []
        assert verdict.sealed + len(verdict.unsealed) == written
        if not stopped.cancelled:
            break
    assert 5 < turn < 199, "it was cancelled at some waits, and in the end at none"
    assert not (await ledger.verdict()).unsealed


async def test_a_failing_sealer_tries_again_until_it_succeeds(
    ledger: Audit, caplog: pytest.LogCaptureFixture
) -> None:
    await ledger.write([1, 2])
    await _rename(ledger, "audit_seal", "away")
    with caplog.at_level(logging.WARNING):
        async with kept_at_work("sealer", ledger.sealer(AT_ONCE).run):

            async def failed_twice() -> bool:
                return [record.message for record in caplog.records].count("part-failed") >= 2

            await until(failed_twice)
            await _rename(ledger, "away", "audit_seal")
            await until(lambda: _sealed(ledger, 2))
    await whole(ledger, sealed=2)


async def _rename(ledger: Audit, old: str, new: str) -> None:
    async with ledger.database.writing() as connection:
        await connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


async def _sealed(ledger: Audit, rows: int) -> bool:
    return len(await ledger.seals()) == rows


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@embedded
async def test_heads_are_anchored_as_the_chain_grows_and_at_the_end(ledger: Audit) -> None:
    sealer = ledger.sealer(AT_ONCE)
    task = asyncio.create_task(sealer.run())
    for number in (1, 2, 3):
        await ledger.write([number])
        await until(lambda number=number: _anchored(ledger, number))  # type: ignore[misc]
    await _end(task)
    await ledger.write([4])
    await sealer.finish()
    assert [one.head.seal for one in ledger.anchors.read()] == [1, 2, 3, 4]
    await sealer.finish()
    assert len(ledger.anchors.read()) == 4  # the same head again says nothing new
    await whole(ledger, sealed=4)


async def _anchored(ledger: Audit, seal: int) -> bool:
    anchored = ledger.anchors.read()
    return bool(anchored) and anchored[-1].head.seal == seal


@embedded
async def test_an_anchor_that_cannot_be_written_does_not_keep_rows_from_their_seals(
    ledger: Audit, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.files.heads.mkdir()
    sealer = ledger.sealer(AT_ONCE)
    async with kept_at_work("sealer", sealer.run):
        for number in (1, 2, 3):
            await ledger.write([number])
            await until(lambda number=number: _sealed(ledger, number))  # type: ignore[misc]
    await sealer.finish()
    ledger.files.heads.rmdir()
    assert {"part-failed", "sealer-not-finished"} <= {one.message for one in caplog.records}
    await whole(ledger, sealed=3)
