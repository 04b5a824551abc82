"""Each operation as it is tried: its row of the table, its request, and what carries it out."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from libs.common.security import Role
from tests.architecture.roles import listed, reads
from tests.architecture.roles import stage as made
from tests.architecture.roles.bulk import of_imports
from tests.architecture.roles.campaigns import of_campaigns, of_open_links, of_retention
from tests.architecture.roles.editions import of_editions
from tests.architecture.roles.expected import CHILDREN
from tests.architecture.roles.papers import of_papers
from tests.architecture.roles.people import of_duplicates, of_parents, of_staff_put_right
from tests.architecture.roles.stage import Stage
from tests.architecture.roles.tried import STALE, Tried
from tests.unit.survey.questionnaires.example import example

_number = count(1)
WHY = {"reason": "entry-error"}
REFERRAL, ASSESSMENT, SURVEY = "/referral/v1", "/assessment/v1", "/survey/v1"
ALONE = ("",)
SIDES = ("own", "other-team")
COLLEAGUES = ("own", "mates", "other-team")


def operations(stage: Stage, role: Role) -> Iterator[Tried]:
    """Yield every operation on everything it may be about."""
    for relation in CHILDREN:
        yield from _of_child(stage, relation)
        if relation != "unsupported":
            yield from _of_case(stage, relation)
    yield from _of_colleagues(stage)
    yield from _of_surveys(stage)
    yield from _of_registers(stage, role)
    yield from listed.of_others(stage, role)
    yield from of_duplicates(stage)
    yield from _of_office(stage)


def _of_child(stage: Stage, relation: str) -> Iterator[Tried]:
    ids = stage.of[relation]
    child, referral = ids["child"], f"{REFERRAL}/referrals/{ids['referral']}"
    new = {"reference": f"M{next(_number)}", "child_id": child}
    yield Tried("read-child", relation, "GET", f"{REFERRAL}/children/{child}")
    if relation != "unknown":
        url = f"{REFERRAL}/children/by-reference/county/{ids['reference']}"
        yield Tried("write-child", relation, "PUT", url, made.pushed(stage, relation))
    yield from _of_history(stage, relation)
    asked = {**new, "submitted_on": "2018-09-03", "evidence": {}}
    # Who is supported already is not referred again: whoever may refer them is told so.
    yield Tried("submit-referral", relation, "POST", f"{REFERRAL}/referrals", asked, (201, 409))
    yield from _of_referral(relation, referral, ids["school"])
    yield Tried("read-referral", relation, "GET", referral)
    day = {"checked_on": "2018-09-10"}
    yield Tried("check-referral", relation, "POST", f"{referral}/eligibility-checks", day)
    decided = made.decision(relation)
    yield Tried("decide-referral", relation, "POST", f"{referral}/decision", decided)
    start = made.started(stage, relation, ids["referral"])
    yield Tried("start-case", relation, "POST", f"{REFERRAL}/cases", start, (200, 201, 409))
    url = f"{REFERRAL}/exclusions/by-reference/X{next(_number)}"
    yield Tried("write-exclusion", relation, "PUT", url, made.suspended(child, ids["school"]))
    exclusion = f"{REFERRAL}/exclusions/{ids['exclusion']}"
    yield Tried("read-exclusion", relation, "GET", exclusion)
    put_right = {"school_id": ids["school"], "category": "SUSP", "starts_on": "2018-11-05"}
    for step, body in (("corrections", put_right | WHY), ("void", WHY)):
        url = f"{exclusion}/{step}"
        yield Tried("correct-exclusion", relation, "POST", url, body, (412,), version=STALE)
    url, chosen = f"{REFERRAL}/children/{child}/successor-school", {"school_id": ids["school"]}
    yield Tried("choose-school", relation, "POST", url, chosen, (412,), version=STALE)
    yield from of_parents(relation, ids)
    yield from reads.of_child(relation, ids)
    yield from listed.of_child(stage, relation)
    yield from _of_results(relation, ids, new)
    yield from _of_answers(stage, relation, ids)


def _of_referral(relation: str, referral: str, school: str) -> Iterator[Tried]:
    corrected = {"school_id": school, "submitted_on": "2018-09-03", "evidence": {}}
    decided = {"decision": "agree", "decided_on": "2018-09-20", "decided_for": "criteria-met"}
    withdrawn = {"withdrawn_on": "2018-09-11", "ground": "other"}
    for row, step, body in (
        ("correct-referral", "corrections", corrected | WHY),
        ("correct-referral", "void", WHY),
        ("correct-referral", "withdrawal", withdrawn),
        ("decide-referral", "decision/corrections", decided | WHY),
        ("decide-referral", "decision/void", WHY),
    ):
        yield Tried(row, relation, "POST", f"{referral}/{step}", body, (412,), version=STALE)


def _of_history(stage: Stage, relation: str) -> Iterator[Tried]:
    """Yield what reads and puts right what was told of a child and of the plan."""
    ids = stage.of[relation]
    child, plan = f"{REFERRAL}/children/{ids['child']}", f"{REFERRAL}/plans/{ids['plan']}"
    yield Tried("read-child", relation, "GET", f"{child}/school-moves")
    yield Tried("read-child", relation, "GET", f"{child}/characteristics")
    yield Tried("read-child", relation, "GET", plan)
    yield Tried("read-former-upns", relation, "GET", f"{child}/former-upns")
    for row, url, body in (
        ("write-child", f"{child}/school-moves/corrections", made.MOVE),
        ("write-child", f"{child}/school-moves/void", made.MOVE_VOID),
        ("write-child", f"{child}/characteristics/corrections", made.CHARACTERISTICS_BODY),
        ("write-child", f"{child}/characteristics/void", made.CHARACTERISTICS_VOID),
        ("write-child", f"{plan}/corrections", made.PLAN),
        ("write-child", f"{plan}/void", made.NOT_SO),
        ("give-new-identity", f"{child}/new-identity", made.IDENTITY),
    ):
        yield Tried(row, relation, "POST", url, body, (412,), version=STALE)


def _of_results(relation: str, ids: dict[str, str], new: dict[str, str]) -> Iterator[Tried]:
    url, child = f"{ASSESSMENT}/results", ids["child"]
    result = f"{url}/{ids['result']}"
    yield Tried("record-result", relation, "POST", url, {**new, **made.RESULT})
    yield Tried("read-result", relation, "GET", result)
    listed = f"{url}?child_id={child}"
    yield Tried("list-results", relation, "GET", listed, listed=ids["result"])
    correction = {
        "position": "Y1.3",
        "assessed_on": "2019-06-17",
        "moderated": True,
        "reason": "entry-error",
    }
    url = f"{result}/corrections"
    yield Tried("correct-result", relation, "POST", url, correction, (412,), version=STALE)
    void = {"reason": "wrong-child"}
    yield Tried("void-result", relation, "POST", f"{result}/void", void, (412,), version=STALE)


def _of_answers(stage: Stage, relation: str, ids: dict[str, str]) -> Iterator[Tried]:
    url = f"{SURVEY}/waves/{stage.ids['wave']}"
    yield Tried("list-recipients", relation, "GET", f"{url}/recipients", listed=ids["child"])
    for list_ in (f"{url}/responses", f"{SURVEY}/response-sheets?wave={stage.ids['wave']}"):
        yield Tried("list-responses", relation, "GET", list_, listed=ids["response"])
    answer = made.answered(f"P-{relation}") | {"reference": f"M{next(_number)}"}
    yield Tried("record-response", relation, "POST", f"{url}/responses", answer, hidden=422)
    response = f"{SURVEY}/responses/{ids['response']}"
    yield Tried("read-response", relation, "GET", response)
    void = {"reason": "entered-twice"}
    yield Tried("void-response", relation, "POST", f"{response}/void", void, (412,), version=STALE)
    url, told = f"{response}/corrections", {**made.ANSWER, **WHY}
    yield Tried("correct-response", relation, "POST", url, told, (412,), version=STALE)
    yield from of_papers(relation, stage.ids["wave"], ids, f"M{next(_number)}")


def _of_case(stage: Stage, relation: str) -> Iterator[Tried]:
    ids = stage.of[relation]
    case = f"{REFERRAL}/cases/{ids['case']}"
    yield Tried("read-case", relation, "GET", case)
    listed = f"{REFERRAL}/cases?as_of=2019-01-08"
    yield Tried("list-cases", relation, "GET", listed, listed=ids["case"])
    given = {"staff_id": stage.ids["staff_own"], "allocated_on": "2019-01-08"}
    for row, step, body in (
        ("allocate", "allocations", given),
        ("pause-case", "pause", {"paused_on": "2019-01-08", "reason": "child-unwell"}),
        ("pause-case", "resumption", {"resumed_on": "2019-01-15"}),
        ("end-case", "ending", {"ended_on": "2019-07-17", "reason": "moved-out"}),
    ):
        yield Tried(row, relation, "POST", f"{case}/{step}", body, (412,), version=STALE)
    week = {"planned": 1, "attended": 1}
    yield Tried("record-visits", relation, "PUT", f"{case}/visits/2018-10-08", week)
    yield Tried("read-visits", relation, "GET", f"{case}/visits/2018-10-08")
    risk = {"level": "high", "assessed_on": "2018-10-08", "drivers": []}
    yield Tried("assess-risk", relation, "POST", f"{case}/risk-assessments", risk)
    yield Tried("read-risk", relation, "GET", f"{case}/risk-assessments/2018-10-08")
    yield from reads.of_case(relation, ids)
    for row, one in (
        ("read-allocations", "allocations"),
        ("read-allocations", "allocations/2018-10-01"),
        ("read-allocations", "colleagues"),
        ("read-allocations", f"colleagues/{given['staff_id']}"),
        ("read-pauses", "pauses"),
        ("read-pauses", "pauses/2018-11-05"),
        ("read-pauses", "resumptions/2018-11-12"),
        ("read-case", "ending"),
    ):
        yield Tried(row, relation, "GET", f"{case}/{one}")
    of_week = {**week, "week_beginning": "2018-10-08"}
    yield from _case_put_right(case, relation, of_week, risk, given)
    yield Tried("record-review", relation, "POST", f"{case}/reviews", made.REVIEW)
    review = f"{REFERRAL}/reviews/{ids['review']}"
    yield Tried("read-review", relation, "GET", review)
    decided = f"{review}/continuation"
    yield Tried("read-review", relation, "GET", decided)
    yield Tried("decide-continuation", relation, "POST", decided, made.CONTINUE)
    continued = {**made.CONTINUE, "decision_reason": "criteria-met"}
    for row, url, right in (
        ("correct-review", review, made.REVIEW),
        ("correct-decision", decided, continued),
    ):
        corrected: dict[str, Any] = {**right, **WRONG}
        for step, said in (("corrections", corrected), ("void", WHYN)):
            yield Tried(row, relation, "POST", f"{url}/{step}", said, (412,), version=STALE)


WRONG, WHYN = {"reason": "typing-error"}, {"reason": "entry-error"}


def _case_put_right(
    case: str, relation: str, week: Any, risk: Any, allocation: Any
) -> Iterator[Tried]:
    """Correct and withdraw everything of a case that has its version."""
    ended = {"ended_on": "2019-07-17", "end_reason": "moved-out"}
    paused = {"paused_on": "2019-01-08", "pause_reason": "child-unwell"}
    url, started = f"{case}/corrections", {"started_on": "2018-10-02", **WRONG}
    yield Tried("correct-start", relation, "POST", url, started, (412,), version=STALE)
    for row, what, body in (
        ("correct-allocation", "allocations/2019-01-08", allocation),
        ("correct-ending", "ending", ended),
        ("correct-pause", "pauses/2019-01-08", paused),
        ("correct-pause", "resumptions/2019-01-15", {"resumed_on": "2019-01-16"}),
        ("correct-visits", "visits/2018-10-08", week),
        ("correct-risk", "risk-assessments/2018-10-08", risk),
    ):
        for step, said in (("corrections", body | WRONG), ("void", WHYN)):
            url = f"{case}/{what}/{step}"
            yield Tried(row, relation, "POST", url, said, (412,), version=STALE)
    yield Tried("void-case", relation, "POST", f"{case}/void", WHYN, (412,), version=STALE)
    row, since, url = "allocate-colleague", {"from_on": "2019-01-08"}, f"{case}/colleagues"
    beside, gone = {**since, "staff_id": allocation["staff_id"]}, {**since, **WHYN}
    yield Tried(row, relation, "POST", url, beside, (412,), version=STALE)
    url = f"{url}/{allocation['staff_id']}/void"
    yield Tried(row, relation, "POST", url, gone, (412,), version=STALE)


def _of_colleagues(stage: Stage) -> Iterator[Tried]:
    ids = stage.ids
    for whose in COLLEAGUES:
        yield Tried("read-staff", whose, "GET", f"{REFERRAL}/staff/{ids[f'staff_{whose}']}")
        judged = made.judgement(ids[f"staff_{whose}"])
        yield Tried("judge-teaching", whose, "POST", f"{ASSESSMENT}/teaching-judgements", judged)
        url = f"{ASSESSMENT}/teaching-judgements/{ids[f'judgement_{whose}']}"
        yield Tried("read-judgement", whose, "GET", url)
        yield from _put_right("judge-teaching", whose, url, judged, "staff_id", "academic_year")
    for whose in SIDES:
        yield Tried("read-team", whose, "GET", f"{REFERRAL}/teams/{ids[f'team_{whose}']}")
        held = made.dialogue(ids[f"team_{whose}"])
        yield Tried("hold-dialogue", whose, "POST", f"{ASSESSMENT}/quality-dialogues", held)
        url = f"{ASSESSMENT}/quality-dialogues/{ids[f'dialogue_{whose}']}"
        yield Tried("read-dialogue", whose, "GET", url)
        yield from _put_right("hold-dialogue", whose, url, held, "team_id", "academic_year")
    url = f"{ASSESSMENT}/criteria"
    yield Tried("propose-criteria", "", "POST", url, made.CRITERIA, (409,))
    url = f"{url}/{ids['criteria']}"
    yield Tried("read-criteria", "", "GET", url)
    signed = {"signed_on": "2018-10-08"}
    yield Tried("sign-criteria", "", "POST", f"{url}/signature", signed, (412,), version=STALE)
    yield Tried("propose-criteria", "", "POST", f"{url}/void", WHY, (412,), version=STALE)
    url, ends = f"{ASSESSMENT}/windows/2018-19", ("2018-12-31", "2019-03-31", "2019-08-31")
    windows = dict(zip(("autumn_to", "spring_to", "summer_to"), ends, strict=True))
    yield Tried("set-windows", "", "PUT", url, windows)
    yield Tried("read-windows", "", "GET", url)


def _put_right(row: str, whose: str, url: str, told: dict[str, Any], *key: str) -> Iterator[Tried]:
    """Yield a correction and a withdrawal, both of a version that is not the current one."""
    content = {name: value for name, value in told.items() if name not in key}
    url_ = f"{url}/corrections"
    yield Tried(row, whose, "POST", url_, content | WHY, (412,), version=STALE)
    yield Tried(row, whose, "POST", f"{url}/void", WHY, (412,), version=STALE)


def _of_surveys(stage: Stage) -> Iterator[Tried]:
    ids = stage.ids
    wave = {"reference": f"M{next(_number)}", "audience": "children", "questionnaire": "children"}
    yield Tried("draft-wave", "", "POST", f"{SURVEY}/waves", wave | made.WAVE)
    yield from of_campaigns(ids, f"M{next(_number)}")
    yield from of_open_links(ids, STALE)
    for whose in SIDES:
        url = f"{SURVEY}/waves/{ids[f'draft_{whose}']}"
        yield Tried("read-wave", whose, "GET", url)
        for what in ("progress", "keying", "counts?by=team"):
            yield Tried("read-progress", whose, "GET", f"{url}/{what}")
        for step in ("issue", "close"):
            url_ = f"{url}/{step}"
            yield Tried("change-wave", whose, "POST", url_, None, (412,), version=STALE)
        opened = {"reason": "closed-by-mistake"}
        yield Tried("change-wave", whose, "POST", f"{url}/reopening", opened, (412,), version=STALE)
        yield Tried("change-wave", whose, "PUT", f"{url}/keying", {"twice_percent": 10})
        run = {"issued_on": "2019-05-14", "closes_on": "2019-06-28", "grace_days": 0}
        yield from _put_right("change-wave", whose, url, run | {"issued": 3})
        pupil = [{"reference": "P1", "child_id": stage.of["own"]["child"]}]
        yield Tried("change-wave", whose, "POST", f"{url}/recipients", pupil)
        url = f"{SURVEY}/waves/{ids['wave_schools']}/responses"
        answer = made.answered(f"P-{whose}", "S")
        yield Tried("answer-for-school", whose, "POST", url, answer, hidden=422)
        url = f"{SURVEY}/responses/{ids[f'answer_{whose}']}"
        yield Tried("read-school-answer", whose, "GET", url)
    yield from of_retention(ids)
    yield Tried("read-questionnaires", "", "GET", f"{SURVEY}/questionnaires")
    url = f"{SURVEY}/questionnaire-versions"
    yield Tried("write-questionnaire", "", "PUT", f"{url}/by-name/parents/7", example())
    url = f"{url}/{ids['questionnaire']}"
    yield Tried("read-drafts", "", "GET", f"{url}/form")
    for step in ("preview", "publication", "retirement"):
        yield Tried("write-questionnaire", "", "POST", f"{url}/{step}", None, (412,), version=STALE)
    yield Tried("read-courses", "", "GET", f"{SURVEY}/courses")


def _of_registers(stage: Stage, role: Role) -> Iterator[Tried]:
    ids = stage.ids
    said = {"reference": f"M{next(_number)}", "received_on": "2019-02-14"}
    complaint, compliment = said | {"formal": False}, said | {"source": "parents"}
    yield Tried("raise-complaint", "", "POST", f"{SURVEY}/complaints", complaint)
    yield Tried("enter-compliment", "", "POST", f"{SURVEY}/compliments", compliment)
    for whose in SIDES:
        # Of those who raise none, what is tried is another's: they are told so all the same.
        own = ids.get(f"complaint_{role}") if whose == "own" else ""
        url = f"{SURVEY}/complaints/{own or ids['complaint_other-team']}"
        yield Tried("read-complaint", whose, "GET", url)
        yield from _put_right("correct-complaint", whose, url, complaint, "reference")
        end, url = {"closed_on": "2019-03-01", "outcome": "upheld"}, f"{url}/closure"
        yield Tried("close-complaint", whose, "POST", url, end, (412,), version=STALE)
        own = ids.get(f"compliment_{role}") if whose == "own" else ""
        url = f"{SURVEY}/compliments/{own or ids['compliment_other-team']}"
        yield Tried("read-compliment", whose, "GET", url)
        yield from _put_right("correct-compliment", whose, url, compliment, "reference")
    delivery = {"reference": "D1", "kind": "bespoke-training", "delivered_on": "2019-02-01"}
    yield Tried("record-delivery", "", "POST", f"{SURVEY}/deliveries", delivery)
    url = f"{SURVEY}/deliveries/{ids['delivery']}"
    yield Tried("read-delivery", "", "GET", url)
    yield Tried("record-delivery", "", "POST", f"{url}/ratings", {"form": 1, "content": 9})
    yield from _put_right("record-delivery", "", url, delivery, "reference")
    url = f"{SURVEY}/ratings/{ids['rating']}"
    yield Tried("read-delivery", "", "GET", url)
    yield from _put_right("record-delivery", "", url, {"content": 9})
    check = {"kind": "complaints", "month": "2019-02", "checked_on": "2019-03-04"}
    yield Tried("check-register", "", "POST", f"{SURVEY}/register-checks", check)
    url = f"{SURVEY}/register-checks/{ids['check']}"
    yield Tried("read-register", "", "GET", url)
    yield Tried("check-register", "", "POST", f"{url}/void", WHY, (412,), version=STALE)
    yield Tried("read-school", "", "GET", f"{REFERRAL}/schools/{ids['school_own']}")


def _of_kinds() -> Iterator[Tried]:
    for root, kind in ((REFERRAL, "visits"), (ASSESSMENT, "results"), (SURVEY, "waves")):
        row = f"{root.split('/')[1]}-kinds"
        for more in ("", f"/{kind}", f"/{kind}/template"):
            yield Tried(row, "", "GET", f"{root}/import-kinds{more}")


def _of_office(stage: Stage) -> Iterator[Tried]:
    yield from reads.of_office(stage)
    team = {"name": "TA", "area": "A1", "formed_on": "2015-09-01"}
    yield Tried("write-team", "", "PUT", f"{REFERRAL}/teams/by-code/TA", team)
    person = {
        "name": "Testcase Teacher",
        "post": "specialist-teacher",
        "fte": "1",
        "appointed_on": "2015-09-01",
        "team_code": "TA",
    }
    yield Tried("write-staff", "", "PUT", f"{REFERRAL}/staff/by-reference/S-own", person)
    yield from of_staff_put_right(stage)
    # A file without a media type is refused after it was asked who sends it.
    for file in ("school-extracts?snapshot_on=2018-09-01&mode=check", "school-links?mode=check"):
        url = f"{REFERRAL}/{file}"
        yield Tried("write-schools", "", "POST", url, {}, (415, 400, 422))
    yield Tried("list-waiting", "", "GET", f"{REFERRAL}/children-of-closed-schools")
    for row, service, kind in (
        ("import-visits", REFERRAL, "visits"),
        ("import-children", REFERRAL, "children"),
        ("import-reviews", REFERRAL, "reviews"),
        ("import-results", ASSESSMENT, "results"),
        ("import-references", ASSESSMENT, "child-references"),
        ("import-references", SURVEY, "child-references"),
        ("import-survey", SURVEY, "waves"),
    ):
        url = f"{service}/imports?kind={kind}&mode=check"
        yield Tried(row, "", "POST", url, {}, (415, 400, 422))
    yield from _of_kinds()
    yield Tried("export-references", "", "GET", f"{REFERRAL}/child-references")
    yield from of_imports()
    nothing = "00000000-0000-4000-8000-000000000000"
    for root in (REFERRAL, ASSESSMENT, SURVEY, "/reporting/v1"):
        yield Tried("read-change-log", "", "GET", f"{root}/change-log?record_id={nothing}")
    for service in ("assessment", "survey", "reporting"):
        for letters, redrive in (("dead-letters", "redrive"), ("parked", "release")):
            yield Tried("read-listener", "", "GET", f"/{service}/v1/{letters}")
            url = f"/{service}/v1/{letters}/referral/{nothing}/{redrive}"
            yield Tried("run-listener", "", "POST", url, None, (404, 409))
        yield Tried("read-listener", "", "GET", f"/{service}/v1/listener")
        yield Tried("run-listener", "", "POST", f"/{service}/v1/listener/start")
    yield from of_editions(stage)
    teams, year = "/figures/service.teams", "year=2018-19"
    asked = (f"{teams}?{year}", f"{teams}/trend?until=2018-19", f"{teams}/lineage?{year}")
    pages = ("/reports", f"{teams}?{year}", f"{teams}/lineage?{year}")
    files = ("/reports/2018-19/files/csv", f"{teams}/files/csv?{year}")
    both = ("/v1/reports/2018-19", "/reports/2018-19")
    for url in (*both, *(f"/v1{one}" for one in asked), *pages, *files):
        yield Tried("read-report", "", "GET", f"/reporting{url}")
    for url in ("/v1/reconciliations/2018-19", "/reconciliations/2018-19"):
        yield Tried("read-exact", "", "GET", f"/reporting{url}")
    extracts = "/case-extracts"
    for url in (f"/v1{extracts}/2018-19", extracts, f"{extracts}/2018-19/files/csv"):
        yield Tried("take-case-extract", "", "GET", f"/reporting{url}")
    url = f"/reporting/v1/events/{nothing}/figures"
    yield Tried("read-exact", "", "GET", url, None, (404,))
