"""Processes as a person starts them: what they print, their probes, and their files' modes."""

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deploy.local.processes import free_port
from libs.common.audit.chain import make_key
from libs.common.http.limits import PROBES
from libs.common.security import DemoIssuer, Role

PATIENCE = 60.0


@dataclass(frozen=True)
class Started:
    """A process that serves: where, its folder, and the files of what it prints."""

    url: str
    folder: Path
    printed: Path
    logged: Path


def command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    chosen = {"VAR_DIR": str(folder), "PORT": str(port)}
    kept = {name: value for name, value in os.environ.items() if name != "BUS_URL"}
    return {**kept, **chosen, **more}


@contextmanager
def started(module: str, folder: Path, *arguments: str, **more: str) -> Iterator[Started]:
    """Start a process under the usual umask, wait until it is ready, and end it."""
    port = free_port()
    scratch = folder.parent
    out, err = scratch / f"{port}.out", scratch / f"{port}.err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            command(module, *arguments),
            env=environment(folder, port, **more),
            stdout=stdout,
            stderr=stderr,
            umask=0o022,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        ready = f"{url}/survey/health/ready"
        deadline = time.monotonic() + PATIENCE
        while not answers(ready):
            assert process.poll() is None, err.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield Started(url, folder, out, err)
    finally:
        process.terminate()
        process.wait(PATIENCE)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=10).is_success
    except httpx.TransportError:
        return False


