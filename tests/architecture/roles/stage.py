"""A small made-up county with a child of every relation, over HTTP, and who calls."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from libs.common.core.clock import SystemClock, local_day
from libs.common.security import Role
from services.referral.children.commands import CHARACTERISTICS
from services.referral.schools.domain import School
from tests.architecture.roles.campaigns import OPEN_LINKS, wave_drafted
from tests.architecture.roles.expected import CHILDREN
from tests.architecture.roles.heard import HEARD, heard_of
from tests.architecture.roles.papers import ON_NO_PAPER, heard_otherwise
from tests.imports import imported
from tests.journeys.casework import CHILD, call, ready, who_refers
from tests.unit.survey.questionnaires.example import example
from tests.worlds import World

Ids = dict[str, str]
TODAY = local_day(SystemClock().now())
ENDED = {"handing-over": TODAY - timedelta(days=5), "handed-over": TODAY - timedelta(days=60)}
THEIRS = {"other-school", "moved-away"}
"""Who goes to the other school now."""
TAUGHT_BY = {"mates": "mate", "other-team": "stranger"}
REVIEW = {
    "held_on": "2019-03-01",
    "outcomes": [{"number": 1, "result": "met"}],
    "recommendation": "continue",
    "recommended_on": "2019-03-01",
}
CONTINUE = {"decision": "continue", "decided_on": "2019-03-10", "reason": "criteria-met"}
RESULT = {
    "academic_year": "2018-19",
    "term": "summer",
    "subject": "reading",
    "position": "Y1.2",
    "assessed_on": "2019-06-17",
    "moderated": False,
}
APPOINTED = {"post": "area-manager", "appointed_on": "2015-09-01"}
PART = {"fte": "0.50", "reason": "typing-error"}
NAMED = {"name": "TA", "area": "A1", "reason": "typing-error"}
CRITERIA = {
    "academic_year": "2018-19",
    "version": 1,
    "progress": [{"scale": "N", "grade": "good", "at_least_tenths": 40}],
    "cohort": [{"outcome": "good", "expected_or_better": 80, "good_or_better": 50}],
    "minimum_months": 6,
    "minimum_terms_on_caseload": 2,
    "minimum_judged": 10,
    "adopted_on": "2018-10-01",
}
WAVE = {
    "academic_year": "2018-19",
    "questionnaire_version": 1,
    "issued_on": "2019-05-14",
    "closes_on": "2019-06-28",
}
ANSWER = {
    "received_at": "2019-06-20T12:00:00+01:00",
    "channel": "paper",
    "assisted_by": "none",
    "answers": [],
}

PRIORITY = {"code": "P1", "words": "x", "owner": "Head", "status": "planned"}
SERVICE_PLAN = {
    "agreed_on": "2018-09-20",
    "vision": "Learning among others.",
    "priorities": [PRIORITY | {"status_on": "2018-09-20"}],
}
PRINTED = {
    "figure": "service.teams",
    "academic_year": "2014-15",
    "printed": "7",
    "source": "Annual report, December 2015",
}
EXCEPTION = {
    "academic_year": "2018-19",
    "place": "inclusion.permanent_exclusions",
    "grounds": "public-already",
    "until": "2199-12-31",
}
DRAFT = {"academic_year": "2018-19", "known_at": "2019-12-10"}
TYPED, NOT_SO = {"reason": "typing-error"}, {"reason": "entry-error"}
MOVE = {"formerly_on": "2018-09-01", "moved_on": "2018-09-02", "school_urn": 900001, **TYPED}
MOVE_VOID = {"moved_on": "2018-10-08", **NOT_SO}
SO = {name: CHILD[name] for name in CHARACTERISTICS}
CHARACTERISTICS_BODY = {"formerly_on": "2018-09-01", "effective_on": "2018-09-02", **SO, **TYPED}
CHARACTERISTICS_VOID = {"effective_on": "2018-10-08", **NOT_SO}
PLAN = {
    "effective_on": "2018-09-01",
    "plan_type": "EHC",
    "names_service": True,
    "starts_on": "2018-01-11",
    **TYPED,
}
IDENTITY = {"scheme": "county", "reference": "C/new", "surname": "Newly", "given_on": "2019-01-07"}


@dataclass
class Stage:
    """The county: ids by relation, ids of what there is one of, and who calls."""

    world: World
    of: dict[str, Ids] = field(default_factory=dict)
    ids: Ids = field(default_factory=dict)

    def who(self, role: Role) -> dict[str, str]:
        """Return the headers of the caller of a role, with what they stand for."""
        team, staff = UUID(self.ids["team_own"]), UUID(self.ids["staff_own"])
        claims: dict[Role, dict[str, Any]] = {
            Role.AREA_MANAGER: {"teams": [team]},
            Role.SUPPORT_TEACHER: {"teams": [team], "staff_id": staff},
            Role.SCHOOL_SENCO: {"schools": [UUID(self.ids["school_own"])]},
            Role.PARENT: {
                "children": [UUID(self.of[one]["child"]) for one in ("own", "handed-over")]
            },
        }
        return self.world.as_(role, **claims.get(role, {}))

    async def do(self, method: str, url: str, body: Any = None, **more: Any) -> httpx.Response:
        """Call as the Head of Service unless told, and be carried out."""
        answer = await call(self.world, method, url, body, **more)
        assert answer.is_success, answer.text
        return answer

    async def load(self, service: str, kind: str, row: dict[str, Any]) -> str:
        """Load a row as the administrator; return the id of what it is about."""
        loader = self.world.as_(Role.ADMINISTRATOR)
        [outcome] = (await imported(self.world, f"{service}/{kind}", [row], loader))["outcomes"]
        assert outcome["outcome"] == "created", outcome
        return str(outcome["id"])


async def staged(world: World) -> Stage:
    """Make the county."""
    stage = Stage(world)
    await _people(stage)
    for relation in CHILDREN:
        stage.of[relation] = await _child(stage, relation) if relation != "unknown" else {}
    await world.settle()
    for relation in CHILDREN:
        if relation != "unknown":
            await _learning(stage, relation)
    await _quality(stage)
    await _surveys(stage)
    await _registers(stage)
    await _publication(stage)
    nobody = {name: str(uuid4()) for name in (*stage.of["own"], "recipient")}
    stage.of["unknown"] = nobody | {"reference": "C-unknown", "school": stage.ids["school_own"]}
    stage.of["unknown"]["code"] = ON_NO_PAPER
    stage.of["unsupported"] |= {name: str(uuid4()) for name in ("case", "review")}
    return stage


async def _people(stage: Stage) -> None:
    await ready(stage.world)
    stage.ids["urn_own"] = str(CHILD["school_urn"])
    async with stage.world.database("referral").reading() as connection:
        register = (await connection.execute(select(School.__table__))).mappings().all()
    ours = next(one for one in register if one["urn"] == int(stage.ids["urn_own"]))
    alike = ("la_code", "establishment_type", "phase", "status")
    theirs = next(
        one for one in register if one != ours and all(one[name] == ours[name] for name in alike)
    )
    stage.ids |= {"school_own": str(ours["id"]), "school_other-team": str(theirs["id"])}
    stage.ids["urn_other"] = str(theirs["urn"])
    for whose, code in (("own", "TA"), ("other-team", "TB")):
        url = f"/referral/v1/teams/by-code/{code}"
        team = await stage.do("PUT", url, {"name": code, "area": "A1", "formed_on": "2015-09-01"})
        stage.ids[f"team_{whose}"] = team.json()["team_id"]
    for whose, code in (("own", "TA"), ("mates", "TA"), ("other-team", "TB")):
        body = {
            "name": "Testcase Teacher",
            "post": "specialist-teacher",
            "fte": "1",
            "appointed_on": "2015-09-01",
            "team_code": code,
        }
        made = await stage.do("PUT", f"/referral/v1/staff/by-reference/S-{whose}", body)
        stage.ids[f"staff_{whose}"] = made.json()["staff_id"]


def pushed(stage: Stage, relation: str, *, before: bool = False) -> dict[str, Any]:
    """Return a child as the county pushes it: now, or before those who moved did."""
    moves = relation.startswith("moved")
    theirs = (relation in THEIRS) != (before and moves)
    urn = stage.ids["urn_other" if theirs else "urn_own"]
    plan = {**CHILD["plans"][0], "reference": f"PL-{relation}"}  # type: ignore[index]  # a list
    day = "2018-10-08" if moves and not before else "2018-09-01"
    parent = {"reference": f"PA-{relation}", "name": "Testparent", "relationship": "mother"}
    told = {"plans": [plan], "parents": [parent], "effective_on": day}
    return {**CHILD, "school_urn": int(urn), **told}


async def _child(stage: Stage, relation: str) -> Ids:
    url = f"/referral/v1/children/by-reference/county/C-{relation}"
    made = (await stage.do("PUT", url, pushed(stage, relation, before=True))).json()
    [parent] = made["parents"]
    child, plan = made["child_id"], made["plans"][0]["plan_id"]
    school = stage.ids["school_other-team" if relation in THEIRS else "school_own"]
    found = {"plan": plan, "child": child, "reference": f"C-{relation}", "school": school}
    found |= {"person": parent["parent_id"], "relationship": parent["relationship_id"]}
    referral = {"reference": f"R-{relation}", "child_id": child, "submitted_on": "2018-09-03"}
    both = {"evidence": {"significant_barriers": True, "complex_needs": True}}
    officer = who_refers(stage.world)
    asked = await stage.do("POST", "/referral/v1/referrals", referral | both, headers=officer)
    found["referral"] = asked.json()["referral_id"]
    url = f"/referral/v1/referrals/{found['referral']}"
    checked = await stage.do("POST", f"{url}/eligibility-checks", {"checked_on": "2018-09-10"})
    found["check"] = checked.json()["check_id"]
    await stage.do("POST", f"{url}/decision", decision(relation))
    if relation != "unsupported":
        found |= await _case(stage, relation, found["referral"])
    if relation.startswith("moved"):
        url = f"/referral/v1/children/by-reference/county/C-{relation}"
        await stage.do("PUT", url, pushed(stage, relation))
    excluded = suspended(child, school)
    url = f"/referral/v1/exclusions/by-reference/E-{relation}"
    found["exclusion"] = (await stage.do("PUT", url, excluded)).json()["exclusion_id"]
    return found


def decision(relation: str) -> dict[str, str]:
    """Return what the Head of Service decided on a child's referral."""
    if relation == "unsupported":
        return {"decision": "refuse", "decided_on": "2018-09-20", "reason": "criteria-not-met"}
    return {"decision": "agree", "decided_on": "2018-09-20", "reason": "meets-criteria"}


