"""What the README says of calling the services is what their documents say."""

import json
import re
from collections.abc import Iterator
from typing import Any

from libs.common.http.requests import CREATING
from libs.common.imports import MOST_ROWS
from tests.mutants.planted import ROOT

README = (ROOT / "README.md").read_text()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each method, the last word of its path, and what the document says of it."""
    for path in sorted((ROOT / "docs/api").glob("*.openapi.json")):
        for template, methods in json.loads(path.read_text())["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), template.rsplit("/", 1)[1], operation


def taking(header: str) -> set[tuple[str, str]]:
    """Return the operations that need a header."""
    return {
        (method, name)
        for method, name, operation in operations()
        for one in operation.get("parameters", [])
        if one["name"] == header and one.get("required")
    }


def said(begin: str, end: str) -> set[tuple[str, str]]:
    """Return the operations the README marks between two phrases: POST, unless it says PUT."""
    found = re.search(f"{re.escape(begin)}(.*?){re.escape(end)}", README, re.DOTALL)
    assert found, begin
    marked = re.findall(r"`(PUT )?([a-z-]+)`", found[1])
    return {(method.strip() or "POST", name) for method, name in marked}


def test_every_post_needs_a_key_but_those_the_readme_names() -> None:
    creating = {(method, name) for method, name, _ in operations() if method in CREATING}
    without = said("The\n  register's", "need none")
    assert len(without) == 6
    assert creating - taking("Idempotency-Key") == without
    assert taking("Idempotency-Key") <= creating


def test_what_needs_the_version_is_what_the_readme_names() -> None:
    named = said("meanwhile:", "Nothing else takes it")
    assert len(named) > 5
    assert taking("If-Match") == named


def test_every_refusal_is_a_problem_document() -> None:
    refusals = [
        answer
        for _, name, operation in operations()
        for status, answer in operation["responses"].items()
        if status >= "400" and (name, status) != ("ready", "503")  # that is the state itself
    ]
    assert refusals
    assert all(list(one["content"]) == ["application/problem+json"] for one in refusals)


def test_the_readme_names_the_most_rows() -> None:
    assert f"{MOST_ROWS:,}" in README
