"""The four OpenAPI documents, read by Redocly and by Spectral."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from deploy.services import SERVICES
from tests.outside.readers import program, said

API = Path(__file__).parents[2] / "docs" / "api"
DOCUMENTS = [API / f"{service.name}.openapi.json" for service in SERVICES]

pytestmark = pytest.mark.node


def redocly(path: Path) -> list[str]:
    found = said(program("redocly"), "lint", "--config=redocly.yaml", "--format=json", str(path))
    assert not found["totals"]["ignored"]
    return [one["ruleId"] for one in found["problems"]]


def spectral(rules: str, *paths: Path) -> list[str]:
    given = ("lint", "--quiet", f"--ruleset={rules}", "--format=json", *map(str, paths))
    return [one["code"] for one in said(program("spectral"), *given)]


def test_redocly_finds_nothing() -> None:
    assert {path.name: redocly(path) for path in DOCUMENTS} == {one.name: [] for one in DOCUMENTS}


def test_spectral_finds_nothing() -> None:
    assert spectral("spectral-openapi.yaml", *DOCUMENTS) == []


def test_spectral_finds_nothing_in_the_catalogue_of_events() -> None:
    assert spectral("spectral-asyncapi.yaml", API / "asyncapi.json") == []


def test_both_find_what_is_wrong(tmp_path: Path) -> None:
    document = json.loads((API / "reporting.openapi.json").read_text())
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(_without_security(document)))
    assert "security-defined" in redocly(path)
    del document["info"]["contact"]
    path.write_text(json.dumps(document))
    assert "info-contact" in spectral("spectral-openapi.yaml", path)


def _without_security(document: dict[str, Any]) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    for path in changed["paths"].values():
        for operation in path.values():
            operation.pop("security", None)
    return changed
