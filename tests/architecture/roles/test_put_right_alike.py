"""Whatever is put right is put right alike: every correction and withdrawal of the documents.

Each is asked for a reason, a version and all that it needs, is kept in the change log with its
note, told in an event, and moves the record's ETag; what is withdrawn is not withdrawn again.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import httpx
import pytest
from sqlalchemy import select

from deploy.services import SERVICES
from libs.common.http.correcting import declared
from libs.common.persistence.tables import PUBLISHED, change_log, event
from libs.common.security import Role
from tests.architecture.roles.expected import EXPECTED, ROLES
from tests.architecture.roles.operations import operations
from tests.architecture.roles.stage import Stage
from tests.architecture.roles.test_matrix import stage
from tests.architecture.roles.tried import Tried
from tests.architecture.test_put_right import PUTTING_RIGHT, Operation
from tests.imports import imported
from tests.journeys.casework import call

__all__ = ["stage"]
pytestmark = pytest.mark.asyncio(loop_scope="module")

REFERRAL = "/referral/v1"
NOTE = "Made up: read from the wrong line."
OWN = {
    "ending": ("handing-over",),
    "school-moves/void": ("moved-away",),
    "decision": ("unsupported",),
}
"""About whose record each is tried, where it is not the caller's own child or no child's."""

OTHERWISE: Mapping[str, dict[str, Any]] = {
    "quality-dialogues": {"held_on": "2019-11-04"},
    "teaching-judgements": {"judged_on": "2019-06-20"},
    "reviews": {"held_on": "2019-02-28"},
    "continuation": {"decided_on": "2019-03-11"},
    "teams": {"formed_on": "2015-08-31"},
    "managers": {"from_on": "2015-09-02"},
    "names": {"area": "A2"},
    "complaints": {"received_on": "2019-03-03"},
    "compliments": {"received_on": "2019-03-03"},
    "deliveries": {"delivered_on": "2018-10-09"},
    "ratings": {"content": 3},
    "paper-forms": {"received_on": "2019-06-21"},
    "activities": {"held_on": "2019-06-04"},
    "responses": {"channel": "online"},
    "published-values": {"printed": "8"},
}
"""Where the request of the matrix says what is on record already, what it says instead."""

SILENT: Mapping[str, str] = {
    "POST /assessment/v1/criteria/{criteria_id}/void": "no other service heard of a proposal",
    "POST /reporting/v1/drafts/{edition_id}/void": "nobody outside knows of a draft",
    "POST /reporting/v1/exceptions/{exception_id}/void": "what it changes, the next edition tells",
    "POST /reporting/v1/published-values/{value_id}/corrections": "it was published elsewhere",
    "POST /reporting/v1/published-values/{value_id}/void": "it was published elsewhere",
    "POST /survey/v1/activities/{activity_id}/corrections": "it is in no figure",
    "POST /survey/v1/activities/{activity_id}/void": "it is in no figure",
    "POST /survey/v1/paper-forms/{form_id}/corrections": "it is no response yet",
    "POST /survey/v1/paper-forms/{form_id}/void": "it is no response yet",
}
"""What has no event, and why."""

AGAIN: Mapping[str, str] = {
    "POST /survey/v1/responses/{response_id}/void": "for the same reason it changes nothing",
}
"""What may be withdrawn twice, and why."""

NOT_CARRIED_OUT: Mapping[str, str] = {
    "POST /referral/v1/cases/{case_id}/resumptions/{resumed_on}/void": "it goes with its pause",
    "POST /referral/v1/cases/{case_id}/void": "something is recorded of the case",
    "POST /referral/v1/plans/{plan_id}/void": "a case began under the plan",
    "POST /referral/v1/referrals/{referral_id}/corrections": "its evidence was decided on",
    "POST /referral/v1/referrals/{referral_id}/void": "a case stands on the decision",
    "POST /referral/v1/reviews/{review_id}/void": "their team is another since the contract was",
    "POST /referral/v1/staff/{staff_id}/contracts/{from_on}/void": "it is the only contract",
    "POST /referral/v1/teams/{team_id}/managers/{from_on}/void": "it is of another day since",
    "POST /referral/v1/teams/{team_id}/names/{from_on}/void": "it is of another day since",
    "POST /survey/v1/register-checks/{check_id}/void": "the complaint that was void voids it",
    "POST /survey/v1/waves/{wave_id}/corrections": "the wave is a draft",
}
"""What cannot be put right in this county any more, and why: the things' own tests do it."""


OVERSEEING = {Role.HEAD_OF_SERVICE, Role.ADMINISTRATOR, Role.COUNTY_SEND_OFFICER}
"""Who reaches the whole county, and may send imports."""
OLDER = {"result-corrections": "corrections", "result-voids": "voids"}
"""Kinds that had a name before the others."""
NOT_KNOWN_AGAIN = {
    "POST /referral/v1/cases/{case_id}/allocations/{from_on}/void",
    "POST /referral/v1/cases/{case_id}/ending/void",
    "POST /referral/v1/cases/{case_id}/pauses/{paused_on}/void",
    "POST /referral/v1/children/{child_id}/characteristics/void",
    "POST /referral/v1/children/{child_id}/school-moves/void",
    "POST /referral/v1/people/{person_id}/withdrawal/void",
    "POST /referral/v1/referrals/{referral_id}/decision/void",
    "POST /referral/v1/relationships/{relationship_id}/void",
    "POST /referral/v1/reviews/{review_id}/continuation/void",
    "POST /referral/v1/staff/{staff_id}/leaving/void",
}
"""Steps and spans that leave no record once they are withdrawn: the same row again is refused, for
it looks like one that names the wrong record."""
OF_ANOTHER_DAY = {
    "POST /referral/v1/cases/{case_id}/resumptions/{resumed_on}/corrections",
    "POST /referral/v1/children/{child_id}/characteristics/corrections",
    "POST /referral/v1/children/{child_id}/school-moves/corrections",
    "POST /referral/v1/teams/{team_id}/managers/{from_on}/corrections",
}
"""Corrections of the day by which the row names what it puts right: nothing is there afterwards,
and the same row again is refused."""
PUT_RIGHT_AGAIN = {
    "POST /referral/v1/plans/{plan_id}/corrections",
    "POST /referral/v1/referrals/{referral_id}/decision/corrections",
    "POST /referral/v1/relationships/{relationship_id}/corrections",
}
"""Corrections that are recorded and told once more when the same is said again."""
AS_A_ROW: Mapping[str, str] = {
    **dict.fromkeys(NOT_KNOWN_AGAIN | OF_ANOTHER_DAY, "refused"),
    **dict.fromkeys(PUT_RIGHT_AGAIN, "updated"),
}
"""What becomes of a row that says again what was done, where it is not `unchanged`."""


class PutRight(NamedTuple):
    """A correction or withdrawal of the documents, and the request that is tried of it."""

    operation: Operation
    tried: Tried
    role: Role

    @property
    def name(self) -> str:
        return self.operation.name

    @property
    def body(self) -> dict[str, Any]:
        otherwise = {}
        if self.operation.words[-1] == "corrections":
            otherwise = OTHERWISE.get(self.operation.words[-2], {})
        return {**self.tried.body, **otherwise, "note": NOTE}


