"""The fictional county in a running system: loaded once, and compared with what was published."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from deploy.demo import match, oracle
from deploy.demo.county import published_county
from deploy.demo.load import ROLES
from deploy.token import token
from libs.common.pages.people import COUNTY

YEAR = "2018-19"
EXIT_NOT_LOADED = 1


def _marker(folder: Path) -> Path:
    """Return the file that says, once it is there, that the county was loaded to its end."""
    return folder / COUNTY


async def loaded(addresses: Mapping[str, str], folder: Path) -> None:
    """Load the fictional county, unless the marker says that it was loaded to the end.

    A process of its own does so, given each service's address: what loading takes is not kept.
    """
    if _marker(folder).exists():
        return
    tokens = {role: token(folder, role) for role in ROLES}
    told = json.dumps({"addresses": dict(addresses), "tokens": tokens})
    loader = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.demo", stdin=PIPE, stdout=PIPE
    )
    try:
        ids, _ = await loader.communicate(told.encode())
    finally:
        if loader.returncode is None:
            loader.terminate()
            await loader.wait()
    if loader.returncode:
        print("The fictional county was not loaded; see above.", file=sys.stderr)
        raise SystemExit(EXIT_NOT_LOADED)
    draft = _marker(folder).with_suffix(".part")
    draft.write_text(json.dumps(_people(json.loads(ids))))
    draft.replace(_marker(folder))


def _people(ids: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return an example person for each role that reaches no further than their own."""
    return {
        "support-teacher": {"staff_id": ids["staff"]["ST-010"]},
        "area-manager": {"teams": [ids["team"]["T1"]]},
        "school-senco": {"schools": [ids["school"]["900001"]]},
        "parent": {"children": [ids["child"]["CH-0001"]]},
    }


async def compared(
    client: httpx.AsyncClient, folder: Path, *, with_oracle: bool = False
) -> list[match.Row]:
    """Return the match table's rows: published against computed, and the oracle's if asked.

    What is computed is read by who sees what passed the disclosure gate, exceptions and all.
    """
    answer = await client.get(
        f"/reporting/v1/reports/{YEAR}",
        headers={"Authorization": f"Bearer {token(folder, 'link-adviser')}"},
    )
    report = answer.raise_for_status().json()
    rows = match.rows(match.published(), report["figures"], report["statements"])
    if with_oracle:
        county = published_county()
        second, third = oracle.figures(county, YEAR), oracle.statements(county, YEAR)
        return match.oracle_rows(rows, report["figures"], second, third)
    return rows