def suspended(child: str, school: str) -> dict[str, Any]:
    """Return a suspension."""
    return {
        "child_id": child,
        "school_id": school,
        "category": "SUSP",
        "starts_on": "2018-11-05",
        "half_days": 2,
    }


def started(stage: Stage, relation: str, referral: str) -> dict[str, str]:
    """Return how a child's case began."""
    whose = relation if relation in TAUGHT_BY else "own"
    staff = stage.ids[f"staff_{whose}"]
    return {"referral_id": referral, "staff_id": staff, "started_on": "2018-10-01"}


async def _case(stage: Stage, relation: str, referral: str) -> Ids:
    made = await stage.do("POST", "/referral/v1/cases", started(stage, relation, referral))
    case = made.json()["case_id"]
    review = await stage.load("referral", "reviews", {"case_id": case, **REVIEW})
    await stage.do("POST", f"/referral/v1/reviews/{review}/continuation", CONTINUE)
    await _step(stage, case, "pause", {"paused_on": "2018-11-05", "reason": "child-unwell"})
    await _step(stage, case, "resumption", {"resumed_on": "2018-11-12"})
    if relation in ENDED:
        ending = {"ended_on": str(ENDED[relation]), "reason": "moved-out"}
        await _step(stage, case, "ending", ending)
    return {"case": case, "review": review}


