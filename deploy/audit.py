"""Verifies the services' audits: ``make verify-audit``.

``python -m deploy.audit [SERVICE...]`` prints for each service what is sealed, what is not yet,
and every fault; the exit code is 0 where all are whole, 1 where there is a fault and 2 where
something could not be read. ``python -m deploy.audit make-key SERVICE...`` makes the keys that
are missing, for the production profile, in which no service makes its own.
"""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from deploy.audit_verdict import Verdict, verify
from deploy.services import SERVICES
from libs.common.audit.anchor import Anchors, AnchorUnreadable
from libs.common.audit.chain import AuditKeyRefused, Chain, make_key, read_key
from libs.common.core.private import keep_private
from libs.common.persistence.db import Database
from libs.common.runtime.process import read_settings
from libs.common.runtime.settings import CommonSettings

VALIDATION_ERROR: Final = 1
UNREADABLE: Final = 2
MOST_NUMBERS: Final = 20


class Unreadable(Exception):
    """Something that verification needs cannot be read."""


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Verify, or make keys; return the exit code."""
    making = list(arguments[:1]) == ["make-key"]
    names = list(arguments[1:] if making else arguments)
    known = {service.name: service for service in SERVICES}
    if not set(names) <= set(known) or (making and not names):
        print(f"[make-key] SERVICE..., of: {', '.join(known)}", file=sys.stderr)
        return UNREADABLE
    settings = read_settings([known[name] for name in names or known], environ)
    if making:
        for one in settings.values():
            keep_private(one.var_dir)
            make_key(one.audit_key_file)
        return 0
    codes = [_report(name, one) for name, one in settings.items()]
    return VALIDATION_ERROR if VALIDATION_ERROR in codes else max(codes)


def _report(name: str, settings: CommonSettings) -> int:
    try:
        verdict = asyncio.run(verified(name, settings))
    except (Unreadable, AnchorUnreadable) as error:
        print(f"{name}: cannot be verified: {error}")
        return UNREADABLE
    print(f"{name}: {', '.join(_counts(verdict))}")
    for fault in verdict.faults:
        print(f"  fault: {fault}")
    if verdict.faults:
        return VALIDATION_ERROR
    if verdict.sealed and not verdict.last_anchor:
        print("  no fault, but no head is anchored: a cut end of the chain would not show")
        return UNREADABLE
    print("  whole")
    return 0


def _counts(verdict: Verdict) -> list[str]:
    counts = [f"{verdict.rows} rows", f"{verdict.sealed} sealed"]
    if verdict.last_anchor:
        counts.append(f"anchored to seal {verdict.last_anchor.head.seal}")
    if not verdict.unsealed:
        return [*counts, "none unsealed"]
    numbers = [str(number) for number, _ in verdict.unsealed[:MOST_NUMBERS]]
    numbers += ["..."] if len(verdict.unsealed) > MOST_NUMBERS else []
    age = datetime.now(UTC) - min(at for _, at in verdict.unsealed)
    waiting = f"{len(verdict.unsealed)} unsealed (rows {' '.join(numbers)};"
    return [*counts, f"{waiting} the oldest for {age.total_seconds():.0f} s)"]


async def verified(name: str, settings: CommonSettings) -> Verdict:
    """Verify one service's audit; raises Unreadable or AnchorUnreadable."""
    try:
        chain = Chain(name, read_key(settings.audit_key_file))
    except AuditKeyRefused as refused:
        raise Unreadable(f"the file of its key {refused}") from None
    anchored = Anchors(name, settings.audit_heads_file).read()
    database = _existing(settings.database_url)
    try:
        async with database.reading() as connection:
            return await verify(connection, chain, anchored)
    except (SQLAlchemyError, OSError) as error:
        raise Unreadable(f"its database ({type(error).__name__})") from None
    finally:
        await database.close()


def _existing(url: str) -> Database:
    """Return a database that is there: SQLite would make an empty one."""
    database = Database(url)
    if database.is_sqlite and not Path(database.url.database or "").exists():
        raise Unreadable("there is no database file")
    return database


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
