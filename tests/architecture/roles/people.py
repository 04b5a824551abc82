"""Parents and carers, likely duplicates, staff put right: each operation as it is tried."""

from collections.abc import Iterator
from typing import Final

from tests.architecture.roles import stage as made
from tests.architecture.roles.stage import Stage
from tests.architecture.roles.tried import STALE, Tried

REFERRAL: Final = "/referral/v1"
VOID: Final = {"reason": "entry-error"}


def of_parents(relation: str, ids: dict[str, str]) -> Iterator[Tried]:
    """Yield every operation on the parent of a child, and on their relationship."""
    people, related = f"{REFERRAL}/people", f"{REFERRAL}/relationships"
    by_reference = f"{people}/by-reference/PA-{relation}"
    for url in (by_reference, f"{people}/{ids['person']}", f"{related}/{ids['relationship']}"):
        yield Tried("read-person", relation, "GET", url)
    listed = f"{related}?child_id={ids['child']}"
    yield Tried("read-person", relation, "GET", listed, listed=ids["relationship"])
    if relation != "unknown":
        yield Tried("write-person", relation, "PUT", by_reference, {"name": "Testparent"})
    same = {"child_id": ids["child"], "person_id": ids["person"], "kind": "mother"}
    yield Tried("write-person", relation, "POST", related, {**same, "from_on": "2018-10-01"})
    day = "2019-01-08"
    person, one = f"{people}/{ids['person']}", f"{related}/{ids['relationship']}"
    span = {"kind": "mother", "from_on": day, "ended_on": None}
    for url, body in (
        (f"{person}/withdrawal", {"withdrawn_on": day, "reason": "asked"}),
        (f"{person}/withdrawal/void", VOID),
        (f"{one}/ending", {"ended_on": day}),
        (f"{one}/responsibility", {"responsibility": "verified", "stated_on": day}),
        (f"{one}/restrictions", {"restrictions": ["no-letters"], "restricted_on": day}),
        (f"{one}/corrections", {**span, "reason": "entry-error"}),
        (f"{one}/void", VOID),
    ):
        yield Tried("write-person", relation, "POST", url, body, (412,), version=STALE)


def of_duplicates(stage: Stage) -> Iterator[Tried]:
    """Yield every operation on a pair of records that are likely one."""
    pairs = f"{REFERRAL}/duplicates"
    one = f"{pairs}/{stage.ids['duplicate']}"
    yield Tried("read-duplicate", "", "GET", pairs)
    yield Tried("read-duplicate", "", "GET", one)
    yield Tried("decide-duplicate", "", "POST", f"{REFERRAL}/duplicate-searches")
    for step, body in (
        ("confirmation", {"reason": "other"}),
        ("dismissal", {"reason": "twins"}),
        ("merge", {"kept_id": stage.of["own"]["child"]}),
        ("unmerge", {"reason": "entry-error"}),
    ):
        yield Tried("decide-duplicate", "", "POST", f"{one}/{step}", body, (412,), version=STALE)


def of_staff_put_right(stage: Stage) -> Iterator[Tried]:
    """Yield what puts right what was recorded of staff and of a team."""
    staff, team = stage.ids["staff_own"], stage.ids["team_own"]
    first, day = {"from_on": "2015-09-01"}, "2015-09-01"
    for row, thing, body in (
        ("write-staff", f"staff/{staff}/appointment/corrections", made.APPOINTED | VOID),
        ("write-staff", f"staff/{staff}/contracts/{day}/corrections", {**first, **made.PART}),
        ("write-staff", f"staff/{staff}/contracts/{day}/void", VOID),
        ("write-staff", f"staff/{staff}/leaving/corrections", {"left_on": "2019-08-31", **VOID}),
        ("write-staff", f"staff/{staff}/leaving/void", VOID),
        ("write-team", f"teams/{team}/corrections", {"formed_on": "2015-09-01", **VOID}),
        ("write-team", f"teams/{team}/names/{day}/corrections", {**first, **made.NAMED}),
        ("write-team", f"teams/{team}/names/{day}/void", VOID),
        ("write-team", f"teams/{team}/managers", {"staff_id": staff, "appointed_on": day}),
        (
            "write-team",
            f"teams/{team}/managers/{day}/corrections",
            {"staff_id": staff, **first, **VOID},
        ),
        ("write-team", f"teams/{team}/managers/{day}/void", VOID),
    ):
        yield Tried(row, "", "POST", f"{REFERRAL}/{thing}", body, (412,), version=STALE)
