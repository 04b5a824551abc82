"""Run the reporting service alone, or rebuild its read model.

``python -m services.reporting [migrate | rebuild [--check]]``
"""

import os
import sys

from libs.common.messaging.bus.base import Bus, PositionLost
from libs.common.runtime.process import bus_of, read_settings, run, run_until_done, sole_owner
from services.reporting.rebuild import AlreadyRebuilding, Rebuilt, rebuild
from services.reporting.service import SERVICE


def rebuild_and_print(*, swap: bool) -> int:
    """Rebuild the read model, print what that found, and return the exit code.

    That is 1 where a mere check (``swap`` false) found other facts, and 75 (EX_TEMPFAIL) where
    another process is at it or a topic was cut or created again meanwhile.
    """
    settings = read_settings([SERVICE], os.environ)[SERVICE.name]
    with sole_owner(settings):
        try:
            found = run_until_done(_rebuild(settings.database_url, bus_of(settings.bus), swap=swap))
        except AlreadyRebuilding:
            print("Another process is rebuilding the read model.", file=sys.stderr)
            return os.EX_TEMPFAIL
        except PositionLost:
            print(
                "A topic was cut or created again while it was read: fill it (make republish"
                " SERVICE=...), then run this again.",
                file=sys.stderr,
            )
            return os.EX_TEMPFAIL
    for one in found.differences:
        print(f"{one.year}  {one.id}: {one.was} -> {one.becomes}")
    facts = "the same facts" if found.same_facts else "other facts"
    print(f"{facts}, {len(found.differences)} figures differ, {found.dead_letters} dead letters")
    print("swapped in" if swap else "nothing was changed")
    return 0 if swap or found.same_facts else 1


async def _rebuild(url: str, bus: Bus, *, swap: bool) -> Rebuilt:
    await bus.start()
    try:
        return await rebuild(url, bus, swap=swap)
    finally:
        await bus.stop()


match sys.argv[1:]:
    case ["rebuild"]:
        sys.exit(rebuild_and_print(swap=True))
    case ["rebuild", "--check"]:
        sys.exit(rebuild_and_print(swap=False))
    case arguments:
        sys.exit(run([SERVICE], arguments))