async def _step(stage: Stage, case: str, step: str, said: dict[str, Any]) -> None:
    url = f"/referral/v1/cases/{case}"
    etag = (await stage.do("GET", url)).headers["ETag"]
    await stage.do("POST", f"{url}/{step}", said, **{"If-Match": etag})


async def _learning(stage: Stage, relation: str) -> None:
    row = {"reference": f"A-{relation}", "child_id": stage.of[relation]["child"], **RESULT}
    stage.of[relation]["result"] = await stage.load("assessment", "results", row)


async def _quality(stage: Stage) -> None:
    for whose in ("own", "mates", "other-team"):
        url = "/assessment/v1/teaching-judgements"
        made = await stage.do("POST", url, judgement(stage.ids[f"staff_{whose}"]))
        stage.ids[f"judgement_{whose}"] = made.json()["judgement_id"]
    for whose in ("own", "other-team"):
        url = "/assessment/v1/quality-dialogues"
        made = await stage.do("POST", url, dialogue(stage.ids[f"team_{whose}"]))
        stage.ids[f"dialogue_{whose}"] = made.json()["dialogue_id"]
    made = await stage.do("POST", "/assessment/v1/criteria", CRITERIA)
    stage.ids["criteria"] = made.json()["criteria_id"]
    [pair, *_] = (await stage.do("GET", "/referral/v1/duplicates")).json()["items"]
    stage.ids["duplicate"] = pair["duplicate_id"]


