"""strace on a process on trial: its system calls fail, or it dies at one, from the Nth call on."""

import asyncio
import ctypes
import re
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

WITHIN_SECONDS = 30.0
SYNCS = "fsync,fdatasync"
_PR_SET_PTRACER, _ANYBODY = 0x59616D61, -1


def may_be_traced() -> None:
    """Let strace look at this process though it did not start it: some systems forbid that."""
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, ctypes.c_long(_ANYBODY), 0, 0, 0)


def awaits_tracer() -> None:
    """Wait until strace is there, so that the first call of all is counted."""
    may_be_traced()
    deadline = time.monotonic() + WITHIN_SECONDS
    while re.search(r"^TracerPid:\t0$", Path("/proc/self/status").read_text(), re.MULTILINE):
        assert time.monotonic() < deadline, "nobody came to trace"
        time.sleep(0.001)


@dataclass(frozen=True)
class Fault:
    """What becomes of a system call: of its ``nth`` in each thread, or of all from there on.

    ``how`` is strace's own word: ``error=ENOSPC``, ``signal=SIGKILL``. ``file`` is the one whose
    calls are counted and fail, if not all files' do.
    """

    call: str
    how: str
    nth: int
    lasting: bool = False
    file: str = ""

    def __str__(self) -> str:
        """Write it as strace takes it."""
        return f"{self.call}:{self.how}:when={self.nth}{'+' if self.lasting else ''}"

    def options(self, folder: Path) -> list[str]:
        """Return strace's options; the file is in a folder."""
        options = ["-e", f"trace={self.call}", "-e", f"inject={self}", "-e", "signal=none"]
        return options + (["-P", str(folder / self.file)] if self.file else [])


def hits(log: Path) -> int:
    """Return how many calls strace made to fail; a kill is not counted, the dead do not return."""
    return log.read_text(errors="replace").count("(INJECTED)") if log.exists() else 0


@asynccontextmanager
async def traced(pid: int, fault: Fault | None, log: Path) -> AsyncIterator[None]:
    """Have the process's calls fail as said until the block ends; its threads are all traced."""
    if fault is None:
        yield
        return
    command = ["strace", "-f", "-o", str(log), *fault.options(log.parent), "-p", str(pid)]
    # Not asyncio's own: its watcher and multiprocessing would wait for each other's children.
    strace = subprocess.Popen(command, stderr=subprocess.PIPE)  # noqa: ASYNC220
    assert strace.stderr is not None
    try:
        said = await asyncio.to_thread(strace.stderr.readline)
        assert b"attached" in said, said
        yield
    finally:
        strace.terminate()  # it lets go of the process, which goes on
        await asyncio.to_thread(strace.communicate)
