"""What `deploy.local` starts answers, and is gone when it should be."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.local import __main__ as command_line
from deploy.local import pids, postgres
from deploy.local.kafka import answers, start_mock
from deploy.local.processes import Nursery, ServerError, free_port, wait_for
from libs.common.messaging.bus_address import BusAddress


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_the_mock_cluster_starts_and_leaves_no_process(tmp_path: Path) -> None:
    with Nursery(tmp_path) as nursery:
        broker = start_mock(nursery)
        servers = ",".join(BusAddress.parse(broker.url).servers)
        assert answers(servers)
        (server,) = nursery.servers.values()
    assert is_gone(server.process.pid)
    assert server.process.returncode == 0
    assert not answers(servers)


def test_a_server_that_ends_at_once_is_reported_with_its_last_words(tmp_path: Path) -> None:
    nursery = Nursery(tmp_path)
    server = nursery.start([sys.executable, "-c", "print('no room'); exit(3)"], "server")
    with pytest.raises(ServerError, match="no room"):
        wait_for(server, lambda: False, "the server")


def test_a_program_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    nursery = Nursery(tmp_path)
    with pytest.raises(ServerError, match="in vain"):
        nursery.run(["sleep", "60"], "sleep", seconds=0.1)
    (server,) = nursery.servers.values()
    assert is_gone(server.process.pid)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be asked for this")
def test_a_server_dies_with_whoever_started_it(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, time\n"
        "from deploy.local.processes import Nursery\n"
        f"nursery = Nursery(pathlib.Path({str(tmp_path)!r}))\n"
        "print(nursery.start(['sleep', '60'], 'sleep').process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        noted = tmp_path / "sleep.pid"
        pid = parent.stdout.readline().decode().strip()
        assert noted.read_text() == pid
        assert pids.is_alive(noted)
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 5
    while pids.is_alive(noted) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not pids.is_alive(noted)


def test_stopping_by_file_stops_that_process(tmp_path: Path) -> None:
    file = tmp_path / "sleep.pid"
    with Nursery(tmp_path, detached=True) as nursery:
        process = nursery.start(["sleep", "60"], "sleep").process
    assert process.poll() is None
    pids.stop(file, signal.SIGTERM)
    assert process.wait() == -signal.SIGTERM
    assert not file.exists()


def test_a_block_that_fails_leaves_nothing_running(tmp_path: Path) -> None:
    nursery = Nursery(tmp_path, detached=True)
    process = nursery.start(["sleep", "60"], "sleep").process
    with pytest.raises(ServerError, match="false failed"), nursery:
        nursery.run(["false"], "false")
    assert process.returncode == -signal.SIGTERM
    assert not pids.is_alive(tmp_path / "sleep.pid")


def test_stopping_by_file_spares_another_process_of_the_same_number(tmp_path: Path) -> None:
    file = tmp_path / "ours.pid"
    file.write_text(str(os.getpid()))
    assert not pids.is_alive(file)
    pids.stop(file, signal.SIGKILL)


def test_ports_are_free_and_below_those_of_outgoing_connections() -> None:
    assert all(port < 32_768 for port in (free_port() for _ in range(20)))


@pytest.mark.parametrize("arguments", [[], ["run"], ["run", "--"], ["run", "true"], ["stop"]])
def test_a_command_line_it_cannot_read_is_refused(arguments: list[str]) -> None:
    assert command_line.main(arguments) == 2


@pytest.mark.parametrize(("library", "there"), [("OpenSSL", True), ("", False)])
def test_a_postgresql_without_tls_is_known_for_it(
    library: str, there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("postgres", "initdb"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {library}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert postgres.speaks_tls() is there
