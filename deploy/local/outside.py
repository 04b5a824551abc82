"""Installs what our formats, pages and sign-in are tried with: Node's checkers, and Chromium.

``python -m deploy.local.outside``. Where something cannot be had it says so and goes on: the
tests that need it are left out, and counted in the last lines.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parents[2] / "tests" / "outside"
_SECONDS: Final = 600


def has_node() -> bool:
    """Whether Node is here with the packages that the lock names."""
    return shutil.which("node") is not None and (FOLDER / "node_modules").is_dir()


def has_chromium() -> bool:
    """Whether there is a Chromium, and Node to lead it."""
    return chromium() is not None and has_node()


def chromium() -> str | None:
    """Return where Chromium is, by whichever of its names."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None)


def main() -> int:
    """Install what is missing; always 0, as the tests say what was left out."""
    _run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    if chromium() is None and os.geteuid() == 0:
        _run("apt-get", "update", "--quiet=2")
        _run("apt-get", "install", "--quiet=2", "--yes", "--no-install-recommends", "chromium")
    return 0


def _run(*command: str) -> None:
    """Run a command, and show what it printed only where it failed."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            cwd=FOLDER,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
        failed = done.stderr if done.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        failed = str(error)
    if failed:
        print(f"{' '.join(command[:2])} did not work: {failed}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
