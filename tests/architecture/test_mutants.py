"""The planted bugs: every patch still applies, and says what it breaks and what must catch it."""

import re
from pathlib import Path

import pytest

from tests.mutants.planted import ROOT, Mutant, mutants

MUTANTS = mutants()


def test_there_are_planted_bugs_and_their_numbers_run_on() -> None:
    assert len(MUTANTS) >= 24
    assert [int(one.name[:2]) for one in MUTANTS] == list(range(1, len(MUTANTS) + 1))


@pytest.mark.parametrize("one", MUTANTS, ids=lambda one: one.name)
def test_a_planted_bug_still_applies_and_says_what_it_is(one: Mutant) -> None:
    assert one.apply(ROOT, "--check"), "the code has moved on: write the patch anew"
    assert len(one.words) > 30
    assert one.breaks
    assert all(re.fullmatch(r"[GK][0-9]{1,2}|5\.[1-5]\.[0-9]{1,2}", b) for b in one.breaks)
    assert one.caught_by
    for test in one.caught_by:
        path, _, name = test.partition("::")
        source = (ROOT / Path(path)).read_text()
        assert f"def {name.partition('[')[0]}(" in source, test