def judgement(staff: str) -> dict[str, Any]:
    """Return a judgement of a teacher's year."""
    return {
        "staff_id": staff,
        "academic_year": "2018-19",
        "judgement": "good",
        "evidence": ["observation"],
        "judged_on": "2019-07-01",
    }


def dialogue(team: str) -> dict[str, Any]:
    """Return a team's dialogue about a year."""
    return {
        "team_id": team,
        "academic_year": "2018-19",
        "held_on": "2019-11-05",
        "key_areas": [{"code": "K1", "status": "achieved"}],
    }


async def _issued(stage: Stage, audience: str, recipients: list[Ids], **more: Any) -> str:
    wave = {"reference": f"W-{audience}", "audience": audience, "questionnaire": audience, **WAVE}
    wave |= more
    url = "/survey/v1/waves"
    id_ = (await stage.do("POST", url, wave)).json()["wave_id"]
    await stage.do("POST", f"{url}/{id_}/recipients", recipients)
    etag = (await stage.do("GET", f"{url}/{id_}")).headers["ETag"]
    await stage.do("POST", f"{url}/{id_}/issue", **{"If-Match": etag})
    return str(id_)


async def _surveys(stage: Stage) -> None:
    past = {"academic_year": "2010-11"}
    made = await stage.do("POST", "/survey/v1/anonymisations", past)
    stage.ids["anonymisation"] = made.json()["anonymisation_id"]
    url = "/survey/v1/questionnaire-versions/by-name/parents/7"
    drafted = await stage.do("PUT", url, example())
    stage.ids["questionnaire"] = drafted.json()["questionnaire_id"]
    known = {one: ids for one, ids in stage.of.items() if ids}
    pupils = [{"reference": f"P-{one}", "child_id": ids["child"]} for one, ids in known.items()]
    stage.ids["wave"] = await _issued(stage, "children", pupils, questionnaire_version=3)
    for relation in known:
        url = f"/survey/v1/waves/{stage.ids['wave']}/responses"
        made = await stage.do("POST", url, answered(f"P-{relation}") | HEARD)
        stage.of[relation] |= await heard_of(stage.do, made.json()["response_id"])
    stage.ids["concern"] = stage.of["own"]["concern"]
    await heard_otherwise(stage.do, stage.world, stage.ids["wave"], known)
    sides = ("own", "other-team")
    schools = [{"reference": f"P-{one}", "school_id": stage.ids[f"school_{one}"]} for one in sides]
    stage.ids["wave_schools"] = await _issued(stage, "schools", schools)
    for whose in sides:
        url = f"/survey/v1/waves/{stage.ids['wave_schools']}/responses"
        made = await stage.do("POST", url, answered(f"P-{whose}", "S"))
        stage.ids[f"answer_{whose}"] = made.json()["response_id"]
    for whose, who in (("own", stage.who(Role.AREA_MANAGER)), ("other-team", None)):
        stage.ids |= await wave_drafted(stage.do, whose, who, WAVE)


