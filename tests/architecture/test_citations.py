"""What code, tests, planted bugs and documents cite by number is there to be read.

Rules, sections and traps are in docs/domain.md; guarantees, checks and rows of bad input in
docs/promises.md; decisions in docs/adr. The hops of docs/architecture.md are functions of the code.
What pages link to is there.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

from tests.mutants.planted import ROOT

DOMAIN, PROMISES = (ROOT / "docs" / name for name in ("domain.md", "promises.md"))
TRAPS = range(1, 74)
NUMBERS = r"[0-9]+(?:\.[0-9]+)?(?:(?:, | and | to )[0-9]+(?:\.[0-9]+)?)*"
BARE = r"(?<=[\w,:] )\(([0-9]{1,2}\.[0-9]{1,2})\)"
"""A section by its number alone, as in "they are averaged (5.7)"."""

MAY_CITE = re.compile(
    r"\b[RGK][0-9]|\b5\.[1-5]\.[0-9]|\([0-9]{1,2}\.[0-9]"
    r"|\b(?:traps?|ADR|decision|[Dd]omain\W+brief(?:'s(?:\W+table)?)?)\W+[0-9]"
)
"""What there is wherever something is cited, on however many lines: other files are not parsed."""


def files() -> Iterator[Path]:
    """Yield what may cite: code, planted bugs and documents, and tests but for this one."""
    for folder in ("libs", "services", "deploy", "tests"):
        yield from sorted(set((ROOT / folder).rglob("*.py")) - {Path(__file__)})
    yield from sorted((ROOT / "tests/mutants").glob("*.toml"))
    yield from sorted((ROOT / "docs").rglob("*.md"))
    yield from (ROOT / name for name in ("README.md", "CONTRIBUTING.md"))


def prose(path: Path) -> str:
    """Return a file's words in one line: of code its comments and its texts of several words."""
    text = path.read_text()
    if path.suffix == ".py":
        text = "\n".join((*_texts(text), *_comments(text)))
    return " ".join(text.split())


def _texts(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.value


def _comments(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def cited(words: str) -> set[str]:
    """Return what some words cite, each as it is called in the document that has it."""
    found = set(re.findall(r"\b(?:[RGK][0-9]{1,2}|5\.[1-5]\.[0-9]{1,2})\b", words))
    found |= {f"section {one}" for one in _sections(words)}
    found |= {f"trap {one}" for one in _counted(r"\btraps? ", words)}
    return found | {f"decision {int(one)}" for one in _counted(r"\b(?:ADR|decision) ", words)}


def _sections(words: str) -> set[str]:
    of_the_brief = r"\b[Dd]omain brief(?:'s(?: table)?)?(?:,? | \()"
    return {*_counted(of_the_brief, words), *re.findall(BARE, words)}


def _counted(before: str, words: str) -> set[str]:
    """Return the numbers after some words: "60, 61" are two, "5.4 to 5.7" are four."""
    return {
        one for listed in re.findall(f"{before}({NUMBERS})", words) for one in _one_by_one(listed)
    }


def _one_by_one(listed: str) -> Iterator[str]:
    for part in re.split(", | and ", listed):
        first, _, last = part.partition(" to ")
        yield first
        section, dot, number = first.rpartition(".")
        for between in range(int(number) + 1, int(last.rpartition(".")[2] or 0) + 1):
            yield f"{section}{dot}{between}"


def rows(text: str) -> Iterator[tuple[str, str]]:
    """Yield the number of each heading and, of each table's row, the first cell and the last."""
    for line in text.splitlines():
        if heading := re.match(r"#+ ([0-9.]+[0-9]|[0-9]+)\.? ", line):
            yield f"section {heading[1]}", ""
        if line.startswith("| ") and not line.startswith(("| ---", "| | ")):
            cells = line.strip("| ").split(" | ")
            yield cells[0], cells[-1]


def named() -> set[str]:
    """Return everything that can be cited."""
    found = {f"decision {int(path.name[:4])}" for path in (ROOT / "docs/adr").glob("[0-9]*.md")}
    for path in (DOMAIN, PROMISES):
        section = ""
        for name, _ in rows(path.read_text()):
            section = name if name.startswith("section ") else section
            within = "trap " if path == DOMAIN else section.removeprefix("section ") + "."
            found.add(within + name if name.isdigit() else name)
    return found


def shown_by() -> dict[int, str]:
    """Return for each trap the cell that says which tests show it."""
    return {int(name): last for name, last in rows(DOMAIN.read_text()) if name.isdigit()}


@cache
def citing() -> dict[Path, set[str]]:
    """Return each file that cites and what it does: read once, and only where it is asked for."""
    some = (path for path in files() if MAY_CITE.search(path.read_text()))
    return {path: found for path in some if (found := cited(prose(path)))}


def test_citations_of_every_kind_are_found() -> None:
    found = set[str]().union(*citing().values())
    assert len(citing()) > 100
    expected = {"R7", "G5", "K10", "5.1.14", "section 5.6", "section 13.7", "trap 52", "trap 61"}
    assert expected <= found
    assert "decision 15" in found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("(domain brief, 5.4 to 5.6, R8)", {"section 5.4", "section 5.5", "section 5.6", "R8"}),
        ("The domain brief's table (10).", {"section 10"}),
        ("domain brief 7.3 and traps 60, 61", {"section 7.3", "trap 60", "trap 61"}),
        ("Of baselines alone (13.1).", {"section 13.1"}),
        ("asyncio.sleep(0.5), ADR 0015, on P-256", {"decision 15"}),
        ("K1 to K8 of G5; 5.3.12", {"K1", "K8", "G5", "5.3.12"}),
    ],
)
def test_a_citation_is_read_as_people_write_it(words: str, found: set[str]) -> None:
    assert cited(words) == found


