"""The real world for development, living on under ``VAR_DIR/real``: ``make up``, ``make down``."""

import asyncio
import fcntl
import os
import shlex
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from deploy.choices import var_dir
from deploy.local import pids, services
from deploy.local.postgres import STOP_SIGNAL, create_databases
from deploy.local.processes import Nursery, unprivileged_user
from deploy.local.world import started
from libs.common.core.private import PASSED_THROUGH, keep_private


def up(*, county: bool = True) -> None:
    """Start servers and services unless they run, print where they are, and load the county."""
    with _folder() as folder:
        if not _is_up(folder):
            _stop(folder)
            with Nursery(folder, detached=True) as nursery:
                world = started(nursery)
                create_databases(world.database.url)
                addresses = services.start(nursery, world)
                told = services.settings(world, folder)
                _write_env(folder / "env", {**world.addresses, **told, **_variables(addresses)})
                world.describe()
        found = _read_env(folder / "env")
        for name, value in found.items():
            print(f"{name}={_without_password(value)}", flush=True)
        if county:
            addresses = {one: found[f"URL_{one.upper()}"] for one in services.SERVICES}
            print(asyncio.run(services.prove(addresses, folder)))
        # In a subshell: these variables would lead other commands to these servers as well.
        print("\nCommands for them, such as `make token` and `make rebuild`:")
        env = shlex.quote(str(folder / "env"))
        print(f"  (set -a; . {env}; make token ROLE=head-of-service)", flush=True)


def down() -> None:
    """Stop what `up` started, and remove its data unless KEEP=1."""
    with _folder() as folder:
        _stop(folder)
        if os.environ.get("KEEP") != "1":
            shutil.rmtree(folder)


@contextmanager
def _folder() -> Iterator[Path]:
    """Return the servers' folder, for one command at a time."""
    var = var_dir().resolve()
    folder = var / "real"
    for private in (var, folder):
        keep_private(private)
        if unprivileged_user() is not None and not private.stat().st_mode & 0o001:
            private.chmod(PASSED_THROUGH)  # PostgreSQL's account has to get to its own folder
    with (var / "real.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _is_up(folder: Path) -> bool:
    return (folder / "env").exists() and all(map(pids.is_alive, folder.glob("*.pid")))


def _stop(folder: Path) -> None:
    """Stop the services, and then the servers they use."""
    (folder / "env").unlink(missing_ok=True)
    for file in sorted(folder.glob("*.pid"), key=lambda file: file.stem in {"postgres", "kafka"}):
        pids.stop(file, STOP_SIGNAL if file.stem == "postgres" else signal.SIGTERM)


def _variables(addresses: Mapping[str, str]) -> dict[str, str]:
    # Not REFERRAL_URL: a service that reads this environment would take it for a setting of its.
    return {f"URL_{service.upper()}": url for service, url in addresses.items()}


def _write_env(file: Path, variables: Mapping[str, str]) -> None:
    file.touch(mode=0o600)  # POSTGRES_URL may be somebody's own, with a password in it
    lines = (f"{name}={shlex.quote(value)}\n" for name, value in variables.items())
    file.write_text("".join(lines))


def _read_env(file: Path) -> dict[str, str]:
    lines = (line.partition("=") for line in shlex.split(file.read_text()))
    return {name: value for name, _, value in lines}


def _without_password(url: str) -> str:
    password = urlsplit(url).password
    return url.replace(f":{password}@", ":***@") if password else url
