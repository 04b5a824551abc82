"""Lists of assessment and survey, and what is found there by the county's key: each as tried."""

from collections.abc import Iterator
from typing import Final

from deploy.topics import PUBLISHERS
from libs.common.security import Role
from tests.architecture.roles import heard
from tests.architecture.roles.stage import Stage
from tests.architecture.roles.tried import Tried

ASSESSMENT: Final = "/assessment/v1"
SURVEY: Final = "/survey/v1"
NOTHING: Final = "00000000-0000-4000-8000-000000000000"


def of_child(stage: Stage, relation: str) -> Iterator[Tried]:
    """Yield what lists the results and answers of a child, and finds them."""
    ids, wave = stage.of[relation], stage.ids["wave"]
    child = f"child={ids['child']}"
    for row, url, listed in (
        ("list-results", f"{ASSESSMENT}/results?{child}", ids["result"]),
        ("list-recipients", f"{SURVEY}/recipients?{child}", ids["child"]),
        ("list-responses", f"{SURVEY}/responses?{child}", ids["response"]),
    ):
        yield Tried(row, relation, "GET", url, listed=listed)
    for row, url in (
        ("read-result", f"{ASSESSMENT}/results/by-reference/A-{relation}"),
        ("read-result", f"{ASSESSMENT}/children/{ids['child']}/progress?academic_year=2018-19"),
        ("read-result", f"{ASSESSMENT}/children/{ids['child']}/timeline"),
        ("list-recipients", f"{SURVEY}/children/{ids['child']}/timeline"),
        ("list-recipients", f"{SURVEY}/recipients/by-wave/{wave}/P-{relation}"),
        ("list-responses", f"{SURVEY}/responses/by-reference/A-P-{relation}"),
    ):
        yield Tried(row, relation, "GET", url)
    yield from heard.of_child(relation, ids)


def of_others(stage: Stage, role: Role) -> Iterator[Tried]:
    """Yield what lists and finds records of colleagues, teams, waves and registers."""
    ids, year = stage.ids, "2018-19"
    for whose in ("own", "mates", "other-team"):
        url, judged = f"{ASSESSMENT}/teaching-judgements", ids[f"judgement_{whose}"]
        yield Tried("read-judgement", whose, "GET", f"{url}?limit=200", listed=judged)
        url = f"{url}/by-staff/{year}/{ids[f'staff_{whose}']}"
        yield Tried("read-judgement", whose, "GET", url)
    for whose in ("own", "other-team"):
        url, held = f"{ASSESSMENT}/quality-dialogues", ids[f"dialogue_{whose}"]
        yield Tried("read-dialogue", whose, "GET", url, listed=held)
        yield Tried("read-dialogue", whose, "GET", f"{url}/by-team/{year}/{ids[f'team_{whose}']}")
        url = f"{SURVEY}/waves"
        yield Tried("read-wave", whose, "GET", url, listed=ids[f"draft_{whose}"])
        yield Tried("read-wave", whose, "GET", f"{url}/by-reference/W-{whose}")
        url, listed = f"{SURVEY}/campaigns", ids[f"campaign_{whose}"]
        yield Tried("read-campaign", whose, "GET", url, listed=listed)
        yield Tried("read-campaign", whose, "GET", f"{url}/by-reference/C-{whose}")
        for what in ("complaint", "compliment"):
            own = ids.get(f"{what}_{role}") if whose == "own" else ""
            listed = own or ids[f"{what}_other-team"]
            yield Tried(f"read-{what}", whose, "GET", f"{SURVEY}/{what}s", listed=listed)
        own = ids.get(f"complaint_{role}") if whose == "own" else ""
        url = f"{SURVEY}/complaints/{own or ids['complaint_other-team']}/concerns"
        yield Tried("raise-as-concern", whose, "POST", url, heard.WORRIED)
    yield from heard.of_the_lead(ids)
    yield from _without_whose()


def _without_whose() -> Iterator[Tried]:
    """Yield what whoever may read at all reads all of."""
    for service in PUBLISHERS:
        yield Tried("read-me", "", "GET", f"/{service}/v1/me")
    for service in PUBLISHERS:
        for url in ("changes", "changes/snapshot", "changes/digest"):
            yield Tried("read-changes", "", "GET", f"/{service}/v1/{url}")
    for row, root, address, done in (
        ("read-criteria", ASSESSMENT, "criteria", 200),
        ("read-criteria", ASSESSMENT, "criteria/by-version/2018-19/1", 200),
        ("read-windows", ASSESSMENT, "windows", 200),
        ("read-schemes", ASSESSMENT, "schemes", 200),
        ("read-schemes", ASSESSMENT, "schemes/SSSEN-DEFAULT/1", 200),
        ("list-recipients", SURVEY, f"recipients/{NOTHING}", 404),
        ("read-response", SURVEY, "comments", 200),
        ("read-response", SURVEY, f"responses/{NOTHING}/comments/none", 404),
        ("read-delivery", SURVEY, "deliveries", 200),
        ("read-delivery", SURVEY, "deliveries/by-reference/D1", 200),
        ("read-delivery", SURVEY, "ratings", 200),
        ("read-delivery", SURVEY, "ratings/by-form/7/D1", 200),
        ("read-complaint", SURVEY, "complaints/by-reference/NONE", 404),
        ("read-compliment", SURVEY, "compliments/by-reference/NONE", 404),
        ("read-register", SURVEY, "register-checks", 200),
        ("read-register", SURVEY, "register-checks/by-month/complaints/2019-02", 200),
        ("read-questionnaires", SURVEY, "questionnaires/children/1", 200),
        ("read-questionnaires", SURVEY, "questionnaires/children/99/paper", 404),
        ("read-drafts", SURVEY, "questionnaire-versions", 200),
        ("read-drafts", SURVEY, f"questionnaire-versions/{NOTHING}", 404),
        ("read-drafts", SURVEY, "questionnaire-versions/by-name/children/1", 200),
        ("read-courses", SURVEY, "courses/network/senco", 200),
    ):
        yield Tried(row, "", "GET", f"{root}/{address}", done=(done,))
