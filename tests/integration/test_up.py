"""The real world of ``make up``: a process each, and an event from one process to another."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from libs.common.security import DemoIssuer, Role
from tests.integration.test_processes import open_to_others

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

TEAM = {"name": "North Team", "area": "North", "formed_on": "2018-09-01"}


def local(command: str, *, var: Path) -> str:
    """Run a command of ``deploy.local`` against the servers of this test run."""
    env = {**os.environ, "VAR_DIR": str(var), "COUNTY": "none"}
    if os.environ.get("WORLD_BROKER_KIND") != "mock":
        env["BUS_URL"] = f"{os.environ['BUS_URL'].split('?')[0]}?prefix=u{uuid4().hex[:8]}."
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", command],
        env=env,
        umask=0o022,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@dataclass(frozen=True)
class Up:
    """What ``make up`` has started: where each service is, their folder, and what was printed."""

    addresses: dict[str, str]
    folder: Path
    printed: str


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Start the services; at the end stop them."""
    if "POSTGRES_URL names" in os.environ.get("WORLD_DATABASE", ""):
        pytest.skip("it would write into the databases of somebody's own server")
    var = tmp_path_factory.mktemp("a folder")
    try:
        printed = local("up", var=var)
    except BaseException:
        local("down", var=var)  # what it had started by then
        raise
    lines = [line.partition("=") for line in printed.splitlines() if line.startswith("URL_")]
    addresses = {name.removeprefix("URL_").lower(): url for name, _, url in lines}
    yield Up(addresses, var / "real", printed)
    local("down", var=var)
    assert not (var / "real").exists()


def test_what_one_process_is_told_another_reports(services: Up) -> None:
    addresses = services.addresses
    issuer = DemoIssuer(services.folder)
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


def test_no_file_of_theirs_is_open_to_others(services: Up) -> None:
    passed_through = {".", "real"} if os.geteuid() == 0 else set()
    names = {path.name for path in services.folder.iterdir()}
    assert {"env", "survey.log", "survey.pid", "audit-survey.key", "demo-jwks.json"} <= names
    opened = open_to_others(services.folder.parent)
    assert opened == dict.fromkeys(passed_through, oct(0o711))


def test_the_line_printed_leads_a_command_to_them(services: Up) -> None:
    (line,) = (one for one in services.printed.splitlines() if "make token" in one and "env" in one)
    command = f"{sys.executable} -m services.reporting rebuild --check"
    done = subprocess.run(
        ["sh", "-c", line.replace("make token ROLE=head-of-service", command)],
        env={name: value for name, value in os.environ.items() if name != "BUS_URL"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.startswith("the same facts, 0 figures differ"), done.stderr
