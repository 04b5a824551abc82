"""What must hold after every run, asked of the disks and the log beside the product's own code."""

import asyncio
import shutil
from collections import Counter, defaultdict
from typing import Any

from libs.common.core.digest import digest
from libs.common.persistence.db import Database
from tests.applied import apply_batch
from tests.proof.simulation.listening import FACTS, counted
from tests.proof.simulation.world import Run, look


def faults_of(run: Run) -> list[str]:
    """Return what is wrong after a run, each with the promise it breaks."""
    checks = (_acknowledged, _versions, _no_ghosts, _order, _once, _same_facts, _same_answers)
    return run.wrong + [wrong for check in checks for wrong in check(run)]


def _acknowledged(run: Run) -> list[str]:
    """K1: what a client was told is kept, byte for byte."""
    kept = {key: (status, body) for key, status, body in _kept(run)}
    return [
        f"K1: {command.key} is not kept as it was told"
        for command, told in run.journal.acknowledged().items()
        for answer in told
        if kept.get(command.key) != (answer.status, answer.body)
    ]


def _kept(run: Run) -> list[Any]:
    return look(run.referral, "SELECT key, status, body FROM idempotency")


def _versions(run: Run) -> list[str]:
    """K2: an aggregate's events are numbered 1..n, and n is its version."""
    events = defaultdict(list)
    for subject, sequence in look(
        run.referral, "SELECT subject, sequence FROM event WHERE sequence > 0"
    ):
        events[subject].append(sequence)
    union = "SELECT id, event_version FROM team UNION SELECT id, event_version FROM staff_member"
    versions = dict(look(run.referral, union))
    found = {subject: sorted(numbers) for subject, numbers in events.items()}
    wanted = {subject: list(range(1, last + 1)) for subject, last in versions.items()}
    return [] if found == wanted else ["K2: versions and events differ"]


def _no_ghosts(run: Run) -> list[str]:
    """K3: every event is in the outbox, by one command whose answer is kept with it."""
    sent = {i for (i,) in look(run.referral, "SELECT id FROM event WHERE sequence > 0")}
    on_bus = {k.envelope.id.hex for records in run.log.records.values() for k in records}
    effects = "SELECT request_id, object FROM audit WHERE outcome = 'done' AND object LIKE '%:%'"
    per_effect = Counter(look(run.referral, effects))
    keys = {key for key, _, _ in _kept(run)}
    wrong = [] if on_bus == sent else ["K3: the bus and the outbox differ"]
    wrong += [f"G5: {key} had one effect {n} times" for (key, _), n in per_effect.items() if n > 1]
    return wrong + [
        f"K3: {key} had an effect and no answer" for key, _ in per_effect if key not in keys
    ]


def _order(run: Run) -> list[str]:
    """K4: first occurrences on the bus are in version order per aggregate."""
    last: Counter[Any] = Counter()
    wrong = []
    for records in run.log.records.values():
        for envelope in (kept.envelope for kept in records):
            if envelope.sequence > last[envelope.subject] + 1:
                wrong.append(f"K4: {envelope.sequence} came early")
            last[envelope.subject] = max(last[envelope.subject], envelope.sequence)
    return wrong


def _once(run: Run) -> list[str]:
    """K6: each distinct event is applied once, or a dead letter."""
    tally = look(run.reporting, "SELECT subject, sequence, times FROM tally")
    applied = {(subject, sequence) for subject, sequence, _ in tally}
    letters = set(look(run.reporting, "SELECT subject, sequence FROM dead_letter"))
    sent = set(look(run.referral, "SELECT subject, sequence FROM event WHERE sequence > 0"))
    wrong = [f"K6: applied {times} times" for _, _, times in tally if times != 1]
    if applied | letters != sent or applied & letters:
        wrong.append("K6: applied events and dead letters are not the events sent")
    return wrong


def _same_facts(run: Run) -> list[str]:
    """K5: the facts are those that one reading of the log from its beginning gives."""
    return [] if asyncio.run(_is_a_replay(run)) else ["K5: the facts are not those of the log"]


async def _is_a_replay(run: Run) -> bool:
    replayed = run.reporting.path.with_name("replayed.db")
    shutil.copy(replayed.with_name("reporting.template"), replayed)
    live, fresh = Database(f"sqlite:///{run.reporting.path}"), Database(f"sqlite:///{replayed}")
    log = [kept.delivered for records in run.log.records.values() for kept in records]
    try:
        async with fresh.writing() as connection:
            await apply_batch(connection, counted(), log)
        return await _digest(live) == await _digest(fresh)
    finally:
        await live.close()
        await fresh.close()


async def _digest(database: Database) -> str:
    async with database.reading() as connection:
        return await digest(connection, FACTS)


def _same_answers(run: Run) -> list[str]:
    """K7: one key, one answer, for whoever was answered well."""
    return [
        f"K7: {command.key} was answered in {len(set(told))} ways"
        for command, told in run.journal.acknowledged().items()
        if len(set(told)) > 1
    ]
