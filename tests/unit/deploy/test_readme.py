"""The README's commands are run as they stand: what serves for ever is started, asked, stopped."""

import base64
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

from deploy.demo.county import small_county
from deploy.local.processes import free_port
from libs.common.security import Role
from tests.mutants.planted import ROOT

README = (ROOT / "README.md").read_text()
SERVES, NOT_RUN = "make run", "make test"
"""What serves until it is stopped; and what this test is itself a part of, and so asks for dry."""
LEFT_OUT = "…"
"""What the README puts for a value that is another each time."""
WITHIN_SECONDS = 60


def blocks() -> list[list[str]]:
    """Return the commands of each indented block, without the remarks beside them."""
    outside = re.sub(r"^```.*?^```", "", README, flags=re.MULTILINE | re.DOTALL)
    found = re.findall(r"(?:^ {4}\S.*\n(?: {4}.*\n)*)", outside, re.MULTILINE)
    lines = [[line.partition("#")[0].strip() for line in block.splitlines()] for block in found]
    return [[line for line in block if line and not line.startswith("match")] for block in lines]


def in_the_table() -> list[str]:
    """Return the make commands that the README names in its prose and tables."""
    return sorted(set(re.findall(r"`(make(?: [A-Za-z-]+(?:=[^ `]+)?)+)`", README)))


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return what keeps a run of the commands to itself: a folder, a port, and no county."""
    left_out = ("DATABASE_URL", "BUS_URL", "MAKEFLAGS", "MFLAGS")
    plain = {name: value for name, value in os.environ.items() if not name.endswith(left_out)}
    return plain | {"VAR_DIR": str(tmp_path), "PORT": str(free_port()), "COUNTY": "none"}


@contextmanager
def served(command: str, environ: dict[str, str]) -> Iterator[None]:
    """Run a command that serves, until what it prints says so; stop it by its process group."""
    said = Path(environ["VAR_DIR"]) / "said"
    with said.open("w") as file:
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=ROOT,
            env=environ,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        until = monotonic() + WITHIN_SECONDS
        while "Serving at" not in said.read_text():
            assert process.poll() is None, said.read_text()
            assert monotonic() < until, said.read_text()
            _pause()
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(WITHIN_SECONDS)


def _pause() -> None:
    """Give a process that was started a moment to get on."""
    sleep(0.1)


def run(script: str, environ: dict[str, str]) -> str:
    """Run lines in one shell; return what they print."""
    done = subprocess.run(
        ["bash", "-ec", script], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_readmes_commands_do_what_it_says(environ: dict[str, str]) -> None:
    starting, *asking = blocks()
    assert starting == [SERVES, NOT_RUN]
    assert "pytest" in run(f"{NOT_RUN.replace('make', 'make -n')}", environ)
    script = "\n".join(line for block in asking for line in block)
    with served(SERVES, environ):
        _have_schools(environ)
        answers = run(script.replace(":8000$", f":{environ['PORT']}$"), environ).splitlines()
    said = re.findall(r"^```json\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert len(said) == 5
    for shown, answer in zip(said, answers, strict=True):
        told, found = json.loads(shown), json.loads(answer)
        assert told == {name: LEFT_OUT if told[name] == LEFT_OUT else found[name] for name in told}
        assert told.keys() <= found.keys()


def _have_schools(environ: dict[str, str]) -> None:
    """Send a register, which `make run` does with the rest of its county."""
    token = run("make -s token ROLE=head-of-service", environ).strip()
    address = f"http://127.0.0.1:{environ['PORT']}"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
    extract = httpx.post(
        f"{address}/referral/v1/school-extracts",
        params={"snapshot_on": "2018-09-01", "mode": "commit"},
        content=small_county(1).schools,
        headers=headers,
    )
    waiting = headers | {"Prefer": "wait=5"}
    done = httpx.get(f"{address}{extract.headers['Location']}", headers=waiting)
    assert (done.json()["state"], done.json()["refused"]) == ("completed", 0)


def test_what_the_readme_names_is_there(environ: dict[str, str]) -> None:
    """Dry, for some of it stops or deletes things: that make knows them all."""
    named = in_the_table()
    assert len(named) > 12
    for command in named:
        assert run(command.replace("make", "make -n", 1).replace("…", "x"), environ), command


def test_a_token_is_the_roles_own_or_of_the_name_given(environ: dict[str, str]) -> None:
    role = Role.ADMINISTRATOR
    claims = _claims(run(f"make -s token ROLE={role}", environ))
    assert (claims["roles"], claims["sub"]) == ([role], f"demo-{role}")
    named = _claims(run("make -s token ROLE=parent NAME=somebody", environ))
    assert (named["roles"], named["sub"]) == ([Role.PARENT], "somebody")


def _claims(token: str) -> dict[str, Any]:
    body = token.strip().split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims
