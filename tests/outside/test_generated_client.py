"""A client that openapi-python-client makes of the documents, and an integrator's day with it."""

import asyncio
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, get_args
from uuid import UUID, uuid4

import httpx
import pytest

from deploy.demo.county import small_county
from deploy.services import SERVICES
from libs.common.security import Role
from tests.journeys.casework import CHILD
from tests.worlds import EMBEDDED, World, world_of

API = Path(__file__).parents[2] / "docs" / "api"
GENERATOR = Path(sys.executable).with_name("openapi-python-client")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Make a client of each document; give what the generator said."""
    folder = tmp_path_factory.mktemp("clients")
    made = {service.name: _made(folder, service.name) for service in SERVICES}
    sys.path.insert(0, str(folder))
    yield made
    sys.path.remove(str(folder))


def _made(folder: Path, service: str) -> str:
    command = [str(GENERATOR), "generate", "--meta", "none", "--path"]
    command += [str(API / f"{service}.openapi.json"), "--config", str(API / "python-client.yaml")]
    command += ["--output-path", str(folder / f"made_{service}")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def operation_ids(service: str) -> list[str]:
    document = json.loads((API / f"{service}.openapi.json").read_text())
    return [one["operationId"] for path in document["paths"].values() for one in path.values()]


def module(service: str, operation_id: str) -> Any:
    """Return the generated module of an operation."""
    name = "".join(f"_{c.lower()}" if c.isupper() else c for c in operation_id)
    made = Path(importlib.import_module(f"made_{service}").__path__[0])
    (found,) = made.glob(f"api/*/{name}.py")
    return importlib.import_module(f"made_{service}.api.{found.parent.name}.{name}")


def test_every_operation_is_generated_under_its_name(generated: dict[str, str]) -> None:
    for service, said in generated.items():
        assert "WARNING" not in said, said
        ids = operation_ids(service)
        assert len(ids) == len(set(ids))
        for one in ids:
            assert one.isalnum(), one
            assert not one.startswith(("post", "put")), one
            assert callable(module(service, one).asyncio_detailed), one


class Caller:
    """The generated clients, with somebody's token."""

    def __init__(self, world: World, role: Role, **claims: Any) -> None:
        self._token = world.issuer.token(role, **claims)
        self._transport = httpx.ASGITransport(world.system.app)

    async def __call__(self, service: str, operation: str, *of: Any, **given: Any) -> Any:
        """Call an operation; a body is written as the model that the operation takes."""
        client = importlib.import_module(f"made_{service}").AuthenticatedClient(
            base_url=f"http://test/{service}",
            token=self._token,
            httpx_args={"transport": self._transport},
        )
        called = module(service, operation)
        if "idempotency_key" in called.asyncio_detailed.__annotations__:
            given.setdefault("idempotency_key", str(uuid4()))
        taken = called.asyncio_detailed.__annotations__
        made = {name: as_taken(value, taken[name]) for name, value in given.items()}
        async with client as open_client:
            return await called.asyncio_detailed(*of, client=open_client, **made)


def as_taken(value: Any, kind: Any) -> Any:
    """Return a value as the kind that an operation takes: a model of a body, a code of a list."""
    for one in (kind, *get_args(kind)):
        if isinstance(value, dict) and hasattr(one, "from_dict"):
            return one.from_dict(value)
        if isinstance(value, str) and isinstance(one, type) and issubclass(one, Enum):
            return one(value)
    return value


def file_of(text: str) -> Any:
    return importlib.import_module("made_referral.types").File(payload=text.encode())


