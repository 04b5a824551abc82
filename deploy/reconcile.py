"""Events on a topic without a command in the table, after a restore to an earlier moment.

``python -m deploy.reconcile [SERVICE...]`` (``make reconcile``) lists them: what was done, when,
and what has to be typed in again. Exit code 0 where there are none, 1 where there are, 2 where
something cannot be read. With ``--number-on`` the table takes them in as they stand on the topic,
the list is kept as a file under ``VAR_DIR``, and the service numbers on above them; it needs no
restart. The other way out is to restore a later backup.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from deploy.beside import UNREADABLE, Beside, beside, chosen
from deploy.reconciling import number_on, on_record
from deploy.services import SERVICES
from libs.common.contracts.base import Envelope, declared
from libs.common.messaging.bus.kafka import FAILURES
from libs.common.messaging.comparison import Compared, compare
from libs.common.messaging.cursor import note_comparison, standpoint
from libs.common.messaging.relay import take_lock
from libs.common.runtime.process import run_until_done, shared_of, sole_owner
from libs.common.runtime.settings import CommonSettings

PUBLISHING = [service for service in SERVICES if service.publishes]
LOCK_SECONDS = 20
LONGEST_TYPE = 100
_TYPE = re.compile(r"uk\.sssen\.[a-z]+\.[A-Z][A-Za-z]+\.v[0-9]+")


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """List, or number on; return the exit code."""
    numbering = "--number-on" in arguments
    names = [one for one in arguments if one != "--number-on"]
    services = chosen(names, environ, among=PUBLISHING)
    with sole_owner(shared_of(services)):
        return run_until_done(_all(services, numbering=numbering))


async def _all(services: Mapping[str, CommonSettings], *, numbering: bool) -> int:
    codes = []
    for name, settings in services.items():
        try:
            async with beside(settings) as at:
                codes.append(await reconcile(at, numbering=numbering))
        except (SQLAlchemyError, *FAILURES) as error:
            print(f"{name}: cannot be compared ({type(error).__name__})")
            codes.append(UNREADABLE)
    return max(codes)


async def reconcile(at: Beside, *, numbering: bool = False) -> int:
    """Compare one service's topic with its table, print what only the topic holds, and mend it."""
    found = await _compared(at)
    listed = await _listed(at, found.ahead)
    _print(at.service.name, found, listed)
    if not found.ahead:
        await _note_none(at)
        return 0
    if not numbering:
        return 1
    async with _lock(at):
        found = await _compared(at)  # what it holds now that nobody publishes
        if not found.ahead:
            print("  another process has numbered on meanwhile: nothing is left to take in")
            return 0
        listed = await _listed(at, found.ahead)
        path = _keep(at, listed)
        async with at.database.writing() as connection:
            done = await number_on(connection, at.service.metadata, found.ahead, datetime.now(UTC))
    print(
        f"  numbered on: {done.adopted} events taken in, {done.renumbered} of the table's own"
        f" numbered above them\n  the list is kept in {path}"
    )
    return 0


async def _compared(at: Beside) -> Compared:
    async with at.database.reading() as connection:
        cursor = (await standpoint(connection)).cursor
    return await compare(at.database, at.bus, at.service.name, cursor)


async def _note_none(at: Beside) -> None:
    """Let a service go on that was told earlier that its topic is ahead."""
    async with at.database.writing() as connection:
        before = await standpoint(connection)
        if before.topic_ahead:
            await note_comparison(connection, 0, before.topic_behind)


@asynccontextmanager
async def _lock(at: Beside) -> AsyncIterator[None]:
    """Hold the relay's lock, which a service with a topic ahead lets go of every second."""
    if at.database.is_sqlite:
        yield
        return
    async with at.database.engine.connect() as connection:
        try:
            for _ in range(LOCK_SECONDS * 10):
                if await take_lock(connection, f"relay:{at.service.name}"):
                    break
                await asyncio.sleep(0.1)
            else:
                raise SystemExit(f"{at.service.name}: its relay is at work and lets nobody else.")
            yield
        finally:
            await connection.invalidate()  # back in its pool it would keep the lock


async def _listed(at: Beside, events: Collection[Envelope]) -> list[dict[str, Any]]:
    async with at.database.reading() as connection:
        subjects = {one.subject for one in events}
        there = await on_record(connection, at.service.metadata, subjects)
    return [_line(at.service.name, one, there) for one in events]


def _line(service: str, one: Envelope, there: Collection[UUID]) -> dict[str, Any]:
    """Return what a person needs to know of an event whose command is gone; codes and ids only."""
    kind = declared(one.type)
    thing = kind.key.removesuffix("_id").replace("_", " ")
    again = (
        f"Type it in again: the {thing} is on record, without this."
        if one.subject in there
        else f"Type it in again: the {thing} is no longer on record and gets a new id, so that"
        " reporting holds it twice if this was its creation."
    )
    return {
        "service": service,
        "event": kind.__name__,
        "id": str(one.id),
        "thing": thing,
        "subject": str(one.subject),
        "sequence": one.sequence,
        "time": one.time.isoformat(timespec="seconds"),
        "words": (kind.__doc__ or "").strip().splitlines()[0],
        "to_do": again,
        "data": kind.read(one.data).model_dump_json(),
    }


def _print(service: str, found: Compared, listed: Sequence[Mapping[str, Any]]) -> None:
    print(f"{service}: {len(listed) or 'no'} events on the topic without a command in the table")
    for line in listed:
        print(f"  {line['time']}  {line['event']}  {line['thing']} {line['subject']}", end="")
        print(f"  sequence {line['sequence']}\n      {line['words']} {line['data']}")
        print(f"      {line['to_do']}")
    if found.forked:
        print(
            f"  {len(found.forked)} more stand under a number that was published otherwise since:"
        )
        for one in found.forked:
            print(f"    {_type(one.type)} {one.subject} sequence {one.sequence}")
    if found.differing:
        print(f"  {len(found.differing)} say something else on the topic than in the table:")
        for one in found.differing:
            print(f"    {_type(one.type)} {one.subject} sequence {one.sequence}")
    for stranger in found.strangers:
        print(
            f"  partition {stranger.partition} offset {stranger.offset}:"
            f" {_type(stranger.headers.get('ce_type', ''))}, not an event of this service"
        )
    if found.behind:
        print(
            f"  of the last published, {len(found.behind)} are not on the topic any more:"
            f" make republish SERVICE={service}"
        )


def _type(said: str) -> str:
    """Return a type for a person to read; what has no type's form may be anything."""
    return said if len(said) <= LONGEST_TYPE and _TYPE.fullmatch(said) else "no type of ours"


def _keep(at: Beside, listed: Sequence[Mapping[str, Any]]) -> Path:
    """Write the list down for good, readable by the owner alone."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    path = at.settings.var_dir / f"reconcile-{at.service.name}-{now}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(listed, file, indent=2, ensure_ascii=False)
        file.flush()
        os.fsync(descriptor)
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
