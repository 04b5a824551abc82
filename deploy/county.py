"""The fictional county in a running system: loaded once, and compared with what was published."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from deploy.demo import match, oracle
from deploy.demo.county import published_county
from deploy.demo.load import Loader, Report, load
from libs.common.pages.people import COUNTY
from libs.common.security import DemoIssuer, Role

YEAR = "2018-19"
TOKEN_LIFETIME = timedelta(hours=12)
LINE_EVERY_SECONDS = 5.0
"""How often a line says how far the load is, where there is no terminal for a bar."""


def _marker(folder: Path) -> Path:
    """Return the file that says, once it is there, that the county was loaded to its end."""
    return folder / COUNTY


async def loaded(client: httpx.AsyncClient, folder: Path) -> None:
    """Load the fictional county, unless the marker says that it was loaded to the end."""
    if _marker(folder).exists():
        return
    with _reporting() as report:
        county = published_county()
        done = await load(client, county, lambda role, name: token(folder, role, name), report)
    draft = _marker(folder).with_suffix(".part")
    draft.write_text(json.dumps(_people(done)))
    draft.replace(_marker(folder))


@contextmanager
def _reporting() -> Iterator[Report]:
    """Show how much of the county is loaded and what is left: a bar, or plain lines."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
        return
    columns = (
        TextColumn("{task.description:32}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("loading the fictional county", total=None)
        yield lambda what, sent, of: progress.update(
            task, description=what, completed=sent, total=of
        )


class _Lines:
    """Says every few seconds, and at the end, how far the load is."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._said = clock()

    def __call__(self, what: str, sent: int, of: int) -> None:
        """Take how many records of how many there are by now, and what is sent just now."""
        now = self._clock()
        if now - self._said < LINE_EVERY_SECONDS and sent < of:
            return
        self._said = now
        left = (now - self._began) / sent * (of - sent)
        line = f"loading the fictional county: {sent:,} of {of:,} records ({sent * 100 // of}%)"
        rest = f"{of - sent:,} left, about {left:.0f} s" if sent < of else "all sent"
        print(f"{line}, {rest}; {what}", file=sys.stderr, flush=True)


def _people(done: Loader) -> dict[str, Any]:
    """Return an example person for each role that reaches no further than their own."""
    return {
        "support-teacher": {"staff_id": done.staff["ST-010"]},
        "area-manager": {"teams": [done.team["T1"]]},
        "school-senco": {"schools": [done.school["900001"]]},
        "parent": {"children": [done.child["CH-0001"]]},
    }


async def compared(
    client: httpx.AsyncClient, folder: Path, *, with_oracle: bool = False
) -> list[match.Row]:
    """Return the match table's rows: published against computed, and the oracle's if asked."""
    answer = await client.get(
        f"/reporting/v1/reports/{YEAR}",
        headers={"Authorization": f"Bearer {token(folder, 'head-of-service')}"},
    )
    report = answer.raise_for_status().json()
    rows = match.rows(match.published(), report["figures"], report["statements"])
    if with_oracle:
        county = published_county()
        second, third = oracle.figures(county, YEAR), oracle.statements(county, YEAR)
        return match.oracle_rows(rows, report["figures"], second, third)
    return rows


def token(folder: Path, role: str, subject: str = "") -> str:
    """Return a token for a role; people of their own reach get an example's ids."""
    people = json.loads(_marker(folder).read_text()) if _marker(folder).exists() else {}
    own = people.get(role, {})
    try:
        known = Role(role)
    except ValueError:
        raise SystemExit(f"ROLE is one of: {', '.join(Role)}") from None
    return DemoIssuer(folder).token(
        known,
        subject=subject or f"demo-{role}",
        **own,
        lifetime=TOKEN_LIFETIME,
    )
