"""The real world of ``make up``: a process each, and an event from one process to another."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from libs.common.auth import DemoIssuer, Role

pytestmark = pytest.mark.real

TEAM = {"name": "North Team", "area": "North", "formed_on": "2018-09-01"}


def local(command: str, *arguments: str, var: Path) -> str:
    """Run a command of ``deploy.local`` against the servers of this test run."""
    env = {**os.environ, "VAR_DIR": str(var)}
    if os.environ.get("WORLD_BROKER_KIND") != "mock":
        env["BUS_URL"] = f"{os.environ['BUS_URL'].split('?')[0]}?prefix=u{uuid4().hex[:8]}."
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", command, *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def addresses(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Return where each service is; at the end stop them."""
    if "POSTGRES_URL names" in os.environ.get("WORLD_DATABASE", ""):
        pytest.skip("it would write into the databases of somebody's own server")
    printed = local("up", "--empty", var=tmp_path)
    lines = [line.partition("=") for line in printed.splitlines() if line.startswith("URL_")]
    yield {name.removeprefix("URL_").lower(): url for name, _, url in lines}
    local("down", var=tmp_path)
    assert not (tmp_path / "real").exists()


def test_what_one_process_is_told_another_reports(
    addresses: dict[str, str], tmp_path: Path
) -> None:
    issuer = DemoIssuer(tmp_path / "real")
    headers = {"Authorization": f"Bearer {issuer.token(Role.HEAD_OF_SERVICE)}"}
    team = f"{addresses['referral']}/referral/v1/teams/by-code/T1"
    answer = httpx.put(team, json=TEAM, headers=headers, timeout=60)
    assert answer.status_code == 201, answer.text
    url = f"{addresses['reporting']}/reporting/v1/reports/2018-19"
    deadline = time.monotonic() + 60
    printed = ""
    while printed != "1" and time.monotonic() < deadline:
        figures = httpx.get(url, headers=headers, timeout=60).json()["figures"]
        printed = next(one["printed"] for one in figures if one["id"] == "service.teams")
    assert printed == "1"
