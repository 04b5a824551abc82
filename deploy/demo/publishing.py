"""Has the fictional county publish its year: the plan, the report's source, reviewed and signed.

All over HTTP, with the county's own clock: the first edition of 2018-19 is signed on 23 December
2019, of what was known at the end of the 20th.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx

from deploy.demo.importing import asked
from libs.common.core.clock import RECORDED_AT

YEAR: Final = "2018-19"
KNOWN_AT: Final = "2019-12-20"
SIGNED_ON: Final = "2019-12-23"
SOURCE: Final = Path(__file__).with_name("report_2018_19.md")
PLAN: Final = {
    "agreed_on": "2018-09-21",
    "vision": "Every child learns among friends, near home, with adults who know how.",
    "priorities": [
        {
            "code": code,
            "words": words,
            "owner": owner,
            "status": status,
            "status_on": "2019-07-19",
        }
        for code, words, owner, status in (
            ("P1", "Progress is judged alike in every team.", "Head of Service", "achieved"),
            (
                "P2",
                "Schools are ready for pre-key-stage standards.",
                "Area manager, training",
                "achieved",
            ),
            (
                "P3",
                "Fewer children are at risk of exclusion, and sooner known.",
                "Area managers",
                "under-way",
            ),
            (
                "P4",
                "Parents know what their child learns next.",
                "Area manager, partnership",
                "partly-achieved",
            ),
        )
    ],
}
BEFORE: Final = [
    {
        "figure": "survey.parents.return_rate",
        "academic_year": year,
        "printed": printed,
        "value": printed.rstrip("%"),
        "source": f"Annual report of {year}, as it was printed",
    }
    for year, printed in (("2014-15", "64%"), ("2015-16", "66%"))
]
"""Made up, as everything of this county: what it had published before there was the product."""

EXCEPTIONS: Final = (
    "inclusion.permanent_exclusions",
    "inclusion.exclusions_low",
    "inclusion.placements_maintained",
)
"""What the publication says of one child: the exclusion, and two statements that rest on it."""

MOST_TIMES: Final = 20
"""How often the draft is looked through and signed, where records change meanwhile."""
MEANWHILE: Final = (httpx.codes.CONFLICT, httpx.codes.PRECONDITION_FAILED)
"""How is answered what was decided on something that is another now."""
REST: Final = 0.5
"""Seconds until it is looked through again: a record that was changed is on its way."""

_API: Final = "/reporting/v1"
Headers = Mapping[str, str]


class Refused(RuntimeError):
    """The services answered no; ``status`` says how."""

    def __init__(self, answer: httpx.Response) -> None:
        """Keep the answer."""
        path = answer.request.url.path
        super().__init__(f"{path}: {answer.status_code} {answer.text[:2000]}")
        self.status = answer.status_code


async def publish(
    client: httpx.AsyncClient, head: Headers, adviser: Headers, governance: Headers
) -> None:
    """Publish the year's first edition, unless an earlier load has."""
    there = _done(await client.get(f"{_API}/editions/{YEAR}"))
    if there:
        return
    at = {RECORDED_AT: f"{SIGNED_ON}T10:00:00+00:00"}
    drafting = _Drafting(client, {**head, **at}, {**adviser, **at})
    await drafting.records()
    await drafting.exceptions({**governance, **at})
    await drafting.edition()


class _Drafting:
    """One draft on its way, each step at the version that is there."""

    def __init__(self, client: httpx.AsyncClient, head: Headers, adviser: Headers) -> None:
        self._client, self._head, self._adviser = client, head, adviser
        self._reading = {name: text for name, text in head.items() if name != RECORDED_AT}
        self._draft = ""

    async def records(self) -> None:
        """Keep the Service Plan, and what was published before."""
        await self._sent("PUT", f"{_API}/service-plans/{YEAR}", PLAN)
        for value in BEFORE:
            await self._sent("POST", f"{_API}/published-values", value)

    async def exceptions(self, governance: Headers) -> None:
        """Have the Head of Service ask to show one child, and information governance allow it."""
        for place in EXCEPTIONS:
            wanted = {"academic_year": YEAR, "place": place, "until": "2099-12-31"}
            said = {**wanted, "grounds": "public-already"}
            one = await self._sent("POST", f"{_API}/exceptions", said)
            url = f"{_API}/exceptions/{one['exception_id']}"
            read = await self._client.get(url, headers=self._reading)
            if _done(read)["state"] == "asked":
                version = {"If-Match": read.headers["ETag"]}
                await self._sent("POST", f"{url}/allowance", None, {**governance, **version})

    async def edition(self) -> None:
        """Draft, review and sign; what changes meanwhile is looked through again."""
        opened = {"academic_year": YEAR, "known_at": KNOWN_AT}
        draft = await self._sent("POST", f"{_API}/drafts", opened)
        self._draft = f"{_API}/drafts/{draft['edition_id']}"
        for left in reversed(range(MOST_TIMES)):
            try:
                await self._signed()
            except Refused as refused:
                if refused.status not in MEANWHILE or not left:
                    raise
                await asyncio.sleep(REST)
            else:
                return

    async def _signed(self) -> None:
        await self._step("source", {"source": SOURCE.read_text()}, method="PUT")
        await self._step("findings", await self._found())
        await self._step("review", {"readers": []})
        await self._notes()
        await self._step("signature", {"signed_on": SIGNED_ON})

    async def _notes(self) -> None:
        """Have the Link Adviser note something, and answer it, as far as neither was done."""
        if not await self._noted():
            noted = {"words": "Say that different children are compared in the two years."}
            await self._step("notes", noted, who=self._adviser)
        for one in await self._noted():
            if one["answer"] is None:
                answer = {"words": "It is said under the progress of children."}
                await self._step(f"notes/{one['number']}/answer", answer)

    async def _noted(self) -> Any:
        return _done(await self._client.get(f"{self._draft}/notes", headers=self._reading))

    async def _found(self) -> dict[str, Any]:
        found = _done(await self._client.get(f"{self._draft}/findings", headers=self._reading))
        some = [{name: one[name] for name in ("finding", "digest")} for one in found]
        return {
            "findings": some,
            "outcome": "followed-up",
            "words": "Looked through with the area managers: entered late, and right.",
        }

    async def _step(
        self, step: str, body: Any, *, method: str = "POST", who: Headers | None = None
    ) -> None:
        read = await self._client.get(self._draft, headers=self._reading)
        version = {"If-Match": read.headers["ETag"]}
        await self._sent(method, f"{self._draft}/{step}", body, {**(who or self._head), **version})

    async def _sent(self, method: str, url: str, body: Any, headers: Headers | None = None) -> Any:
        said = json.dumps([method, url, body, (headers or {}).get("If-Match")], sort_keys=True)
        key = {"Idempotency-Key": f"demo-{hashlib.sha256(said.encode()).hexdigest()}"}
        sent = {**(headers or self._head), **(key if method == "POST" else {})}
        return _done(await asked(self._client, method, url, headers=sent, json=body))


def _done(answer: httpx.Response) -> Any:
    if not answer.is_success:
        raise Refused(answer)
    return answer.json()
