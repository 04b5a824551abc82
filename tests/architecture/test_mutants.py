"""The planted bugs: what each replaces is there, and says what it breaks and what must catch it."""

import ast
import re
from pathlib import Path

import pytest

from tests.mutants.edits import NotFound, edited
from tests.mutants.planted import ROOT, Mutant, mutants

MUTANTS = mutants()


def test_there_are_planted_bugs_and_each_has_its_own_number() -> None:
    assert len(MUTANTS) >= 24
    numbers = [one.number for one in MUTANTS]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("one", MUTANTS, ids=lambda one: one.name)
def test_a_planted_bug_finds_its_place_and_says_what_it_is(one: Mutant) -> None:
    for path, text in one.planted_in(ROOT).items():
        assert text != path.read_text()
        if path.suffix == ".py":
            ast.parse(text)
    assert len(one.says) > 30
    assert one.breaks
    assert all(re.fullmatch(r"[GK][0-9]{1,2}|5\.[1-5]\.[0-9]{1,2}", b) for b in one.breaks)
    assert one.caught_by
    for test in one.caught_by:
        file, _, name = test.partition("::")
        source = (ROOT / file).read_text()
        assert f"def {name.partition('[')[0]}(" in source, test


CODE = """\
class Cart:
    def add(self, item):
        self.items.append(item)
        return len(self.items)

    def clear(self):
        self.items.append(None)


def total(cart):
    if cart:
        return sum(
            cart.items
        )
    return 0
"""


def test_an_edit_finds_an_expression_however_it_is_laid_out() -> None:
    text = edited(Path("a.py"), CODE, "total", "sum(cart.items)", "max(cart.items)")
    assert "        return max(cart.items)\n    return 0\n" in text


def test_an_edit_replaces_statements_in_one_function_alone() -> None:
    text = edited(Path("a.py"), CODE, "Cart.add", "self.items.append(item)", "pass\nitem = None")
    assert "        pass\n        item = None\n        return len(self.items)\n" in text
    assert "self.items.append(None)" in text


@pytest.mark.parametrize(
    ("within", "old"),
    [("total", "min(cart.items)"), ("Cart.remove", "self.items"), ("", "self.items"), ("", "cart")],
)
def test_an_edit_of_what_is_not_there_once_is_refused(within: str, old: str) -> None:
    with pytest.raises(NotFound):
        edited(Path("a.py"), CODE, within, old, "None")


def test_an_edit_of_another_file_is_of_its_text() -> None:
    assert edited(Path("a.json"), '{"a": 1}', "", '"a": 1', '"a": 2') == '{"a": 2}'
    with pytest.raises(NotFound):
        edited(Path("a.json"), "1 1", "", "1", "2")