def put_right(county: Stage) -> Iterator[PutRight]:
    """Yield each, by a role that may do so; corrections first, parts before the whole.

    A contract comes last among them: what its holder leads is another team's when it is put right.
    """
    tried = [
        (one, role)
        for role in ROLES
        for one in operations(county, role)
        if EXPECTED[one.row][role] != "-"
    ]
    tried.sort(key=lambda one: EXPECTED[one[0].row][one[1]] != "C")
    by_part = sorted(
        PUTTING_RIGHT,
        key=lambda one: (one.words[-1], "contracts" in one.words, -len(one.words), one.name),
    )
    for operation in by_part:
        ends = (own for word, own in OWN.items() if word in operation.path)
        whose = next(ends, ("own", ""))
        path = re.sub(r"{[^}]+}", "[^/]+", f"/{operation.service}{operation.path}")
        found = (
            PutRight(operation, one, role)
            for one, role in tried
            if one.method == "POST" and re.fullmatch(path, one.url) and one.relation in whose
        )
        one = next(found, None)
        assert one is not None, operation.name
        yield one


async def asked(county: Stage, one: PutRight, body: Any, version: str | None) -> httpx.Response:
    match = {} if version is None else {"If-Match": version}
    who = county.who(one.role)
    return await call(county.world, "POST", one.tried.url, body, headers=who, **match)


def faults(answer: httpx.Response) -> set[str]:
    found = answer.json().get("errors", ())
    return {fault.get("pointer", "") for fault in found} if answer.status_code == 422 else set()


async def _not_asked(stage: Stage) -> list[str]:
    """Return what is not asked for: reason, version, what is left out or null, no other code."""
    wrong = []
    for one in put_right(stage):
        stale = one.tried.version or '"999"'
        schema = one.operation.body
        needed = {f"/{name}" for name in schema["required"]}
        nothing = {n: None for n, of in schema["properties"].items() if "anyOf" not in of}
        other = {**one.body, "reason": "because"}
        checks = {
            "no version": (await asked(stage, one, one.body, None)).status_code == 428,
            "another version": (await asked(stage, one, one.body, stale)).status_code == 412,
            "left out": faults(await asked(stage, one, {}, stale)) == needed,
            "null": faults(await asked(stage, one, {**one.body, **nothing}, stale))
            >= {f"/{name}" for name in nothing if name in schema["required"]},
            "no such reason": faults(await asked(stage, one, other, stale)) == {"/reason"},
        }
        wrong += [f"{one.name}: {what}" for what, holds in checks.items() if not holds]
    return wrong


async def _etag(county: Stage, one: PutRight) -> tuple[str, str]:
    """Return where the record, or the whole that it is part of, is shown, and its ETag."""
    record = one.tried.url.rpartition("/")[0]
    who = county.who(Role.HEAD_OF_SERVICE)
    for url in (record, "/".join(record.split("/")[:5])):
        answer = await call(county.world, "GET", url, headers=who)
        if answer.is_success and "ETag" in answer.headers:
            return url, answer.headers["ETag"]
    return record, ""


async def _told(county: Stage, service: str) -> tuple[int, set[tuple[Any, Any]]]:
    """Return how many events there are, and the reasons and notes of the change log."""
    async with county.world.database(service).reading() as connection:
        events = (await connection.execute(select(event.c.position).where(PUBLISHED))).all()
        why = await connection.execute(
            select(change_log.c.reason, change_log.c.note).where(change_log.c.note == NOTE)
        )
        return len(events), {(row.reason, row.note) for row in why}


