"""Sends a county's raw records to the services, over the public HTTP interface and nothing else.

Each is sent with the instant at which the county recorded it, and a service is told all of its own
in that order. Every record has a natural key, so a load that was killed is simply begun again.
"""

import asyncio
import csv
import io
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import uuid4

import httpx

from deploy.demo.failing import LoadFailed, check, check_outcomes, where_it_is
from deploy.demo.importing import asked, ended, outcomes
from deploy.demo.mistakes import SLIPS, Mistakes
from deploy.demo.recording import Entry, entered_after, entries
from deploy.demo.records import County, Record
from deploy.demo.stages import stages
from libs.common.core.clock import RECORDED_AT

ROLES: Final = ("head-of-service", "administrator", "link-adviser", "county-send-officer")
"""Who loads a county together."""

ROWS_A_CALL = 2_500
SETTLED_WITHIN_SECONDS = 120.0

Ids = dict[str, str]
Headers = Mapping[str, str]
Report = Callable[[str, int, int], None]
"""Told of progress: what was sent last, how many of the county's records were, out of how many."""


@dataclass(frozen=True)
class Kind:
    """How records of a kind are sent."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Which fields name another thing by reference, and what its id is called in a row."""
    learns: str = ""
    """What later records call one of these, whose id is in the answer."""
    key: tuple[str, ...] = ("reference",)
    """The fields by which they name it."""
    untold: tuple[str, ...] = ()
    """What the services are not told."""
    by_administrator: bool = False
    """Whether it is what teachers reported and recorded, which the Head does not write."""
    by_officer: bool = False
    """Whether it is what the county asks, on which the Head decides."""


CASE: Final = {"case": "case_id"}
REFERRAL: Final = {"referral": "referral_id"}
KINDS: Final[Mapping[str, Kind]] = {
    "teams": Kind(learns="team", key=("code",)),
    "staff": Kind(learns="staff"),
    "children": Kind(learns="child"),
    "referrals": Kind({"child": "child_id"}, learns="referral", by_officer=True),
    "eligibility-checks": Kind(REFERRAL),
    "decisions": Kind(REFERRAL),
    "cases": Kind(REFERRAL | {"staff": "staff_id"}, learns="case", key=("referral",)),
    "allocations": Kind(CASE | {"staff": "staff_id"}),
    "visits": Kind(CASE),
    "reviews": Kind(CASE, learns="review", key=("case", "held_on"), by_administrator=True),
    "continuations": Kind({"review": "review_id"}),
    "risk-assessments": Kind(CASE),
    "exclusions": Kind({"child": "child_id", "school": "school_id"}, learns="exclusion"),
    "endings": Kind(CASE),
    "results": Kind({"child": "child_id"}, learns="result", by_administrator=True),
    "corrections": Kind({"result": "assessment_id"}),
    "voids": Kind({"result": "assessment_id"}),
    "teaching-judgements": Kind(
        {"staff": "staff_id"}, learns="teaching", key=("staff", "academic_year")
    ),
    "dialogues": Kind({"team": "team_id"}),
    "waves": Kind(learns="wave"),
    "recipients": Kind(
        {"wave": "wave_id", "child": "child_id", "school": "school_id"}, untold=("parent",)
    ),
    "responses": Kind({"wave": "wave_id"}, learns="response"),
    "response-voids": Kind({"response": "response_id"}),
    "deliveries": Kind(learns="delivery"),
    "ratings": Kind({"delivery": "delivery_id"}, learns="rating", key=("delivery", "form")),
    "complaints": Kind(),
    "compliments": Kind(),
    "register-checks": Kind(),
}


@dataclass
class Loader:
    """Loads one county. Ids are learnt from the services' answers and kept by reference."""

    client: httpx.AsyncClient
    head: Headers
    """The headers by which the Head of Service is known."""
    administrator: Headers
    """Those of who loads what teachers reported and recorded, which the Head does not write."""
    adviser: Headers
    officer: Headers
    report: Report
    on: date | None = None
    """The one day on which everything is entered; if none, each on its own."""
    ids: dict[str, Ids] = field(default_factory=lambda: defaultdict(dict))
    sent: int = 0
    total: int = 0
    mistakes: Mistakes = field(init=False)

    async def load(self, county: County) -> None:
        """Send everything, in an order in which each thing is known before it is named."""
        self.total = sum(len(stage.records) for stage in stages(county))
        self.mistakes = Mistakes(county)
        await self._told(county, "referral")
        await self.settle("assessment", "survey")
        await self._told(county, "assessment")
        await self._told(county, "survey")
        self.report("waiting until reporting has applied them", self.sent, self.total)
        await self.settle("reporting")

    async def _told(self, county: County, service: str) -> None:
        """Tell a service all that is its own."""
        for entry in entries(county, service, self.on):
            with where_it_is(service, entry):
                await self._tell(service, entry)
            if entry.puts_right:
                continue
            self.sent += len(entry.records)
            self.report(f"{service}: {entry.kind}", self.sent, self.total)

    async def _tell(self, service: str, entry: Entry) -> None:
        """Send what was recorded together, or put it right."""
        if entry.puts_right:
            await self._put_right(entry)
        elif entry.kind in KINDS:
            await self._import(service, entry)
        else:
            await self._by_themselves(entry)

    async def _by_themselves(self, entry: Entry) -> None:
        sending = {
            "school-extracts": self._extract,
            "conversions": self._convert,
            "pauses": self._pause,
            "merges": self._merge,
            "criteria": self._adopt,
            "wave-issues": self._issue,
        }
        for record in entry.records:
            await sending[entry.kind](record, entry.at)

    async def _import(self, service: str, entry: Entry) -> None:
        """Import what was recorded together; keep the ids by which it is named later."""
        kind = KINDS[entry.kind]
        sender = self.officer if kind.by_officer else self.head
        sender = self.administrator if kind.by_administrator else sender
        headers = {**sender, **_at(entry.at), "Content-Type": "application/x-ndjson"}
        url = f"/{service}/v1/imports?kind={entry.kind}&mode=commit"
        for start in range(0, len(entry.records), ROWS_A_CALL):
            part = entry.records[start : start + ROWS_A_CALL]
            outcomes = await self._sent(url, headers, entry.kind, part)
            if kind.learns:
                names = [" ".join(str(record[name]) for name in kind.key) for record in part]
                ids = [outcome["id"] for outcome in outcomes]
                self.ids[kind.learns] |= zip(names, ids, strict=True)

    async def _sent(
        self, url: str, headers: Headers, kind: str, records: Sequence[Record]
    ) -> list[dict[str, Any]]:
        """Send records as they were typed; what an earlier load put right already, as it is."""
        typed = [self._row(kind, self.mistakes.typed(record)) for record in records]
        outcomes = await self._rows(url, headers, typed, told=bool(KINDS[kind].learns))
        right = [
            number
            for number, one in enumerate(outcomes)
            if one["outcome"] == "refused" and self.mistakes.made_in(records[number])
        ]
        if right:
            told = [self._row(kind, records[number]) for number in right]
            for number, one in zip(right, await self._rows(url, headers, told), strict=True):
                outcomes[number] = one
        check_outcomes(url, outcomes)
        return outcomes

    async def _rows(
        self, url: str, headers: Headers, rows: Sequence[Record], *, told: bool = True
    ) -> list[dict[str, Any]]:
        """Import rows; return what became of each, where it is to be told or some were refused."""
        lines = "\n".join(map(json.dumps, rows))
        return await self._file(url, headers, lines.encode(), told=told)

    async def _file(
        self, url: str, headers: Headers, content: bytes, *, told: bool = True
    ) -> list[dict[str, Any]]:
        """Send a file and wait for its end; return the outcomes of its rows where they are told."""
        key = {"Idempotency-Key": str(uuid4())}
        sent = check(await self._post(url, {**headers, **key}, content=content))
        reading = {name: text for name, text in headers.items() if name != RECORDED_AT}
        said = await ended(self.client, sent.headers["Location"], reading)
        if said["state"] != "completed":
            raise LoadFailed(f"{url}: {said['state']} {said['problem']}")
        if not told and not said["refused"]:
            return []
        return await outcomes(self.client, said["url"], reading)

    async def _put_right(self, entry: Entry) -> None:
        """Correct what was mistyped, each record by itself at the version that is there."""
        kind, slip = KINDS[entry.kind], SLIPS[entry.kind]
        for record in entry.records:
            ids = {name: self.ids[name][str(record[name])] for name in kind.names}
            if kind.learns:
                name = " ".join(str(record[part]) for part in kind.key)
                ids[kind.learns] = self.ids[kind.learns][name]
            url = slip.address.format(**record | ids)
            told = {
                slip.renamed.get(name, name): ids.get(name, record[name])
                for name in slip.tells
                if record.get(name) is not None
            }
            said = told | {"reason": "typing-error"}
            await self._changed(url, "corrections", said, entry.at)

    def _row(self, kind: str, record: Record) -> Record:
        """Put the services' ids in place of the county's references."""
        row = dict(record)
        if kind == "continuations":
            row["review"] = f"{row.pop('case')} {row.pop('held_on')}"
        for name, id_name in KINDS[kind].names.items():
            if name in row:
                row[id_name] = self.ids[name][str(row.pop(name))]
        for name in KINDS[kind].untold:
            row.pop(name, None)
        return row

    async def _extract(self, extract: Record, at: datetime) -> None:
        url = f"/referral/v1/school-extracts?mode=commit&snapshot_on={extract['snapshot_on']}"
        headers = {**self.head, **_at(at), "Content-Type": "text/csv"}
        rows = await self._file(url, headers, extract["extract"].encode())
        check_outcomes(url, rows)
        urns = [row["URN"] for row in csv.DictReader(io.StringIO(extract["extract"]))]
        self.ids["school"] |= zip(urns, (row["id"] for row in rows), strict=True)

    async def _convert(self, news: Record, at: datetime) -> None:
        """Send what the register says of schools that became others, and of what became of them."""
        await self._extract(news, at)
        headers = {**self.head, **_at(at), "Content-Type": "text/csv"}
        url = "/referral/v1/school-links?mode=commit"
        check_outcomes(url, await self._file(url, headers, news["links"].encode()))

    async def _pause(self, pause: Record, at: datetime) -> None:
        """Tell of a pause that is over."""
        url = f"/referral/v1/cases/{self.ids['case'][pause['case']]}"
        paused = {name: pause[name] for name in ("paused_on", "reason")}
        known = await self.client.get(f"{url}/pauses/{pause['paused_on']}", headers=self.head)
        if known.status_code == httpx.codes.NOT_FOUND:
            await self._changed(url, "pause", paused, at)
            await self._changed(url, "resumption", {"resumed_on": pause["resumed_on"]}, at)

    async def _merge(self, double: Record, at: datetime) -> None:
        """Say that two records are of one child, and have them be one."""
        kept, other = (self.ids["child"][double[name]] for name in ("child", "reference"))
        found = await self.client.get(
            f"/referral/v1/duplicates?record_id={other}", headers=self.head
        )
        pairs = [one for one in check(found).json()["items"] if kept in one["record_ids"]]
        if len(pairs) != 1:
            raise LoadFailed(f"{other} is proposed {len(pairs)} times as the same child as {kept}")
        [pair] = pairs
        if pair["merged_on"] is None:
            url = f"/referral/v1/duplicates/{pair['duplicate_id']}"
            await self._changed(url, "confirmation", {"reason": "checked-with-county"}, at)
            await self._changed(url, "merge", {"kept_id": kept}, at)

    async def _changed(self, url: str, step: str, body: Record, at: datetime) -> None:
        """Take a step of a record at the version that is there."""
        version = check(await self.client.get(url, headers=self.head)).headers["ETag"]
        headers = {
            **self.head,
            **_at(at),
            "Idempotency-Key": f"demo-{step}-{url}-{version}",
            "If-Match": version,
        }
        check(await self._post(f"{url}/{step}", headers, json=body))

    async def _adopt(self, criteria: Record, at: datetime) -> None:
        """Propose a year's criteria as the Head, then sign them, ``at``, as the Link Adviser."""
        key = f"demo-criteria-{criteria['academic_year']}-{criteria['version']}"
        said = {name: value for name, value in criteria.items() if name != "signed_on"}
        adopted = entered_after(date.fromisoformat(criteria["adopted_on"]))
        headers = {**self.head, **_at(adopted), "Idempotency-Key": key}
        proposed = await self._post("/assessment/v1/criteria", headers, json=said)
        if proposed.status_code == httpx.codes.CONFLICT:
            return  # proposed and signed by an earlier load whose answers are no longer kept
        url = f"/assessment/v1/criteria/{check(proposed).json()['criteria_id']}/signature"
        headers = {
            **self.adviser,
            **_at(at),
            "Idempotency-Key": f"{key}-signature",
            "If-Match": proposed.headers["ETag"],
        }
        check(await self._post(url, headers, json={"signed_on": criteria["signed_on"]}))

    async def _issue(self, issue: Record, at: datetime) -> None:
        url = f"/survey/v1/waves/{self.ids['wave'][issue['wave']]}"
        wave = check(await self.client.get(url, headers=self.head))
        if wave.json()["state"] == "draft":
            headers = {
                **self.head,
                **_at(at),
                "Idempotency-Key": f"demo-issue-{issue['wave']}",
                "If-Match": wave.headers["ETag"],
            }
            check(await self._post(f"{url}/issue", headers))

    async def _post(self, url: str, headers: Headers, **body: Any) -> httpx.Response:
        """Post, again after a rest where one caller may not ask that often."""
        return await asked(self.client, "POST", url, headers=headers, **body)

    async def settle(self, *listeners: str) -> None:
        """Wait until the listeners have applied all that was published."""
        deadline = asyncio.get_running_loop().time() + SETTLED_WITHIN_SECONDS
        while not await self._settled(listeners):
            if asyncio.get_running_loop().time() > deadline:
                raise LoadFailed("the listeners did not catch up in time")
            await asyncio.sleep(0.1)

    async def _settled(self, listeners: Iterable[str]) -> bool:
        for publisher in ("referral", "assessment", "survey"):
            if (await self._state(publisher))["relay"]["pending"]:
                return False
        for listener in listeners:
            consumer = (await self._state(listener))["consumer"]
            if consumer["lag"] != 0:
                return False
            if consumer["dead_letters"]:
                raise LoadFailed(f"{listener} has dead letters")
        return True

    async def _state(self, service: str) -> dict[str, Any]:
        state: dict[str, Any] = (await self.client.get(f"/{service}/health/ready")).json()
        return state


def _at(instant: datetime) -> dict[str, str]:
    return {RECORDED_AT: instant.isoformat()}


@asynccontextmanager
async def client_of(addresses: Mapping[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client that sends each request to the service its path begins with.

    ``addresses`` are the services' own; a reverse proxy before them would do the same.
    """

    async def to_its_service(request: httpx.Request) -> None:
        at = httpx.URL(addresses[request.url.path.split("/")[1]])
        request.url = request.url.copy_with(host=at.host, port=at.port)

    hooks = {"request": [to_its_service]}
    async with httpx.AsyncClient(
        event_hooks=hooks, base_url="http://127.0.0.1", timeout=120
    ) as client:
        yield client


async def load(
    client: httpx.AsyncClient,
    county: County,
    tokens: Mapping[str, str],
    report: Report,
    on: date | None = None,
) -> Loader:
    """Load a county with a token for each of ROLES; with ``on`` as entered on that one day.

    Return the loader with all ids.
    """
    head, administrator, adviser, officer = (
        {"Authorization": f"Bearer {tokens[role]}"} for role in ROLES
    )
    loader = Loader(client, head, administrator, adviser, officer, report, on)
    await loader.load(county)
    return loader
