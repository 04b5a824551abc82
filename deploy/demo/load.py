"""Sends a county's raw records to the services, over the public HTTP interface and nothing else.

Every record has a natural key, so a load that was killed is simply begun again.
"""

import asyncio
import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.demo.records import County, Record
from deploy.demo.stages import stages

ROWS_A_CALL = 2_500
SETTLED_WITHIN_SECONDS = 120.0

Ids = dict[str, str]
Report = Callable[[str, int, int], None]
"""Told of progress: what was sent last, how many of the county's records were, out of how many."""


class LoadFailed(RuntimeError):
    """A service refused a record of the county, which is then a fault of ours."""


@dataclass
class Loader:
    """Loads one county. Ids are learnt from the services' answers and kept by reference."""

    client: httpx.AsyncClient
    head: Mapping[str, str]
    """The headers by which the Head of Service is known."""
    administrator: Mapping[str, str]
    """Those of who loads what teachers reported and recorded, which the Head does not write."""
    adviser: Mapping[str, str]
    report: Report
    school: Ids = field(default_factory=dict)
    team: Ids = field(default_factory=dict)
    staff: Ids = field(default_factory=dict)
    child: Ids = field(default_factory=dict)
    referral: Ids = field(default_factory=dict)
    case: Ids = field(default_factory=dict)
    review: Ids = field(default_factory=dict)
    result: Ids = field(default_factory=dict)
    wave: Ids = field(default_factory=dict)
    response: Ids = field(default_factory=dict)
    delivery: Ids = field(default_factory=dict)
    sent: int = 0
    total: int = 0

    async def load(self, county: County) -> None:
        """Send everything, in an order in which each thing is known before it is named."""
        self.total = sum(len(stage.records) for stage in stages(county))
        await self._people(county)
        await self._casework(county)
        await self.settle("assessment", "survey")
        await self._learning(county)
        await self._voices(county)
        self.report("waiting until reporting has applied them", self.sent, self.total)
        await self.settle("reporting")

    async def _people(self, county: County) -> None:
        await self._schools(county)
        self.team = await self._send("referral", "teams", county.teams, "code")
        self.staff = await self._send("referral", "staff", county.staff, "reference")
        self.child = await self._send("referral", "children", county.children, "reference")

    async def _casework(self, county: County) -> None:
        self.referral = await self._send(
            "referral", "referrals", self._named(county.referrals, child="child"), "reference"
        )
        await self._send(
            "referral", "eligibility-checks", self._named(county.checks, referral="referral")
        )
        await self._send(
            "referral", "decisions", self._named(county.decisions, referral="referral")
        )
        ids = await self._send(
            "referral",
            "cases",
            self._named(county.cases, referral="referral", staff="staff"),
            "referral_id",
        )
        reference_of = {id_: reference for reference, id_ in self.referral.items()}
        self.case = {reference_of[referral]: case for referral, case in ids.items()}
        await self._casework_of_cases(county)

    async def _casework_of_cases(self, county: County) -> None:
        await self._send(
            "referral", "allocations", self._named(county.allocations, case="case", staff="staff")
        )
        await self._send("referral", "visits", self._named(county.visits, case="case"))
        reviews = self._named(county.reviews, case="case")
        for row in reviews:
            row["key"] = f"{row['case_id']} {row['held_on']}"
        self.review = await self._send("referral", "reviews", reviews, "key", self.administrator)
        await self._send("referral", "continuations", self._continuations(county))
        await self._send("referral", "risk-assessments", self._named(county.risks, case="case"))
        await self._send(
            "referral", "exclusions", self._named(county.exclusions, child="child", school="school")
        )
        await self._send("referral", "endings", self._named(county.endings, case="case"))

    def _continuations(self, county: County) -> list[Record]:
        rows = []
        for record in county.continuations:
            row = dict(record)
            key = f"{self.case[row.pop('case')]} {row.pop('held_on')}"
            rows.append({**row, "review_id": self.review[key]})
        return rows

    async def _learning(self, county: County) -> None:
        for criteria in county.criteria:
            await self._adopt(criteria)
            self._sent("assessment: criteria", 1)
        self.result = await self._send(
            "assessment",
            "results",
            self._named(county.results, child="child"),
            "reference",
            self.administrator,
        )
        await self._send(
            "assessment", "corrections", self._named(county.corrections, assessment="result")
        )
        await self._send("assessment", "voids", self._named(county.voids, assessment="result"))
        await self._send(
            "assessment", "teaching-judgements", self._named(county.judgements, staff="staff")
        )
        await self._send("assessment", "dialogues", self._named(county.dialogues, team="team"))

    async def _voices(self, county: County) -> None:
        self.wave = await self._send("survey", "waves", county.waves, "reference")
        recipients = [self._recipient(record) for record in county.recipients]
        await self._send("survey", "recipients", recipients)
        for wave in county.waves:
            await self._issue(self.wave[wave["reference"]], wave["reference"])
            self._sent("survey: wave-issues", 1)
        self.response = await self._send(
            "survey", "responses", self._named(county.responses, wave="wave"), "reference"
        )
        await self._send(
            "survey", "response-voids", self._named(county.response_voids, response="response")
        )
        self.delivery = await self._send("survey", "deliveries", county.deliveries, "reference")
        await self._send("survey", "ratings", self._named(county.ratings, delivery="delivery"))
        await self._send("survey", "complaints", county.complaints)
        await self._send("survey", "compliments", county.compliments)
        await self._send("survey", "register-checks", county.register_checks)

    def _recipient(self, record: Record) -> Record:
        row = {
            "wave_id": self.wave[record["wave"]],
            "reference": record["reference"],
            "address": record.get("address"),
        }
        if "child" in record:
            row["child_id"] = self.child[record["child"]]
        if "school" in record:
            row["school_id"] = self.school[str(record["school"])]
        return row

    def _named(self, records: Sequence[Record], **names: str) -> list[Record]:
        """Put the services' ids in place of the county's references.

        ``child="child"`` turns ``child`` into ``child_id``, ``assessment="result"`` turns
        ``result`` into ``assessment_id``.
        """
        rows = []
        for record in records:
            row = dict(record)
            for id_name, kind in names.items():
                row[f"{id_name}_id"] = getattr(self, kind)[str(row.pop(kind))]
            rows.append(row)
        return rows

    async def _schools(self, county: County) -> None:
        url = f"/referral/v1/school-extracts?mode=commit&snapshot_on={county.snapshot_on}"
        headers = {**self.head, "Content-Type": "text/csv"}
        answer = await self.client.post(url, content=county.schools.encode(), headers=headers)
        outcomes = _outcomes(answer)
        urns = [row["URN"] for row in csv.DictReader(io.StringIO(county.schools))]
        self.school = {urn: row["id"] for urn, row in zip(urns, outcomes, strict=True)}
        self._sent("referral: school-extracts", 1)

    def _sent(self, what: str, count: int) -> None:
        self.sent += count
        self.report(what, self.sent, self.total)

    async def _send(
        self,
        service: str,
        kind: str,
        rows: Sequence[Record],
        key: str = "",
        sender: Mapping[str, str] | None = None,
    ) -> Ids:
        """Import rows, as the Head unless told; return their ids by the value of ``key``."""
        ids: Ids = {}
        for start in range(0, len(rows), ROWS_A_CALL):
            part = rows[start : start + ROWS_A_CALL]
            lines = "\n".join(
                json.dumps({k: v for k, v in row.items() if k != "key"}) for row in part
            )
            answer = await self.client.post(
                f"/{service}/v1/imports?kind={kind}&mode=commit",
                content=lines.encode(),
                headers={**(sender or self.head), "Content-Type": "application/x-ndjson"},
            )
            for row, outcome in zip(part, _outcomes(answer), strict=True):
                if key:
                    ids[str(row[key])] = outcome["id"]
            self._sent(f"{service}: {kind}", len(part))
        return ids

    async def _adopt(self, criteria: Record) -> None:
        """Propose a year's criteria as the Head and sign them as the Link Adviser."""
        key = f"demo-criteria-{criteria['academic_year']}-{criteria['version']}"
        proposed = await self.client.post(
            "/assessment/v1/criteria",
            json={name: said for name, said in criteria.items() if name != "signed_on"},
            headers={**self.head, "Idempotency-Key": key},
        )
        if proposed.status_code == httpx.codes.CONFLICT:
            return  # proposed and signed by an earlier load whose answers are no longer kept
        _check(proposed)
        body = proposed.json()
        signed = await self.client.post(
            f"/assessment/v1/criteria/{body['criteria_id']}/signature",
            json={"signed_on": criteria.get("signed_on", criteria["adopted_on"])},
            headers={
                **self.adviser,
                "Idempotency-Key": f"{key}-signature",
                "If-Match": proposed.headers["ETag"],
            },
        )
        _check(signed)

    async def _issue(self, wave_id: str, reference: str) -> None:
        url = f"/survey/v1/waves/{wave_id}"
        wave = _check(await self.client.get(url, headers=self.head))
        if wave.json()["state"] == "draft":
            headers = {
                **self.head,
                "Idempotency-Key": f"demo-issue-{reference}",
                "If-Match": wave.headers["ETag"],
            }
            _check(await self.client.post(f"{url}/issue", headers=headers))

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


def _check(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        raise LoadFailed(f"{answer.request.url.path}: {answer.status_code} {answer.text[:300]}")
    return answer


def _outcomes(answer: httpx.Response) -> list[dict[str, Any]]:
    outcomes: list[dict[str, Any]] = _check(answer).json()["outcomes"]
    refused = [row for row in outcomes if row["outcome"] == "refused"]
    if refused:
        raise LoadFailed(f"{answer.request.url.path}: {len(refused)} refused, first: {refused[0]}")
    return outcomes


async def load(
    client: httpx.AsyncClient,
    county: County,
    token: Callable[[str, str], str],
    report: Report,
) -> Loader:
    """Load a county; ``token`` gives one for a role and a name. Return the loader with all ids."""
    head, administrator, adviser = (
        {"Authorization": f"Bearer {token(role, name)}"}
        for role, name in (
            ("head-of-service", "demo-head-of-service"),
            ("administrator", "demo-administrator"),
            ("link-adviser", "demo-link-adviser"),
        )
    )
    loader = Loader(client, head, administrator, adviser, report)
    await loader.load(county)
    return loader
