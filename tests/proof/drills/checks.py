"""What must hold at the end of every drill."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from deploy.audit import verified
from deploy.reconciling import aggregates
from deploy.services import BY_NAME
from deploy.topics import PUBLISHERS
from libs.common.core.digest import digest
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from services.reporting import facts
from services.reporting.facts import subscriptions
from services.reporting.service import SERVICE as REPORTING
from tests.applied import apply_batch
from tests.proof.drills.stage import Stage
from tests.worlds import EMBEDDED, databases


async def check(stage: Stage, acknowledged: Collection[UUID], listed: Collection[UUID]) -> None:
    """Check everything, with the services stopped.

    What was acknowledged is there or was listed; each topic holds what the table holds, in order;
    versions run from 1 without a gap; facts are a rebuild of the topics; there are no dead letters.
    """
    kept = await stage.events()
    assert set(acknowledged) <= set(kept) | set(listed)
    for service in PUBLISHERS:
        await _published(stage, service)
        await _numbered(stage, service)
    await _facts_are_a_rebuild(stage)
    for service in ("assessment", "survey", "reporting"):
        async with stage.database(service) as database, database.reading() as connection:
            letters = select(func.count()).select_from(tables.dead_letter)
            assert (await connection.execute(letters)).scalar_one() == 0, service
    await audits_are_whole(stage)


async def _published(stage: Stage, service: str) -> None:
    """Every event is on the topic, first occurrences in version order, and nothing else is."""
    kept = {id_: of[1:] for id_, of in (await stage.events()).items() if of[0] == service}
    last: dict[UUID, int] = defaultdict(int)
    seen: set[UUID] = set()
    for record in await stage.log(service):
        id_, subject = UUID(record.headers["ce_id"]), UUID(record.headers["ce_subject"])
        if id_ in seen:
            continue
        seen.add(id_)
        assert kept[id_] == (subject, int(record.headers["ce_sequence"]))
        assert kept[id_][1] == last[subject] + 1
        last[subject] += 1
    assert seen == set(kept), (service, len(seen), len(kept))


async def _numbered(stage: Stage, service: str) -> None:
    """Each aggregate's versions are 1..n, and its row counts them."""
    event = tables.event
    async with stage.database(service) as database, database.reading() as connection:
        query = select(event.c.subject, event.c.sequence).where(tables.PUBLISHED)
        rows = (await connection.execute(query)).all()
        counted: dict[UUID, int] = {}
        for table in aggregates(BY_NAME[service].metadata):
            versions = await connection.execute(select(table.c.id, table.c.event_version))
            counted |= {id_: version for id_, version in versions if version}
    found: dict[UUID, list[int]] = defaultdict(list)
    for subject, sequence in rows:
        found[subject].append(sequence)
    assert all(sorted(some) == list(range(1, len(some) + 1)) for some in found.values())
    assert counted == {subject: len(found[subject]) for subject in counted}


async def _facts_are_a_rebuild(stage: Stage) -> None:
    log = [record for topic in PUBLISHERS for record in await stage.log(topic)]
    replay = stage.folder / "replay"
    replay.mkdir(exist_ok=True)
    async with databases(EMBEDDED, replay, [REPORTING]) as urls:
        fresh = Database(urls["reporting"])
        async with fresh.writing() as connection:
            await apply_batch(connection, subscriptions, log)
            expected = await digest(connection, facts.metadata)
        await fresh.close()
    assert await facts_of(stage) == expected


async def facts_of(stage: Stage) -> str:
    """Return the digest of reporting's facts."""
    async with stage.database("reporting") as database, database.reading() as connection:
        return await digest(connection, facts.metadata)


async def audits_are_whole(stage: Stage) -> None:
    """Verify every audit against its seals and anchors, as `make verify-audit` does."""
    for name, told in stage.settings().items():
        verdict = await verified(name, told)
        assert verdict.faults == [], name
        assert not verdict.sealed or verdict.last_anchor