async def _fill(county: Stage) -> None:
    """Have on record what else can be put right."""
    own, staff, team = county.of["own"], county.ids["staff_own"], county.ids["team_own"]
    case, person = f"{REFERRAL}/cases/{own['case']}", f"{REFERRAL}/people/{own['person']}"
    given = {"staff_id": county.ids["staff_mates"]}
    steps: list[tuple[str, str, Any]] = [
        ("PUT", f"{case}/visits/2018-10-08", {"planned": 2, "attended": 2}),
        (
            "POST",
            f"{case}/risk-assessments",
            {"level": "none", "assessed_on": "2018-10-08", "drivers": []},
        ),
        ("POST", f"{case}/allocations", {**given, "allocated_on": "2019-01-08"}),
        ("POST", f"{case}/pause", {"paused_on": "2019-01-08", "reason": "child-away"}),
        ("POST", f"{case}/resumption", {"resumed_on": "2019-01-15"}),
        ("POST", f"{case}/colleagues", {"staff_id": staff, "from_on": "2019-01-08"}),
        ("POST", f"{person}/withdrawal", {"withdrawn_on": "2019-01-08", "reason": "asked"}),
        ("POST", f"{REFERRAL}/teams/{team}/managers", {**given, "appointed_on": "2015-09-01"}),
        (
            "PUT",
            f"{REFERRAL}/children/by-reference/county/C-own",
            {"effective_on": "2018-10-08", "year_group": "4"},
        ),
        ("PUT", f"{REFERRAL}/staff/by-reference/S-own", {"left_on": "2019-07-31"}),
    ]
    for method, url, body in steps:
        whole = "/".join(url.split("/")[:5])
        shown = await call(county.world, "GET", whole)
        version = {"If-Match": shown.headers["ETag"]} if method == "POST" else {}
        await county.do(method, url, body, **version)


async def _in_a_file(county: Stage, one: PutRight) -> dict[str, Any]:
    """Tell the same again as a row of a file, after it was done; return what became of it."""
    service = next(each for each in SERVICES if each.name == one.operation.service)
    if not service.kinds:
        return {"code": None, "outcome": "unchanged"}  # it takes nothing in files
    record, _, _ = one.operation.path.rpartition("/")
    word = "void" if one.operation.words[-1] == "void" else "correct"
    put = next(
        each
        for each in declared(service.routers)
        if each.record == record and each.command.__name__.startswith(word)
    )
    pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", f"/{service.name}{record}/[a-z]+")
    found = re.fullmatch(pattern, one.tried.url)
    assert found is not None
    named = {"formerly_on" if n in one.body else n: value for n, value in found.groupdict().items()}
    if "result_id" in named:
        named["assessment_id"] = named.pop("result_id")
    grants = service.grants
    may = [each for each in Role if each in grants[put.action] and each in grants["import"]]
    role = next((each for each in may if each in OVERSEEING), may[0])
    kind = put.command.__name__.removeprefix(f"{word}_").replace("_", "-")
    kind += "-voids" if word == "void" else "-corrections"
    kind = OLDER.get(kind, kind)
    report = await imported(
        county.world, f"{service.name}/{kind}", [named | one.body], county.who(role)
    )
    row: dict[str, Any] = report["outcomes"][0]
    return row


async def test_each_is_asked_for_its_reason_kept_and_told(stage: Stage) -> None:
    wrong, refused = await _not_asked(stage), {}
    await _fill(stage)
    for one in put_right(stage):
        url, version = await _etag(stage, one)
        before, _ = await _told(stage, one.operation.service)
        done = await asked(stage, one, one.body, version)
        if not done.is_success:
            refused[one.name] = f"{version} {url} {done.status_code} {done.text[:300]}"
            continue
        after, why = await _told(stage, one.operation.service)
        moved = (await _etag(stage, one))[1]
        checks = {
            "tells nobody": after > before or one.name in SILENT,
            "keeps no reason": (one.body["reason"], NOTE) in why,
            "leaves the ETag": moved != version,
            "answers another ETag": done.headers["ETag"] == moved,
        }
        if one.operation.words[-1] == "void":
            again = await asked(stage, one, one.body, moved)
            checks["is withdrawn twice"] = again.status_code in {404, 409, 422} or one.name in AGAIN
        row = await _in_a_file(stage, one)
        known = AS_A_ROW.get(one.name, "unchanged")
        checks[f"is not {known} as a row of a file: {row}"] = row["outcome"] == known
        checks[f"is no row of a file: {row}"] = row["code"] != "not-valid"
        wrong += [f"{one.name} {what}" for what, holds in checks.items() if not holds]
    assert not wrong, "\n".join(wrong)
    assert refused.keys() == NOT_CARRIED_OUT.keys(), json.dumps(refused, indent=1)
