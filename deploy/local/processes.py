"""Starts the servers' processes, and sees to it that none of them outlives its use."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

from deploy.local import pids
from libs.common.core.private import PASSED_THROUGH

_PR_SET_PDEATHSIG: Final = 1
_ATTEMPTS: Final = 100
_PAUSE: Final = 0.05
_PATIENCE: Final = 15.0
# Below the range from which systems draw the ports of outgoing connections.
_PORTS: Final = range(15_000, 32_000)
# Loaded here because a child between fork and exec should load nothing.
_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None


Command = Sequence[str | Path]


class ServerError(Exception):
    """A server could not be started; the message says why, to whoever sits at the terminal."""


def die_with_parent(number: int = signal.SIGTERM) -> None:
    """Ask Linux to send this process a signal when the thread that started it ends."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, number)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on."""
    for _ in range(_ATTEMPTS):
        port = random.choice(_PORTS)
        with contextlib.suppress(OSError), socket.socket() as candidate:
            candidate.bind(("127.0.0.1", port))
            return port
    raise ServerError("no free port was found on 127.0.0.1")


def last_lines(path: Path, count: int = 20) -> str:
    """Return the end of a server's log."""
    text = path.read_text(errors="replace") if path.exists() else ""
    return "\n".join(text.splitlines()[-count:])


@dataclass(frozen=True)
class Server:
    """A process that was started: its log, and the signal that stops it in an orderly way."""

    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: int

    @property
    def ended(self) -> bool:
        """Whether the process is over."""
        return self.process.poll() is not None


class Nursery:
    """The processes one command started, by name, and the folder for their files.

    Each has a `<name>.log` and a `<name>.pid` in the folder. When the block of a nursery ends all
    are stopped; those of a `detached` one only where the block failed.
    """

    def __init__(self, folder: Path, *, detached: bool = False) -> None:
        self.folder = folder
        self.detached = detached
        self.servers: dict[str, Server] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if not self.detached or failure is not None:
            self._close()

    def start(
        self,
        command: Command,
        name: str,
        *,
        user: int | None = None,
        stop_signal: int = signal.SIGTERM,
        env: Mapping[str, str] | None = None,
    ) -> Server:
        """Start a process, with `env` added to our environment.

        It ends with the thread that calls this, which therefore has to live on.
        """
        log = self.folder / f"{name}.log"
        with log.open("ab") as output, pids.locked(self._pid_file(name)) as noted:
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=[noted.fileno()],
                env={**os.environ, **(env or {})},
                start_new_session=True,  # Ctrl-C at the terminal is for us to hear, not for them
                # Safe with threads, as it calls one C function that is loaded already.
                preexec_fn=None if self.detached else partial(die_with_parent, stop_signal),  # noqa: PLW1509
                **_as_user(user),
            )
            self.servers[name] = Server(process, log, stop_signal)
            noted.write(str(process.pid))
        return self.servers[name]

    def run(
        self,
        command: Command,
        name: str,
        *,
        user: int | None = None,
        seconds: float = 60,
        env: Mapping[str, str] | None = None,
    ) -> None:
        """Run a process to its end; raises ServerError if it fails or takes too long."""
        server = self.start(command, name, user=user, env=env)
        try:
            code = server.process.wait(seconds)
        except subprocess.TimeoutExpired:
            server.process.kill()
            server.process.wait()
            raise _in_vain(f"{name} to end", seconds) from None
        finally:
            self._pid_file(name).unlink()
        if code:
            raise ServerError(f"{name} failed:\n{last_lines(server.log)}")

    def _pid_file(self, name: str) -> Path:
        return self.folder / f"{name}.pid"

    def _close(self) -> None:
        for server in self.servers.values():
            server.process.send_signal(server.stop_signal)
        for server in self.servers.values():
            wait_or_kill(server.process)


@contextlib.contextmanager
def scratch(prefix: str) -> Iterator[Nursery]:
    """Make a nursery in a folder of its own; its processes and the folder are gone at the end."""
    with TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(PASSED_THROUGH)  # PostgreSQL's account has to get to its own folder in it
        with Nursery(folder) as nursery:
            yield nursery


def wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    """Wait until a process is over, and kill it if that takes too long."""
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(server: Server, answers: Callable[[], bool], name: str) -> None:
    """Ask a server until it answers; raises ServerError if it ends or takes too long."""

    def ready() -> bool:
        if server.ended:
            raise ServerError(f"{name} ended at once:\n{last_lines(server.log)}")
        return answers()

    wait_until(ready, f"{name} to answer", 120)


def wait_until(ready: Callable[[], bool], what: str, seconds: float) -> None:
    """Ask again and again; raises ServerError at the deadline."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise _in_vain(what, seconds)
        time.sleep(_PAUSE)


def _in_vain(what: str, seconds: float) -> ServerError:
    return ServerError(f"waited {seconds:.0f} s in vain for {what}")


def _as_user(user: int | None) -> dict[str, Any]:
    if user is None:
        return {}
    # Where we stand may be closed to that account.
    return {"user": user, "group": pwd.getpwuid(user).pw_gid, "extra_groups": [], "cwd": "/"}


def unprivileged_user() -> int | None:
    """Return the account for a program that refuses to run as root, or None if we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    raise ServerError("PostgreSQL refuses to run as root, and there is no account `nobody`")
