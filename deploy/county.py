"""The fictional county in a running system: loaded once, and compared with what was published."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.demo import match, oracle
from deploy.demo.county import published_county
from deploy.demo.load import Loader, load
from libs.common.auth import DemoIssuer, Role

YEAR = "2018-19"
TOKEN_LIFETIME = timedelta(hours=12)


def _marker(folder: Path) -> Path:
    """Return the file that says, once it is there, that the county was loaded to its end."""
    return folder / "county-loaded.json"


async def loaded(client: httpx.AsyncClient, folder: Path) -> None:
    """Load the fictional county, unless the marker says that it was loaded to the end."""
    if _marker(folder).exists():
        return
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:32}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("loading the fictional county")
        done = await load(
            client,
            published_county(),
            lambda role, name: token(folder, role, name),
            lambda what, sent, of: progress.update(
                task, description=what, completed=sent, total=of
            ),
        )
    draft = _marker(folder).with_suffix(".part")
    draft.write_text(json.dumps(_people(done)))
    draft.replace(_marker(folder))


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
        teams=[UUID(one) for one in own.get("teams", [])],
        schools=[UUID(one) for one in own.get("schools", [])],
        children=[UUID(one) for one in own.get("children", [])],
        staff_id=UUID(own["staff_id"]) if "staff_id" in own else None,
        lifetime=TOKEN_LIFETIME,
    )