def test_what_is_cited_is_there() -> None:
    there = named()
    assert len(there) > 250
    missing = {str(path): sorted(found - there) for path, found in citing().items()}
    assert {path: what for path, what in missing.items() if what} == {}


def test_each_trap_names_tests_that_exist_or_says_not_yet() -> None:
    shown = shown_by()
    assert sorted(shown) == list(TRAPS)
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    known = set(re.findall(r"^\s*(?:async )?def (test_\w+)", tests, re.MULTILINE))
    assert sum(cell == "not yet" for cell in shown.values()) < len(TRAPS) / 2
    for trap, cell in shown.items():
        by = set(re.findall(r"`(test_\w+)`", cell))
        assert by or cell == "not yet", trap
        assert by <= known, trap


def test_a_test_that_bears_the_number_of_a_trap_is_named_in_its_row() -> None:
    tests = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    found = re.findall(r"def (test_traps?((?:_and|_[0-9]+)+)_\w+)", tests)
    assert len(found) > 7
    shown = shown_by()
    missing = [
        (trap, name)
        for name, numbers in found
        for trap in map(int, re.findall(r"[0-9]+", numbers))
        if name not in shown[trap]
    ]
    assert missing == []


def links() -> Iterator[tuple[Path, str]]:
    """Yield each page and what it links to in this repository, without places within a page."""
    for path in files():
        if path.suffix == ".md":
            found = re.findall(r"\]\(([^)#\s]+)", path.read_text())
            yield from ((path, link) for link in found if "://" not in link)


def test_what_pages_link_to_is_there() -> None:
    found = list(links())
    assert len(found) > 60
    assert [(str(path), link) for path, link in found if not (path.parent / link).exists()] == []


def defined() -> Iterator[str]:
    """Yield the name of every class, function and method of the code, a method's with its class."""
    for folder in ("libs", "services"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                    yield node.name
                if isinstance(node, ast.ClassDef):
                    yield from (f"{node.name}.{one.name}" for one in node.body if _is_method(one))


def _is_method(node: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)


def test_the_hops_of_the_architecture_page_are_functions_of_the_code() -> None:
    _, ways = (ROOT / "docs/architecture.md").read_text().split("## The way of a command")
    table = " ".join(re.findall(r"^\| [0-9] \| (.*) \| [^|]* \|$", ways, re.MULTILINE))
    hops = set(re.findall(r"`([A-Za-z_]+(?:\.[a-z_]+)?)`", table))
    labels = re.findall(r"\[\"([A-Za-z_.]+(?:, [A-Z]\w+)*)[:\"]", ways)
    pictured = {one for label in labels for one in label.split(", ")}
    assert {"Case.record_visits", "Consumer.take"} <= hops & pictured
    assert (hops | pictured) - set(defined()) == set()
