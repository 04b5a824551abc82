"""What must hold after every trial, whatever failed in it (K1 to K8 and K11 of the promises)."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from libs.common.core.digest import digest
from libs.common.messaging.bus.base import Delivered
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from services.reporting import facts
from services.reporting.facts import subscriptions
from services.reporting.service import SERVICE as REPORTING
from services.survey.deliveries.domain import Delivery, Rating
from tests.applied import apply_batch
from tests.proof.faults.caller import Caller, Sent
from tests.proof.faults.place import Place
from tests.worlds import EMBEDDED, databases

WHOLE = """
SELECT bt_index_check(index.oid, heapallindexed => true)
FROM pg_class AS index JOIN pg_am ON pg_am.oid = index.relam AND amname = 'btree'
WHERE index.relkind = 'i' AND index.relnamespace = 'public'::regnamespace
"""
"""Reads every row of every table and finds it in every index."""

POISON = 1
"""How many records of each trial's log cannot be applied."""


async def check(place: Place, caller: Caller, folder: Path) -> None:
    """Check everything, with the processes stopped."""
    survey = Database(place.database_urls["survey"])
    reporting = Database(place.database_urls["reporting"])
    try:
        effects = await _committed(survey, caller.journal)
        log = await log_of(place)
        await _published(survey, log, effects)
        await _applied(reporting, log, effects)
        assert await facts_of(reporting) == await _replayed(log, folder)
        for database in (survey, reporting):
            await _whole(database)
    finally:
        await survey.close()
        await reporting.close()


async def check_replays(caller: Caller) -> None:
    """Check that each command asked again gets the same answer, byte for byte (K7)."""
    for sent, again in await caller.replayed():
        assert (again.status_code, again.content) == (sent.status, sent.answer)
        assert again.headers["Idempotency-Replayed"] == "true"


async def _committed(survey: Database, journal: Sequence[Sent]) -> int:
    """Every command is acknowledged in the end, and took effect once (K1, K3).

    Each has one row, one event and one audit line (K8); versions run from 1 without a gap (K2).
    """
    assert all(sent.acknowledged for sent in journal)
    async with survey.reading() as connection:
        for kind in (Delivery, Rating):
            ids = set((await connection.execute(select(kind.id))).scalars())
            is_delivery = kind is Delivery
            of_kind = [s for s in journal if s.url.endswith("deliveries") is is_delivery]
            asked = Counter(_id_of(sent) for sent in of_kind)
            assert (Counter(ids) - asked, asked - Counter(ids)) == (Counter(), Counter())
        versions = (await connection.execute(select(Delivery.id, Delivery.event_version))).all()
        rows = (
            await connection.execute(
                select(tables.event.c.subject, tables.event.c.sequence).where(tables.PUBLISHED)
            )
        ).all()
        done = (
            await connection.execute(
                select(tables.audit.c.object).where(tables.audit.c.outcome == "done")
            )
        ).scalars()
        audited = [object_ for object_ in done if ":" in object_]
    by_subject: dict[UUID, list[int]] = {}
    for subject, sequence in rows:
        by_subject.setdefault(subject, []).append(sequence)
    assert {s: sorted(found) for s, found in by_subject.items()} == {
        id_: list(range(1, version + 1)) for id_, version in versions
    }
    assert len(rows) == len(audited) == len(journal)
    return len(journal)


def _id_of(sent: Sent) -> UUID:
    body = _json(sent.answer)
    return UUID(body.get("rating_id") or body["delivery_id"])


def _json(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)
    return found


async def log_of(place: Place) -> list[Delivered]:
    """Return all that is on the bus, each partition in its order."""
    bus = place.bus()
    await bus.start()
    try:
        partitions = await bus.partitions("survey")
        reader = await bus.reader(dict.fromkeys(partitions, 0))
        found: list[Delivered] = []
        ends = await reader.ends()
        at = dict.fromkeys(partitions, 0)
        while any(at[partition] < ends[partition] for partition in partitions):
            for record in await reader.fetch(10_000, 1):
                found.append(record)
                place_of = next(p for p in partitions if p.number == record.partition)
                at[place_of] = record.offset + 1
        await reader.close()
        return found
    finally:
        await bus.stop()


async def _published(survey: Database, log: Sequence[Delivered], effects: int) -> None:
    """Every event is on the bus, first occurrences in version order, and nothing else (K3, K4)."""
    async with survey.reading() as connection:
        query = select(tables.event.c.id).where(tables.PUBLISHED)
        committed = set((await connection.execute(query)).scalars())
    seen: set[str] = set()
    last: Counter[str] = Counter()
    for record in log:
        subject, id_ = record.headers["ce_subject"], record.headers["ce_id"]
        if id_ in seen or UUID(id_) not in committed:
            continue
        assert int(record.headers["ce_sequence"]) == last[subject] + 1
        last[subject] += 1
        seen.add(id_)
    others = {record.headers["ce_id"] for record in log} - {str(id_) for id_ in committed}
    assert (len(seen), len(others)) == (effects, POISON)


async def _applied(reporting: Database, log: Sequence[Delivered], effects: int) -> None:
    """Applied events and dead letters are all the distinct events there are (K6)."""
    async with reporting.reading() as connection:
        query = select(func.sum(tables.aggregate_version.c.sequence))
        applied = (await connection.execute(query)).scalar_one() or 0
        found = select(func.count()).select_from(tables.dead_letter)
        letters = (await connection.execute(found)).scalar_one()
    assert (applied, letters) == (effects, POISON)
    assert applied + letters == len({record.headers["ce_id"] for record in log})


async def facts_of(reporting: Database) -> str:
    async with reporting.reading() as connection:
        return await digest(connection, facts.metadata)


async def _replayed(log: Sequence[Delivered], folder: Path) -> str:
    """Return the digest of the facts that the log gives from its beginning (K5)."""
    async with databases(EMBEDDED, folder, [REPORTING]) as urls:
        database = Database(urls["reporting"])
        async with database.writing() as connection:
            await apply_batch(connection, subscriptions, log)
        found = await facts_of(database)
        await database.close()
    return found


async def _whole(database: Database) -> None:
    """The file or every table and its indexes are undamaged (K11)."""
    if database.is_sqlite:
        async with database.reading() as connection:
            verdict = (await connection.execute(text("PRAGMA integrity_check"))).scalar_one()
        assert verdict == "ok"
        return
    async with database.writing() as connection:
        await connection.execute(text("CREATE EXTENSION IF NOT EXISTS amcheck"))
        await connection.execute(text(WHOLE))
