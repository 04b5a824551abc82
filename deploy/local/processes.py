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
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from deploy.local import pids

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


class Closing(Exception):
    """Everything is being stopped, so nothing more is started and nothing waited for."""


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


class Server:
    """A running process: its log, and the signal that stops it in an orderly way."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, stop_signal: int) -> None:
        self.process = process
        self.log = log
        self.stop_signal = stop_signal

    @property
    def ended(self) -> bool:
        """Whether the process is over."""
        return self.process.poll() is not None

    def ask_to_stop(self) -> None:
        """Send the signal, without waiting."""
        self.process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Wait until it is over, and kill it if that takes too long."""
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Nursery:
    """The processes one command started, from any of its threads, and the folder for their files.

    A `detached` nursery's processes live on after us unless `close` is called, and each has a
    `<name>.pid` in the folder.
    """

    def __init__(self, folder: Path, *, detached: bool = False) -> None:
        self.folder = folder
        self.detached = detached
        self._servers: list[Server] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def start(
        self,
        command: Command,
        name: str,
        *,
        user: int | None = None,
        stop_signal: int = signal.SIGTERM,
        env: Mapping[str, str] | None = None,
    ) -> Server:
        """Start a process that writes to `<name>.log`, with `env` added to our environment.

        It ends with the thread that calls this, which therefore has to live on.
        """
        log = self.folder / f"{name}.log"
        with self._lock, log.open("ab") as output:
            if self._closing.is_set():
                raise Closing
            process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                start_new_session=True,  # Ctrl-C at the terminal is for us to hear, not for them
                # Safe with threads, as it calls one C function that is loaded already.
                preexec_fn=None if self.detached else partial(die_with_parent, stop_signal),  # noqa: PLW1509
                **_as_user(user),
            )
            server = Server(process, log, stop_signal)
            self._servers.append(server)
            if self.detached:
                pids.write(self.folder / f"{name}.pid", process.pid)
        return server

    def running(self, name: str) -> Server:
        """Return the process that writes to `<name>.log` and was started last."""
        log = self.folder / f"{name}.log"
        with self._lock:
            return next(server for server in reversed(self._servers) if server.log == log)

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
            self.wait_until(lambda: server.ended, f"{name} to end", seconds)
        except ServerError:
            server.process.kill()
            server.process.wait()
            raise
        finally:
            (self.folder / f"{name}.pid").unlink(missing_ok=True)
        if server.process.returncode:
            raise ServerError(f"{name} failed:\n{last_lines(server.log)}")

    def wait_for(self, server: Server, answers: Callable[[], bool], name: str) -> None:
        """Ask a server until it answers; raises ServerError if it ends or takes too long."""

        def ready() -> bool:
            if server.ended:
                raise ServerError(f"{name} ended at once:\n{last_lines(server.log)}")
            return answers()

        self.wait_until(ready, f"{name} to answer", 60)

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        """Ask again and again; raises ServerError at the deadline."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self._closing.wait(_PAUSE):
                raise Closing
            if time.monotonic() > deadline:
                raise ServerError(f"waited {seconds:.0f} s in vain for {what}")

    def close(self) -> None:
        """Stop every process."""
        self._closing.set()
        with self._lock:
            running = [server for server in self._servers if not server.ended]
        for server in running:
            server.ask_to_stop()
        for server in running:
            server.stop()


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
