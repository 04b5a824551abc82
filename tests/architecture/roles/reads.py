"""Lists, and what is found by the county's own key: each as it is tried."""

from collections.abc import Iterator
from typing import Final

from tests.architecture.roles.stage import Stage
from tests.architecture.roles.tried import Tried

REFERRAL: Final = "/referral/v1"
NOTHING: Final = "00000000-0000-4000-8000-000000000000"


def of_child(relation: str, ids: dict[str, str]) -> Iterator[Tried]:
    """Yield what lists the things of a child, and finds them."""
    child = ids["child"]
    for row, query, listed in (
        ("read-child", f"children?ids={child}", child),
        ("read-child", f"plans?child={child}", ids["plan"]),
        ("read-person", f"people?child={child}", ids["person"]),
        ("read-referral", f"referrals?child={child}", ids["referral"]),
        ("read-check", f"eligibility-checks?child={child}", ids["check"]),
        ("read-exclusion", f"exclusions?child={child}", ids["exclusion"]),
    ):
        yield Tried(row, relation, "GET", f"{REFERRAL}/{query}", listed=listed)
    for row, things, asked, listed in (
        ("read-child", "children", {"reference": f"C-{relation}"}, child),
        ("read-person", "people", {"reference": f"PA-{relation}"}, ids["person"]),
    ):
        url = f"{REFERRAL}/{things}/searches"
        yield Tried(row, relation, "POST", url, asked, listed=listed)
    for row, address in (
        ("read-child", f"children/{child}/timeline"),
        ("read-child", f"children/by-reference/county/C-{relation}"),
        ("read-referral", f"referrals/by-reference/R-{relation}"),
        ("read-check", f"eligibility-checks/{ids['check']}"),
        ("read-exclusion", f"exclusions/by-reference/E-{relation}"),
    ):
        yield Tried(row, relation, "GET", f"{REFERRAL}/{address}")


def of_case(relation: str, ids: dict[str, str]) -> Iterator[Tried]:
    """Yield what lists the parts of a case."""
    case = ids["case"]
    yield Tried("read-case", relation, "GET", f"{REFERRAL}/cases/{case}/overview")
    for row, things, listed in (
        ("read-allocations", "allocations", case),
        ("read-pauses", "pauses", case),
        ("read-visits", "visits", case),
        ("read-review", "reviews", ids["review"]),
        ("read-risk", "risk-assessments", case),
    ):
        yield Tried(row, relation, "GET", f"{REFERRAL}/{things}?case={case}", listed=listed)


def of_office(stage: Stage) -> Iterator[Tried]:
    """Yield what lists and finds staff, teams and schools."""
    ids = stage.ids
    for whose in ("own", "mates", "other-team"):
        listed = ids[f"staff_{whose}"]
        url = f"{REFERRAL}/staff"
        yield Tried("read-staff", whose, "GET", f"{url}?ids={listed}", listed=listed)
        yield Tried("read-staff", whose, "GET", f"{url}/by-reference/S-{whose}")
        asked = {"reference": f"S-{whose}"}
        yield Tried("read-staff", whose, "POST", f"{url}/searches", asked, listed=listed)
    for whose, code in (("own", "TA"), ("other-team", "TB")):
        listed = ids[f"team_{whose}"]
        url = f"{REFERRAL}/teams"
        yield Tried("read-team", whose, "GET", f"{url}?ids={listed}", listed=listed)
        yield Tried("read-team", whose, "GET", f"{url}/by-code/{code}")
    yield Tried("read-school", "", "GET", f"{REFERRAL}/schools")
    yield Tried("read-school", "", "GET", f"{REFERRAL}/schools/by-urn/{ids['urn_own']}")
    yield Tried("list-cases", "", "GET", f"{REFERRAL}/colleagues")
    one = f"{REFERRAL}/cases/{NOTHING}/colleagues/{NOTHING}/2019-01-08"
    yield Tried("list-cases", "", "GET", one, done=(404,))
