"""Sends a file as an import, waits until it has been carried out, and reads what became of it."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

import httpx

ROWS_A_PAGE: Final = 2_500
MOST_TRIES: Final = 60
LATER: Final = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
OPEN: Final = ("waiting", "running")

Outcomes = list[dict[str, Any]]


class ImportFailed(RuntimeError):
    """An import was not taken in, or was not carried out to its end."""


async def asked(client: httpx.AsyncClient, method: str, url: str, **more: Any) -> httpx.Response:
    """Ask, the same again after a rest where there is too much to do, so many times at most."""
    tries = 0
    while True:
        answer = await client.request(method, url, **more)
        tries += 1
        if answer.status_code not in LATER or tries == MOST_TRIES:
            return answer
        await asyncio.sleep(int(answer.headers["Retry-After"]))


async def posted(
    client: httpx.AsyncClient, url: str, content: bytes | str, headers: Mapping[str, str]
) -> dict[str, Any]:
    """Send an import and wait for its end; return what is said of it. Raises ImportFailed."""
    key = {"Idempotency-Key": str(uuid4())}
    answer = await asked(client, "POST", url, content=content, headers={**headers, **key})
    if answer.status_code != httpx.codes.ACCEPTED:
        raise ImportFailed(f"{answer.request.url.path}: {answer.status_code} {answer.text[:300]}")
    return await ended(client, answer.headers["Location"], headers)


async def ended(client: httpx.AsyncClient, url: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Wait until an import has ended; return what is said of it, with its address."""
    while True:
        answer = await asked(client, "GET", url, headers={**headers, "Prefer": "wait=4"})
        if not answer.is_success:
            raise ImportFailed(f"{url}: {answer.status_code} {answer.text[:300]}")
        said: dict[str, Any] = answer.json()
        if said["state"] not in OPEN:
            return said | {"url": url}


async def outcomes(client: httpx.AsyncClient, url: str, headers: Mapping[str, str]) -> Outcomes:
    """Read what became of each row of an import, in the order of the file."""
    found: Outcomes = []
    after: int | None = 0
    while after is not None:
        wanted = {"after": after, "limit": ROWS_A_PAGE}
        page = await asked(client, "GET", f"{url}/rows", params=wanted, headers=headers)
        found += page.raise_for_status().json()["items"]
        after = page.json()["next"]
    return found


async def imported(
    client: httpx.AsyncClient, url: str, content: bytes | str, headers: Mapping[str, str]
) -> dict[str, Any]:
    """Send an import, wait for its end, and return what is said of it with its rows' outcomes."""
    said = await posted(client, url, content, headers)
    if said["state"] != "completed":
        raise ImportFailed(f"{url}: {said['state']} {said['problem']}")
    return said | {"outcomes": await outcomes(client, said["url"], headers)}
