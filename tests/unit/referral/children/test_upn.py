"""Pupil numbers: form, authority and check letter, once among active children, and given up."""

from typing import Any

import pytest

from libs.common.security import Role
from services.referral.children.upn import is_valid_upn
from tests.imports import imported
from tests.journeys.casework import CHILD, call, ready
from tests.worlds import World

NUMBER, OTHER, TEMPORARY = "U830200119001", "B801200005001", "G83020011904A"
URL = "/referral/v1/children/by-reference/county"
DAY = {"effective_on": "2018-11-05"}


@pytest.mark.parametrize(
    ("upn", "valid"),
    [
        ("U830200119001", True),  # both are the examples of domain brief 4.1
        ("G83020011904A", True),
        ("V830200119001", False),
        ("U830200119002", False),
        ("U830200191001", False),
        ("G83020011904B", False),
        ("H83020011904A", False),
        ("S830200119001", False),  # I, O and S are no letters of it
        ("G8302001190IA", False),
        ("u830200119001", False),
        ("U83020011900", False),
        ("U8302001190010", False),
        ("", False),
        ("B801200005001", True),  # the other examples
        ("X00180001701A", True),
        ("U\uff18\uff13\uff10200119001", False),  # full-width figures
        ("U8302001190\u0660\u0661", False),  # Arabic figures
        ("A000000000000", False),  # a check letter that is right, and no authority
        ("A999000000000", False),
    ],
)
def test_a_pupil_number_has_its_check_letter(upn: str, valid: bool) -> None:
    assert is_valid_upn(upn) is valid


async def test_a_number_is_one_active_child_s_unless_somebody_confirms_it(
    referral: World,
) -> None:
    await ready(referral)
    await call(referral, "PUT", f"{URL}/C1", {**DAY, "upn": NUMBER})
    plain = {**CHILD, "plans": [], "upn": NUMBER}
    refused = await call(referral, "PUT", f"{URL}/C2", plain)
    assert [(one["code"], one["pointer"]) for one in refused.json()["errors"]] == [
        ("upn-taken", "/upn")
    ]
    confirmed = {**plain, "upn_duplicate_confirmed": True}
    assert (await call(referral, "PUT", f"{URL}/C2", confirmed)).status_code == 201
    assert (await call(referral, "PUT", f"{URL}/C2", plain)).status_code == 200
    await call(referral, "PUT", f"{URL}/C1", {**DAY, "upn": OTHER})
    rows: list[dict[str, Any]] = [{**DAY, "scheme": "county", "reference": "C1", "upn": TEMPORARY}]
    rows += [{**plain, "scheme": "county", "reference": one, "upn": TEMPORARY} for one in ("C3",)]
    done = await imported(referral, "referral/children", rows)
    assert [one["outcome"] for one in done["outcomes"]] == ["updated", "refused"]


async def test_a_number_that_was_given_up_is_kept_for_information_governance(
    referral: World,
) -> None:
    child = (await ready(referral))["child"]
    for day, number in (("05", TEMPORARY), ("06", NUMBER), ("07", OTHER), ("08", None)):
        said = {"effective_on": f"2018-11-{day}", "upn": number}
        assert (await call(referral, "PUT", f"{URL}/C1", said)).is_success
    url = f"/referral/v1/children/{child}/former-upns"
    kept = await call(referral, "GET", url, headers=referral.as_(Role.ADMINISTRATOR))
    assert [
        (one["upn"], one["from_on"], one["until_on"], one["why"])
        for one in kept.json()["former_upns"]
    ] == [
        (TEMPORARY, "2018-11-05", "2018-11-06", "permanent-known"),
        (NUMBER, "2018-11-06", "2018-11-07", "corrected"),
        (OTHER, "2018-11-07", "2018-11-08", "withdrawn"),
    ]
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert (await call(referral, "GET", url, headers=referral.as_(role))).status_code == 403
