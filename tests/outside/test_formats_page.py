"""The page of formats names every reader that is installed, at its version, and its tests."""

import json
from pathlib import Path

import pytest

from deploy.formats_page import READERS, UnknownReader, formats_page
from deploy.local.outside import FOLDER

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "formats.md").read_text()


def test_every_installed_reader_is_on_the_page_at_its_version() -> None:
    installed = json.loads((FOLDER / "package.json").read_text())["dependencies"]
    assert len(installed) > 5
    for package, version in installed.items():
        assert f"| {package} | {version} |" in PAGE


def test_every_test_named_is_there() -> None:
    named = [reader.tests for reader in READERS if reader.tests]
    assert len(named) > 5
    assert [path for path in named if not (ROOT / path).is_file()] == []


def test_a_reader_that_nobody_described_stops_the_making_of_documents() -> None:
    with pytest.raises(UnknownReader, match="@asyncapi/parser"):
        formats_page(READERS[1:])
