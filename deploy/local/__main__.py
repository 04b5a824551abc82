"""Starts the real world's servers on this machine.

``python -m deploy.local run [--only-postgres | --safe] -- COMMAND...`` for the length of one
command, with ``--safe`` on a PostgreSQL that syncs to disk as in production;
``python -m deploy.local up`` and ``down``, with the four services, for as long as they are wanted;
COUNTY=none leaves them empty.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from deploy.choices import county_wanted
from deploy.local import detached
from deploy.local.processes import ServerError, die_with_parent, wait_or_kill
from deploy.local.world import orderly_end, throwaway
from libs.common.core.private import PASSED_THROUGH

_USAGE: Final = "run [--only-postgres | --safe] -- COMMAND... | up | down"
_NOT_FOUND: Final = 127
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
_ROOM: Final = 4 * 1024**3
"""What test runs keep at most at a time, in bytes, and as much again."""


def main(arguments: Sequence[str]) -> int:
    """Carry out one of the three commands and return the exit code."""
    match arguments:
        case ["run", "--", _, *_]:
            return run(arguments[2:])
        case ["run", "--only-postgres", "--", _, *_]:
            return run(arguments[3:], only_postgres=True)
        case ["run", "--safe", "--", _, *_]:
            return run(arguments[3:], safe=True)
        case ["up"]:
            detached.up(county=county_wanted(os.environ))
        case ["down"]:
            detached.down()
        case _:
            print(_USAGE, file=sys.stderr)
            return 2
    return 0


def run(command: Sequence[str], *, only_postgres: bool = False, safe: bool = False) -> int:
    """Run a command with the servers' addresses in its environment; say last what they were.

    Its temporary files are in memory where there is room, and gone at the end; with ``safe`` they
    are on disk, as what it measures is.
    """
    where = None if safe else _memory()
    with tempfile.TemporaryDirectory(dir=where, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(PASSED_THROUGH)  # PostgreSQL's account has to get to what is in it
        notes = folder / "notes"
        notes.touch()
        with throwaway(only_postgres=only_postgres, safe=safe) as world:
            env = {**os.environ, **world.variables, "WORLD_NOTES": str(notes), "TMPDIR": name}
            code = _run(command, env)
        world.describe(notes.read_text())
    return code


def _memory() -> Path | None:
    """Return the folder that is in memory, if there is one with room: there no sync waits."""
    there = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if there else None


def _run(command: Sequence[str], env: Mapping[str, str]) -> int:
    try:
        process = subprocess.Popen(command, env=env, preexec_fn=die_with_parent)  # noqa: PLW1509
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr)
        return _NOT_FOUND
    try:
        code = process.wait()
    except SystemExit as leaving:
        if leaving.code != 128 + signal.SIGINT:  # Ctrl-C the command heard as well
            process.terminate()
        wait_or_kill(process)
        raise
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    try:
        with orderly_end():
            sys.exit(main(sys.argv[1:]))
    except ServerError as error:
        sys.exit(str(error))