async def test_a_day_in_the_life_of_an_integrator(
    generated: dict[str, str],
    tmp_path: Path,
) -> None:
    async with world_of(EMBEDDED, tmp_path, SERVICES) as world:
        county = Caller(world, Role.COUNTY_SEND_OFFICER, subject="county-system")
        head = Caller(world, Role.HEAD_OF_SERVICE)
        case, etag = await supported(county, head)
        rows = f"case_id,week_beginning,planned,attended\n{case},2018-10-08,1,1\n"
        outcomes = await imported(head, "visits", rows + f"{case},2018-10-09,1,1\n")
        assert outcomes == [("created", None), ("refused", "rejected")]
        ended = {"ended_on": "2019-07-19", "reason": "moved-out"}
        shown = await head("referral", "getCase", case)
        assert shown.headers["etag"] != etag
        stale = await head("referral", "endSupport", case, body=ended, if_match=etag)
        assert (stale.status_code, stale.parsed.code) == (412, "changed-meanwhile")
        version = shown.headers["etag"]
        done = await head("referral", "endSupport", case, body=ended, if_match=version)
        assert (done.status_code, done.parsed.state) == (200, "ended")
        feed = await head("referral", "getChanges", limit=200)
        assert {one.kind for one in feed.parsed.items} >= {"children", "referrals", "cases"}


async def supported(county: Caller, head: Caller) -> tuple[UUID, str]:
    """Take a child from the county's system to support; return the case and its ETag."""
    schools = file_of(small_county(1).schools)
    when = date(2018, 9, 1)
    loaded = await head(
        "referral", "importSchoolExtract", body=schools, snapshot_on=when, mode="commit"
    )
    assert loaded.status_code in (200, 202), loaded.content
    member = {"name": "Testcase Teacher", "post": "specialist-teacher", "fte": "0.80"}
    member |= {"appointed_on": "2015-09-01"}
    staff = await head("referral", "recordStaffMember", "S1", body=member)
    wrong = {**CHILD, "upn": "A000000000000"}
    refused = await county("referral", "recordChild", "county", "C1", body=wrong)
    assert refused.status_code == 422
    assert [(one.pointer, one.detail) for one in refused.parsed.errors] == [
        ("/upn", "is not a UPN with the right check letter")
    ]
    child = await county("referral", "recordChild", "county", "C1", body=CHILD)
    assert (child.status_code, child.headers["etag"]) == (201, '"1"')
    same = await county("referral", "recordChild", "county", "C1", body=CHILD)
    assert (same.status_code, same.parsed.child_id) == (200, child.parsed.child_id)
    asked = {"reference": "R1", "child_id": str(child.parsed.child_id)}
    asked |= {"submitted_on": "2018-09-03"}
    evidence = {"significant_barriers": True, "complex_needs": True}
    referral = await county("referral", "submitReferral", body={**asked, "evidence": evidence})
    id_ = referral.parsed.referral_id
    checked = await head("referral", "checkEligibility", id_, body={"checked_on": "2018-09-10"})
    assert (checked.status_code, checked.parsed.answer) == (201, "yes")
    decision = {"decision": "agree", "decided_on": "2018-09-20", "reason": "meets-criteria"}
    decided = await head("referral", "decideReferral", id_, body=decision)
    assert decided.status_code == 200, decided.content
    start = {"referral_id": str(id_), "staff_id": str(staff.parsed.staff_id)}
    case = await head("referral", "startSupport", body={**start, "started_on": "2018-10-01"})
    assert (case.status_code, case.parsed.state) == (201, "active")
    assert case.headers["location"] == f"/referral/v1/cases/{case.parsed.case_id}"
    return case.parsed.case_id, case.headers["etag"]


async def imported(caller: Caller, kind: str, text: str) -> list[tuple[str, str | None]]:
    """Import a file and return each row's outcome and code."""
    started = await caller("referral", "startImport", body=file_of(text), kind=kind, mode="commit")
    assert started.status_code == 202, started.content
    id_ = started.parsed.import_id
    deadline = asyncio.get_running_loop().time() + 20
    while (await caller("referral", "getImport", id_)).parsed.state in ("waiting", "running"):
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)
    rows = await caller("referral", "listImportRows", id_)
    return [(row.outcome.value, row.code) for row in rows.parsed.items]
