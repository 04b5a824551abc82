"""Writes the pages of formats: who reads them from outside, and what each refusal means."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from deploy.local.outside import FOLDER
from deploy.services import SERVICES
from libs.common.http.faults import FAULTS
from libs.common.http.problems import PROBLEMS, Problem

LOCK: Final = Path("requirements-dev.txt")


class Reader(NamedTuple):
    """An outside program that reads what we write: what it reads, says, and in which tests."""

    package: str
    reads: str
    says: str
    tests: str


READERS: Final = (
    Reader(
        "@asyncapi/parser",
        "`docs/api/asyncapi.json`",
        "no fault; that there is a 3.1",
        "tests/outside/test_asyncapi.py",
    ),
    Reader(
        "openapi-typescript",
        "the types of every operation, made of the four OpenAPI documents",
        "nothing",
        "tests/outside/test_generated_types.py",
    ),
    Reader("typescript", "those types", "nothing", "tests/outside/test_generated_types.py"),
    Reader(
        "@redocly/cli",
        "the OpenAPI documents, by its rules `recommended`",
        "nothing but what a rule file lists with its reason",
        "tests/outside/test_openapi.py",
    ),
    Reader(
        "@stoplight/spectral-cli",
        "the same by `spectral:oas`; `docs/api/asyncapi.json` by `spectral:asyncapi`",
        "nothing but what a rule file lists with its reason",
        "tests/outside/test_openapi.py",
    ),
    Reader(
        "cloudevents",
        "messages of a relay, from both kinds of bus",
        "each is a valid CloudEvent, with our attributes and data",
        "tests/outside/test_cloudevents.py",
    ),
    Reader(
        "jsonschema",
        "each event's JSON Schema; by it its sample, its example and messages off the bus",
        "valid; what lacks a required field is refused",
        "tests/outside/test_schemas.py",
    ),
    Reader(
        "schemathesis",
        "the OpenAPI documents, to call every operation with generated requests",
        "answers are as the documents say",
        "tests/proof/hostile/test_every_operation.py",
    ),
    Reader(
        "kubernetes-validate",
        "the files of `deploy/k8s`",
        "valid",
        "tests/unit/deploy/test_containers.py",
    ),
    Reader("vnu-jar", "every page and the style sheet", "nothing", "tests/browser/test_valid.py"),
    Reader("html-validate", "every page", "nothing", "tests/browser/test_valid.py"),
    Reader(
        "axe-core",
        "pages in Chromium, at 360 and 1280 px, in light and dark",
        "no violation",
        "tests/browser/test_people.py",
    ),
    Reader(
        "puppeteer-core",
        "pages: it uses Chromium as a person would, from sign-in to the report",
        "no error on the console, nothing wider than the window",
        "tests/browser/test_people.py",
    ),
    Reader(
        "oidc-provider",
        "our requests at sign-in; the services read its tokens",
        "signed in; its access tokens are accepted, its ID tokens refused",
        "tests/outside/test_identity.py",
    ),
)
_FORMATS: Final = """\
# Formats for outside readers

Made from the code by `make docs`; versions are those of `tests/outside/package.json` and the lock.

| what | where it is served | form |
| --- | --- | --- |
| operations of a service | `/<service>/openapi.json` | OpenAPI 3.1 |
| all events | `/reporting/asyncapi.json` | AsyncAPI 3.0 |
| an event's data | `/<publisher>/schemas/<type>.json` | JSON Schema 2020-12 |
| an event on the bus | a topic a publisher | CloudEvents 1.0, binary mode |
| a refusal | every answer of 400 and above | problem details (RFC 9457) |
| what a refusal means | `/<service>/problems/<code>`: [the list](problems.md) | JSON |

**Addresses.** An event's `dataschema`, which is the `$id` of the schema, is an absolute address,
because its readers may be anywhere. It begins with `PUBLIC_URL` ([settings](settings.md)); the
documents in this folder have `https://sen.county.example`. The `type` of a refusal is a path at the
host that was called. None of these addresses serves personal data, and no token is needed.

**Sequence.** Nine digits, with leading zeros, so that it sorts as text. Older messages have no
leading zeros; read it as a number and both are right.

## Outside readers

A reader that cannot be installed is left out of the tests, whose last lines count it. Rules are in
`tests/outside/redocly.yaml` and `tests/outside/spectral-*.yaml`.

| reader | version | reads | says | tests |
| --- | --- | --- | --- | --- |
"""
_PROBLEMS: Final = """\
# Problems

Made from the code by `make docs`. Every refusal has a `code`. Its `type` is the address at which
the service explains that code, in these words.

| code | what it means | what to do |
| --- | --- | --- |
"""
_FAULTS: Final = """
## What is wrong at a place

Each of a refusal's `errors` has a code too, and a sentence that says what would be right there. A
code of either table may stand in either place; both are explained at `/<service>/problems/<code>`.

| code | what it means |
| --- | --- |
"""


class UnknownReader(LookupError):
    """A package is installed for tests and nobody has said what it reads."""


def formats_page(readers: Sequence[Reader] = READERS) -> str:
    """Return the page of formats and of those who read them; raises UnknownReader."""
    installed = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    versions = dict(re.findall(r"^(\S+)==(\S+)", LOCK.read_text(), re.MULTILINE)) | installed
    if unknown := installed.keys() - {reader.package for reader in readers}:
        raise UnknownReader(", ".join(sorted(unknown)))
    return _FORMATS + "".join(_rows(readers, versions))


def _rows(readers: Sequence[Reader], versions: dict[str, str]) -> Iterator[str]:
    for package, reads, says, tests in readers:
        shown = f"`{tests}`" if tests else ""
        yield f"| {package} | {versions[package]} | {reads} | {says} | {shown} |\n"


def problems_page() -> str:
    """Return the page of every code of a refusal, and of what is wrong within one."""
    tables = (PROBLEMS, *(service.problems for service in SERVICES))
    every = (row for table in tables for row in table.items())
    rows = (f"| `{code}` | {means} | {do} |\n" for code, (means, do) in every)
    wrong = {code: one for table in (FAULTS, *_faults()) for code, one in table.items()}
    at_places = (f"| `{code}` | {one.means} |\n" for code, one in sorted(wrong.items()))
    return "".join((_PROBLEMS, *rows, _FAULTS, *at_places))


def _faults() -> Iterator[Mapping[str, Problem]]:
    return (service.faults for service in SERVICES)
