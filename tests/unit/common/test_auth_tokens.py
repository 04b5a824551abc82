"""A good token says who is calling; a stale one is refused, in the same words as any other."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from joserfc.jwk import ECKey

from libs.common.core.errors import Unauthenticated, problem
from libs.common.security import Actor, AuthSettings, DemoIssuer, References, Role, TokenChecker
from libs.common.security.checker import MOST_REMEMBERED, OTHER_KEY
from libs.common.security.settings import Profile
from tests.unit.common.signing import (
    CLAIMS,
    GOOD,
    HEADER,
    ISSUER,
    KEY,
    LEFT_OUT,
    LONGEST,
    NOW,
    PUBLIC,
    SECONDS,
    STRANGER,
    TEAM,
    changed,
    check,
    padded,
    refusal,
    signed_bytes,
    token,
)


def test_a_good_token_says_who_is_calling(checker: TokenChecker) -> None:
    staff_id = "11111111-2222-4333-8444-555555555555"
    assert check(checker, f"Bearer {token(staff_id=staff_id)}") == Actor(
        subject="teacher-7",
        roles=frozenset({Role.SUPPORT_TEACHER}),
        teams=frozenset({UUID(TEAM)}),
        schools=frozenset(),
        children=frozenset(),
        staff_id=UUID(staff_id),
        references=References(),
    )
    assert check(checker, f"bearer {token(aud=['sssen'])}").staff_id is None


def test_a_caller_stands_for_the_countys_own_references(checker: TokenChecker) -> None:
    named = token(
        team_codes=["NW", "north.west-2"],
        school_urns=["100001", 100002],
        child_references=["capita/C-1", "eyes/2019/17"],
        staff_reference="S-0042",
    )
    assert check(checker, f"Bearer {named}").references == References(
        teams=frozenset({"NW", "north.west-2"}),
        schools=frozenset({"100001", "100002"}),
        children=frozenset({("capita", "C-1"), ("eyes", "2019/17")}),
        staff="S-0042",
    )


def test_one_value_is_a_list_of_one_and_null_is_nothing(checker: TokenChecker) -> None:
    one = token(roles="support-teacher", teams=TEAM, team_codes="NW", child_references="capita/C-1")
    actor = check(checker, f"Bearer {one}")
    assert actor.roles == {Role.SUPPORT_TEACHER}
    assert actor.teams == {UUID(TEAM)}
    assert actor.references == References(
        teams=frozenset({"NW"}), children=frozenset({("capita", "C-1")})
    )
    staff = check(checker, f"Bearer {token(staff_id=[TEAM], staff_reference=['S-1'], teams=None)}")
    assert (staff.staff_id, staff.references.staff) == (UUID(TEAM), "S-1")
    assert not staff.teams


@pytest.mark.parametrize("roles", [LEFT_OUT, None, [], "emperor", ["SUPPORT-TEACHER"], [7]])
def test_who_has_no_role_of_ours_is_known_and_may_do_nothing(
    checker: TokenChecker, roles: object
) -> None:
    assert check(checker, f"Bearer {token(roles=roles)}").roles == frozenset()


def test_roles_that_are_not_ours_count_for_nothing(checker: TokenChecker) -> None:
    roles = ["emperor", "support-teacher", "offline_access"]
    assert check(checker, f"Bearer {token(roles=roles)}").roles == {Role.SUPPORT_TEACHER}


def test_clocks_may_differ_by_thirty_seconds_and_no_more(checker: TokenChecker) -> None:
    bearer = f"Bearer {GOOD}"
    check(checker, bearer, NOW - timedelta(seconds=30))
    check(checker, bearer, NOW + timedelta(seconds=3600 + 29))
    refusal(checker, bearer, NOW - timedelta(seconds=31))
    refusal(checker, bearer, NOW + timedelta(seconds=3600 + 30))


def test_a_clock_a_day_out_refuses_and_recovers(checker: TokenChecker) -> None:
    bearer = f"Bearer {GOOD}"
    check(checker, bearer)
    refusal(checker, bearer, NOW + timedelta(days=1))
    refusal(checker, bearer, NOW - timedelta(days=1))
    check(checker, bearer)


def test_a_token_may_live_a_whole_day(checker: TokenChecker) -> None:
    check(checker, f"Bearer {token(exp=SECONDS + 86400)}")


def test_times_may_have_fractions(checker: TokenChecker) -> None:
    fractions = token(iat=SECONDS - 0.25, nbf=SECONDS - 0.25, exp=SECONDS + 60.5)
    check(checker, f"Bearer {fractions}", NOW + timedelta(seconds=90))
    refusal(checker, f"Bearer {fractions}", NOW + timedelta(seconds=91))
    assert check(checker, f"Bearer {token(iat=float(SECONDS))}")


def test_a_token_of_32_kb_is_read(checker: TokenChecker) -> None:
    longest = padded(LONGEST)
    assert LONGEST - 2 <= len(longest) <= LONGEST
    check(checker, f"Bearer {longest}")


def test_the_type_is_compared_as_a_media_type(checker: TokenChecker) -> None:
    for said in ("application/at+jwt", "AT+JWT", "Application/At+Jwt"):
        check(checker, f"Bearer {token({'typ': said})}")


def test_a_token_without_key_id_is_checked_with_the_only_key(checker: TokenChecker) -> None:
    check(checker, f"Bearer {token({'kid': LEFT_OUT})}")
    stranger = signed_bytes(changed(HEADER, kid=LEFT_OUT), CLAIMS, STRANGER)
    refusal(checker, f"Bearer {stranger}")


def test_a_token_without_key_id_is_refused_where_two_keys_fit(
    checker: TokenChecker, tmp_path: Path
) -> None:
    second = ECKey.generate_key("P-256", {"kid": "two"}).as_dict(private=False)
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [PUBLIC, second]}))
    check(checker, f"Bearer {GOOD}")
    refusal(checker, f"Bearer {token({'kid': LEFT_OUT})}")


def test_a_token_needs_no_time_before_which_it_is_not_valid(checker: TokenChecker) -> None:
    check(checker, f"Bearer {token(nbf=LEFT_OUT)}")


def test_a_token_that_was_accepted_is_refused_when_its_time_is_over(checker: TokenChecker) -> None:
    header = f"Bearer {token()}"
    check(checker, header)
    check(checker, header, NOW + timedelta(minutes=60))
    refusal(checker, header, NOW + timedelta(minutes=61))


def test_a_token_that_was_accepted_is_refused_when_its_key_is_withdrawn(
    checker: TokenChecker, tmp_path: Path
) -> None:
    header = f"Bearer {token(exp=SECONDS + 7200)}"
    check(checker, header)
    other = STRANGER.as_dict(private=False)  # of the same id
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [other]}))
    refusal(checker, header, NOW + timedelta(minutes=6))


def test_only_so_many_tokens_are_remembered(checker: TokenChecker) -> None:
    for number in range(MOST_REMEMBERED + 5):
        check(checker, f"Bearer {token(sub=f'teacher-{number}')}")
    assert len(checker._accepted) == MOST_REMEMBERED


@pytest.mark.parametrize("profile", ["development", "production"])
def test_only_in_development_is_somebody_told_of_another_demo_key(
    tmp_path: Path, profile: Profile
) -> None:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    checker = TokenChecker(
        AuthSettings(auth_issuer=ISSUER, auth_key_set=str(path), profile=profile)
    )
    demo = refusal(checker, f"Bearer {DemoIssuer(tmp_path).token(Role.PARENT, now=NOW)}")
    unknown = refusal(checker, f"Bearer {signed_bytes({**HEADER, 'kid': 'two'}, CLAIMS)}")
    assert problem(unknown) == problem(Unauthenticated())
    told = problem(Unauthenticated(detail=OTHER_KEY if profile == "development" else None))
    assert problem(demo) == told