def run(
    module: str, folder: Path, *arguments: str, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a process that should end by itself."""
    return subprocess.run(
        command(module, *arguments),
        env=environment(folder, int(more.pop("PORT", "0")) or free_port(), **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        umask=0o022,
    )


def until(file: Path, text: str) -> str:
    """Wait until a process has written something, and return what it has."""
    deadline = time.monotonic() + PATIENCE
    while text not in (written := file.read_text()):
        assert time.monotonic() < deadline, written
        time.sleep(0.05)
    return written


def open_to_others(folder: Path) -> dict[str, str]:
    """Return what another account could do anything with, with its mode."""
    paths = [folder, *folder.rglob("*")]
    assert len(paths) >= 5
    modes = {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in paths}
    return {name: oct(mode) for name, mode in modes.items() if mode & 0o077}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    """All four in one process, without the county, in a folder that a version before had made."""
    folder = tmp_path_factory.mktemp("empty") / "var"
    folder.mkdir(mode=0o755)
    for name in ("bus.db", "audit-survey.heads", "lock"):
        (folder / name).touch(mode=0o644)
    folder.chmod(0o755)
    with started("deploy.all_in_one", folder, "run", COUNTY="none") as process:
        yield process


def test_no_file_of_ours_is_open_to_others(empty: Started) -> None:
    until(empty.printed, "parent")
    names = {path.name for path in empty.folder.iterdir()}
    assert {"bus.db", "referral.db-wal", "demo-jwks.json", "lock", "audit-survey.key"} <= names
    assert open_to_others(empty.folder) == {}


def test_a_token_and_a_key_are_made_for_our_own_account_alone(tmp_path: Path) -> None:
    done = run("deploy.token", tmp_path / "var", "parent")
    assert done.returncode == 0, done.stderr
    keys = {name: str(tmp_path / "keys" / name) for name in ("SURVEY", "REFERRAL")}
    told = {f"{name}_AUDIT_KEY_FILE": path for name, path in keys.items()}
    done = run("deploy.audit", tmp_path / "keys", "make-key", "survey", "referral", **told)
    assert done.returncode == 0, done.stderr
    (tmp_path / "var" / "nested").mkdir(mode=0o700)
    assert open_to_others(tmp_path) == {}


def test_without_the_county_nothing_is_loaded(empty: Started) -> None:
    assert "61 of 61" not in until(empty.printed, "parent")
    assert not (empty.folder / "county-loaded.json").exists()
    headers = {"Authorization": f"Bearer {DemoIssuer(empty.folder).token(Role.HEAD_OF_SERVICE)}"}
    cases = httpx.get(f"{empty.url}/referral/v1/cases", headers=headers)
    assert (cases.status_code, cases.json()["items"]) == (200, [])


def test_the_server_says_where_it_serves(empty: Started) -> None:
    lines = [json.loads(line) for line in empty.logged.read_text().splitlines()]
    served = [line["event"] for line in lines if line["event"].startswith("Uvicorn running")]
    assert served == [f"Uvicorn running on {empty.url} (Press CTRL+C to quit)"]


@pytest.mark.parametrize(
    ("module", "arguments"), [("services.survey", ()), ("deploy.all_in_one", ("run",))]
)
def test_a_port_in_use_is_one_sentence(
    empty: Started, tmp_path: Path, module: str, arguments: tuple[str, ...]
) -> None:
    port = empty.url.rpartition(":")[2]
    done = run(module, tmp_path / "var", *arguments, PORT=port, COUNTY="none")
    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} is in use by another process. Stop that one, or choose another port:"
        f" PORT={int(port) + 1}\n"
    )
    assert done.stdout == ""


def test_a_folder_in_use_is_one_sentence(empty: Started) -> None:
    done = run("services.survey", empty.folder)
    assert done.returncode == 1
    assert done.stderr == (
        f"Another process is using {empty.folder}. Stop it, or set VAR_DIR to another folder.\n"
    )


def test_a_token_of_another_folder_is_told_what_to_do(empty: Started, tmp_path: Path) -> None:
    token = run("deploy.token", tmp_path / "var", "head-of-service").stdout.strip()
    url = f"{empty.url}/referral/v1/cases"
    refused = httpx.get(url, headers={"Authorization": f"Bearer {token}"})
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert "`make token` signs with the key in VAR_DIR" in refused.json()["detail"]


def test_a_chosen_few_start_and_wait_for_whom_they_listen_to(tmp_path: Path) -> None:
    few = {"SERVICES": "survey,assessment"}
    with started("deploy.all_in_one", tmp_path / "var", "run", **few) as process:
        printed = until(process.printed, "parent")
        index = httpx.get(f"{process.url}/").json()
        assert list(index["services"]) == ["assessment", "survey"]
        assert httpx.get(f"{process.url}/referral/health/live").status_code == 404
        ready = httpx.get(f"{process.url}/assessment/health/ready").json()
        assert ready["consumer"] == {"lag": 0, "applied": 0, "dead_letters": 0, "parked": 0}
    assert "The fictional county needs all four services; it is not loaded now." in printed
    assert "61 of 61" not in printed
    assert "the report" not in printed


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            {"SERVICES": "referral,surveys"},
            "SERVICES names some of referral, assessment, survey, reporting, separated by commas.",
        ),
        ({"COUNTY": "no"}, "COUNTY is none, or left out for the fictional county."),
    ],
)
def test_a_choice_there_is_not_is_one_sentence(
    tmp_path: Path, more: dict[str, str], sentence: str
) -> None:
    done = run("deploy.all_in_one", tmp_path / "var", "run", **more)
    assert (done.returncode, done.stdout, done.stderr) == (78, "", f"{sentence}\n")


def test_in_production_probes_are_answered_by_the_pods_address(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    make_key(folder / "audit-survey.key")
    (tmp_path / "keys.json").write_text('{"keys": []}')
    production = {
        "PROFILE": "production",
        "SURVEY_DATABASE_URL": f"sqlite:{folder}/survey.db",
        "BUS_URL": f"local:{folder}/bus.db",
        "ALLOWED_HOSTS": "sen.county.example",
        "AUTH_ISSUER": "https://identity.county.example",
        "AUTH_KEY_SET": str(tmp_path / "keys.json"),
    }
    with started("services.survey", folder, **production) as process:
        pod = {"Host": "10.9.8.7:8000"}
        for probe in PROBES:
            for method in ("GET", "HEAD"):
                answer = httpx.request(method, f"{process.url}/survey/{probe}", headers=pod)
                assert answer.status_code == 200, probe
                assert bool(answer.content) == (method == "GET")
        for path in ("/survey/openapi.json", "/survey/v1/questionnaires", "/survey//metrics", "/"):
            answer = httpx.get(f"{process.url}{path}", headers=pod)
            assert (answer.status_code, answer.json()["code"]) == (400, "host-not-valid")
        demo = DemoIssuer(tmp_path / "demo").token(Role.HEAD_OF_SERVICE)
        none = httpx.get(f"{process.url}/survey/v1/questionnaires")
        other = httpx.get(
            f"{process.url}/survey/v1/questionnaires", headers={"Authorization": f"Bearer {demo}"}
        )
        assert (other.status_code, other.json()) == (401, none.json())
    assert open_to_others(folder) == {}
