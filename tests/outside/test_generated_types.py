"""The types that openapi-typescript makes of the documents, compiled as a front-end would."""

import json
import subprocess
from pathlib import Path

import pytest

from deploy.local.outside import FOLDER
from deploy.services import SERVICES
from tests.outside.readers import program

API = Path(__file__).parents[2] / "docs" / "api"

pytestmark = [pytest.mark.node, pytest.mark.timeout(300)]


def run(*command: str) -> str:
    done = subprocess.run(
        command, cwd=FOLDER, capture_output=True, text=True, check=False, timeout=200
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_operation_has_types_that_compile(tmp_path: Path) -> None:
    made = [tmp_path / f"{service.name}.ts" for service in SERVICES]
    for path in made:
        document = API / f"{path.stem}.openapi.json"
        run(program("openapi-typescript"), str(document), "-o", str(path))
        named = path.read_text().partition("export interface operations {")[2]
        paths = json.loads(document.read_text())["paths"].values()
        for operation in (one for methods in paths for one in methods.values()):
            assert f"\n    {operation['operationId']}: {{" in named
    run(program("tsc"), "--noEmit", "--strict", *map(str, made))
