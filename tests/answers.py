"""What holds of every answer that a test's client gets, whatever the test is of."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from deploy.services import SERVICES
from libs.common.http.faults import FAULTS
from libs.common.http.problems import PROBLEMS

DOCUMENTS = Path(__file__).parents[1] / "docs/api"
OF_NONE = {"internal-error", "no-such-route", "method-not-allowed"}
"""Refusals that are of no operation."""
Operation = dict[str, Any]


async def check_answer(answer: httpx.Response) -> None:
    """Check that what was made says where it is read, and that a refusal says where and what.

    A refusal's code is one of those that the document has for the operation.
    """
    await answer.aread()
    what = f"{answer.request.method} {answer.request.url.path} {answer.status_code}: {answer.text}"
    if answer.status_code == 201:
        assert answer.headers.get("location", "").startswith("/"), what
    if answer.headers.get("content-type") == "application/problem+json":
        check_problem(answer.request, answer.json(), what)


def check_problem(request: httpx.Request, problem: dict[str, Any], what: str) -> None:
    """Check that a conflict has a place, and that the operation's document has the code."""
    if problem["status"] == 409:
        assert problem["errors"], what
        assert all({"pointer", "parameter"} & fault.keys() for fault in problem["errors"]), what
    faults = {fault["code"] for fault in problem.get("errors", ())}
    assert faults <= explained(request.url.path), f"not explained: {what}"
    operation = documented(request.method, request.url.path)
    if operation is not None and problem["code"] not in OF_NONE:
        said = operation["responses"].get(str(problem["status"]), {})
        assert problem["code"] in said.get("x-codes", ()), f"not in the document: {what}"


@cache
def explained(path: str) -> frozenset[str]:
    """Return the codes that the service of an address explains."""
    own = [one for one in SERVICES if path.startswith(f"/{one.name}/")]
    tables = [FAULTS, PROBLEMS, *(one.faults for one in own), *(one.problems for one in own)]
    return frozenset(code for table in tables for code in table)


def documented(method: str, path: str) -> Operation | None:
    """Return what the documents say of an operation, of which a test's own service has nothing."""
    service, _, rest = path.removeprefix("/").partition("/")
    for form, operations in _forms(service):
        if form.fullmatch(f"/{rest}") and method.lower() in operations:
            found: Operation = operations[method.lower()]
            return found
    return None


@cache
def _forms(service: str) -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Return a service's paths as patterns, those with fewest parameters first."""
    return sorted(_paths(service), key=lambda one: one[0].pattern.count("[^"))


def _paths(service: str) -> Iterator[tuple[re.Pattern[str], dict[str, Any]]]:
    document = DOCUMENTS / f"{service}.openapi.json"
    if document.exists():
        for path, operations in json.loads(document.read_text())["paths"].items():
            parts = re.split(r"\{(\w+)\}", path)
            pattern = "".join(
                re.escape(part)
                if index % 2 == 0
                else ("(.+)" if part == "reference" else "([^/]+)")
                for index, part in enumerate(parts)
            )
            yield re.compile(pattern), operations