def answered(recipient: str, kind: str = "") -> dict[str, Any]:
    """Return an answer of a recipient."""
    return {"reference": f"A{kind}-{recipient}", "recipient": recipient, **ANSWER}


async def _registers(stage: Stage) -> None:
    told = {"received_on": "2019-02-14"}
    complaint, compliment = {"formal": False, **told}, {"source": "parents", **told}
    for what, body, roles in (
        ("complaint", complaint, (Role.SCHOOL_SENCO, Role.PARENT, Role.COUNTY_SEND_OFFICER)),
        ("compliment", compliment, tuple(Role)),
    ):
        url = f"/survey/v1/{what}s"
        for role in roles:
            who = stage.who(role)
            made = await call(stage.world, "POST", url, {"reference": "K1", **body}, headers=who)
            stage.ids[f"{what}_{role}"] = made.json().get(f"{what}_id", "")
        made = await stage.do("POST", url, {"reference": "K2", **body})
        stage.ids[f"{what}_other-team"] = made.json()[f"{what}_id"]
    delivery = {"reference": "D1", "kind": "bespoke-training", "delivered_on": "2019-02-01"}
    made = await stage.do("POST", "/survey/v1/deliveries", delivery)
    stage.ids["delivery"] = made.json()["delivery_id"]
    await stage.do("POST", OPEN_LINKS, {"delivery_id": stage.ids["delivery"]})
    url = f"/survey/v1/deliveries/{stage.ids['delivery']}/ratings"
    rated = await stage.do("POST", url, {"form": 7, "content": 9})
    stage.ids["rating"] = rated.json()["rating_id"]
    check = {"kind": "complaints", "month": "2019-02", "checked_on": "2019-03-04"}
    made = await stage.do("POST", "/survey/v1/register-checks", check)
    stage.ids["check"] = made.json()["check_id"]


async def _publication(stage: Stage) -> None:
    """Have two drafts, one of which everybody is a reader of who may be, a plan and a value."""
    url, until = "/reporting/v1/drafts", str(TODAY + timedelta(days=30))
    for whose, year in (("own", "2018-19"), ("other-team", "2017-18")):
        made = await stage.do("POST", url, DRAFT | {"academic_year": year})
        draft = stage.ids[f"draft_of_{whose}"] = made.json()["edition_id"]
        named = [{"subject": f"demo-{role}", "until": until} for role in Role if whose == "own"]
        version = {"If-Match": made.headers["ETag"]}
        await stage.do("POST", f"{url}/{draft}/review", {"readers": named}, **version)
    await stage.do("PUT", "/reporting/v1/service-plans/2018-19", SERVICE_PLAN)
    made = await stage.do("POST", "/reporting/v1/published-values", PRINTED)
    stage.ids["published_value"] = made.json()["value_id"]
    made = await stage.do("POST", "/reporting/v1/exceptions", EXCEPTION)
    stage.ids["exception"] = made.json()["exception_id"]
