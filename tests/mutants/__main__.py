"""Plants one bug after another in a copy of the tree and runs the tests that must catch it.

``make mutants``, or ``make mutants ARGS="relay rounding"`` for those whose names hold a word. The
control comes first: without a bug, all those tests pass.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.mutants.edits import NotFound
from tests.mutants.planted import ROOT, Mutant, mutants

EACH_SECONDS = 60
ALL_SECONDS = 25 * 60
TESTS_FAILED = 1  # pytest's exit code; any other says that the tests did not run
QUIETLY = (
    "-q",
    "-rf",
    "--no-header",
    "--tb=no",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:randomly",
    "--timeout=45",
)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run of some tests ended, and which of them failed."""

    code: int
    failed: tuple[str, ...]


def main(words: Sequence[str]) -> int:
    """Try every bug whose name holds one of the words, all if there is none."""
    chosen = [one for one in mutants() if not words or any(word in one.name for word in words)]
    with TemporaryDirectory(prefix="mutants-") as folder:
        tree = Path(folder)
        copy_to(tree)
        until = monotonic() + ALL_SECONDS
        if not control(tree, chosen):
            return 1
        caught = [said(one, verdict(tree, one, until)) for one in chosen]
    say(f"{sum(caught)} of {len(caught)} caught")
    return 0 if caught and all(caught) else 1


def copy_to(tree: Path) -> None:
    """Copy what is under version control, or about to be, as it stands now."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, found.split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)


def control(tree: Path, chosen: Sequence[Mutant]) -> bool:
    """Say whether every test named passes while nothing is wrong."""
    tests = sorted({test for one in chosen for test in one.caught_by})
    ran = run(tree, tests, ALL_SECONDS, "-n", "2")
    passed = ran is not None and ran.code == 0
    failed = ", ".join(ran.failed) if ran else "out of time"
    say(f"{'control':<42} {'passes' if passed else f'FAILS: {failed}'}")
    return passed


def verdict(tree: Path, one: Mutant, until: float) -> str:
    """Plant a bug, run its tests, take it out again; return by which test it was caught, if so."""
    left = until - monotonic()
    if left <= 0:
        return "NOT CAUGHT: no time was left to try it"
    try:
        with one.planted(tree):
            ran = run(tree, one.caught_by, min(EACH_SECONDS, left), "-x")
    except NotFound as gone:
        return f"NOT CAUGHT: what it replaces is not there: {gone}"
    if ran is None:
        return "NOT CAUGHT: the tests ran out of time"
    if ran.code != TESTS_FAILED or not ran.failed:
        return "NOT CAUGHT" + (f": pytest ended with {ran.code}" if ran.code else "")
    return f"caught by {ran.failed[0]}"


def said(one: Mutant, found: str) -> bool:
    """Print what became of a bug, and say whether it was caught."""
    say(f"{one.name:<42} {found}")
    return found.startswith("caught")


def say(line: str) -> None:
    """Print a line at once, for whoever waits."""
    print(line, flush=True)


def run(tree: Path, tests: Sequence[str], seconds: float, *how: str) -> Ran | None:
    """Run some tests in the tree; return nothing when they take longer than they may."""
    command = [sys.executable, "-m", "pytest", *QUIETLY, *how, *tests]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command, cwd=tree, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return None
    lines = output.splitlines()
    failed = tuple(line.split()[1] for line in lines if line.startswith("FAILED "))
    return Ran(process.returncode, failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
