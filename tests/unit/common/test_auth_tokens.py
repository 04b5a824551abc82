"""Every forged, stale or merely odd token is refused, always in the same words."""

import asyncio
import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwe, jws
from joserfc.jwk import ECKey, OctKey

from libs.common.auth import Actor, AuthSettings, DemoIssuer, References, Role, TokenChecker
from libs.common.auth.checker import MOST_REMEMBERED, OTHER_KEY
from libs.common.auth.settings import Profile
from libs.common.errors import DomainError, Unauthenticated, problem

NOW = datetime(2019, 1, 31, 9, 30, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
ISSUER = "https://identity.county.example"
TEAM = "0b5d1c1e-6f0a-4f62-9d5e-1f2a3b4c5d6e"
KEY = ECKey.generate_key("P-256", {"kid": "one"}, private=True)
STRANGER = ECKey.generate_key("P-256", {"kid": "one"}, private=True)
HEADER: dict[str, Any] = {"alg": "ES256", "typ": "at+jwt", "kid": "one"}
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "sssen",
    "sub": "teacher-7",
    "iat": SECONDS,
    "nbf": SECONDS,
    "exp": SECONDS + 3600,
    "roles": ["support-teacher"],
    "teams": [TEAM],
}
LEFT_OUT = object()
LONGEST = 32_768


@pytest.fixture
def checker(tmp_path: Path) -> TokenChecker:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    return TokenChecker(AuthSettings(auth_issuer=ISSUER, auth_key_set=str(path)))


def part(content: object) -> str:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def changed(base: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {name: v for name, v in {**base, **changes}.items() if v is not LEFT_OUT}


def signed_bytes(header: object, claims: object, key: ECKey = KEY) -> str:
    """Sign whatever the parts say, however wrong; joserfc itself would refuse to."""
    message = f"{part(header)}.{part(claims)}"
    algorithm = jws.JWSRegistry.algorithms["ES256"]
    return f"{message}.{part(algorithm.sign(message.encode(), key))}"


def token(header: dict[str, Any] | None = None, **claims: Any) -> str:
    return signed_bytes(changed(HEADER, **(header or {})), changed(CLAIMS, **claims))


def check(checker: TokenChecker, header: str | None, now: datetime = NOW) -> Actor:
    return asyncio.run(checker.actor(header, now))


def refusal(checker: TokenChecker, header: str | None, now: datetime = NOW) -> DomainError:
    with pytest.raises(Unauthenticated) as caught:
        check(checker, header, now)
    return caught.value


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


def test_the_helper_that_forges_signs_as_the_library_does(checker: TokenChecker) -> None:
    whole = jws.serialize_compact(HEADER, json.dumps(CLAIMS), KEY, algorithms=["ES256"])
    assert check(checker, f"Bearer {whole}") == check(checker, f"Bearer {token()}")


def hmac_token(secret: bytes) -> str:
    message = f"{part(changed(HEADER, alg='HS256'))}.{part(CLAIMS)}"
    return f"{message}.{part(hmac.new(secret, message.encode(), hashlib.sha256).digest())}"


def other_algorithm() -> str:
    key = ECKey.generate_key("P-521", private=True)
    return jws.serialize_compact(
        changed(HEADER, alg="ES512"), json.dumps(CLAIMS), key, algorithms=["ES512"]
    )


def encrypted() -> str:
    header = {"alg": "dir", "enc": "A256GCM", "zip": "DEF", "typ": "at+jwt", "kid": "one"}
    return jwe.encrypt_compact(header, json.dumps(CLAIMS), OctKey.generate_key(256))


def jwk_header() -> dict[str, Any]:
    return changed(HEADER, jwk=STRANGER.as_dict(private=False))


def doubled(body: dict[str, Any], name: str, value: object) -> bytes:
    return f"{json.dumps(body)[:-1]}, {json.dumps(name)}: {json.dumps(value)}}}".encode()


def as_written(body: dict[str, Any], name: str, value: str) -> bytes:
    return f'{json.dumps(changed(body, **{name: LEFT_OUT}))[:-1]}, "{name}": {value}}}'.encode()


def without_signature(text: str) -> str:
    return text.rpartition(".")[0]


def padded(length: int) -> str:
    """Return a good token of at most so many characters, and of two fewer at least."""
    return token(padding="x" * ((length - len(token(padding=""))) * 3 // 4))


GOOD = token()
PUBLIC = KEY.as_dict(private=False)
FORGED = {
    "alg none": token({"alg": "none"}),
    "alg None": token({"alg": "None"}),
    "alg none without signature": f"{part(changed(HEADER, alg='none'))}.{part(CLAIMS)}.",
    "alg empty": token({"alg": ""}),
    "alg missing": token({"alg": LEFT_OUT}),
    "alg in lower case": token({"alg": "es256"}),
    "alg as a list": token({"alg": ["ES256"]}),
    "HS256 with the public key as PEM": hmac_token(KEY.as_pem(private=False)),
    "HS256 with the public key as DER": hmac_token(KEY.as_der(private=False)),
    "HS256 with the public key as JWK": hmac_token(json.dumps(PUBLIC).encode()),
    "ES512": other_algorithm(),
    "another's key under our id": signed_bytes(HEADER, CLAIMS, STRANGER),
    "jku": token({"jku": "https://elsewhere.example/keys"}),
    "x5u": token({"x5u": "https://elsewhere.example/cert"}),
    "x5c": token({"x5c": ["MIIB"]}),
    "jwk of the forger": signed_bytes(jwk_header(), CLAIMS, STRANGER),
    "jwk beside a good signature": signed_bytes(jwk_header(), CLAIMS),
    "unknown crit": token({"crit": ["x"], "x": 1}),
    "crit of b64": token({"crit": ["b64"], "b64": True}),
    "empty crit": token({"crit": []}),
    "nested": token({"cty": "JWT"}),
    "kid unknown": token({"kid": "two"}),
    "kid a path": token({"kid": "../../one"}),
    "kid SQL": token({"kid": "one' OR 1=1 --"}),
    "kid with NUL": token({"kid": "one\x00"}),
    "kid a number": token({"kid": 1}),
    "kid endless": token({"kid": "k" * 129}),
    "typ of an ID token": token({"typ": "JWT"}),
    "typ of a logout token": token({"typ": "logout+jwt"}),
    "typ none": token({"typ": "none"}),
    "typ null": token({"typ": None}),
    "nonce of an ID token": token(nonce="n-0S6_WzA2Mj"),
    "at_hash of an ID token": token(at_hash="77QmUPtjPfzWtF2AnpK9RQ"),
    "c_hash of an ID token": token(c_hash="LDktKdoQak3Pk0cnXxCltA"),
    "Keycloak's mark of an ID token": token(typ="ID"),
    "typ missing": token({"typ": LEFT_OUT}),
    "typ a list": token({"typ": ["at+jwt"]}),
    "aud missing": token(aud=LEFT_OUT),
    "aud another": token(aud="other"),
    "aud ours and another": token(aud=["sssen", "other"]),
    "aud twice ours": token(aud=["sssen", "sssen"]),
    "aud longer": token(aud="sssen2"),
    "aud shorter": token(aud="ssse"),
    "aud in capitals": token(aud="SSSEN"),
    "aud empty list": token(aud=[]),
    "aud within": token(aud=[["sssen"]]),
    "iss missing": token(iss=LEFT_OUT),
    "iss longer": token(iss=f"{ISSUER}.evil.example"),
    "iss shorter": token(iss=ISSUER[:-1]),
    "iss with slash": token(iss=f"{ISSUER}/"),
    "iss in capitals": token(iss=ISSUER.upper()),
    "iss a list": token(iss=[ISSUER]),
    "exp missing": token(exp=LEFT_OUT),
    "exp text": token(exp=str(SECONDS + 3600)),
    "exp true": token(exp=True),
    "exp null": token(exp=None),
    "exp past": token(iat=SECONDS - 3600, nbf=SECONDS - 3600, exp=SECONDS - 31),
    "exp in the year 9999": token(exp=253402300799),
    "exp beyond 64 bits": token(exp=2**63),
    "exp beyond floats": signed_bytes(HEADER, as_written(CLAIMS, "exp", "1e999")),
    "exp NaN": signed_bytes(HEADER, as_written(CLAIMS, "exp", "NaN")),
    "exp a fraction too late": token(exp=SECONDS + 86400.5),
    "exp before issue": token(iat=SECONDS + 20, exp=SECONDS + 10),
    "lifetime over 24 hours": token(exp=SECONDS + 86401),
    "nbf to come": token(nbf=SECONDS + 31),
    "nbf text": token(nbf=str(SECONDS)),
    "nbf true": token(nbf=True),
    "nbf null": token(nbf=None),
    "iat to come": token(iat=SECONDS + 31),
    "iat missing": token(iat=LEFT_OUT),
    "doubled claim": signed_bytes(HEADER, doubled(CLAIMS, "roles", ["head-of-service"])),
    "doubled header": signed_bytes(doubled(HEADER, "kid", "one"), CLAIMS),
    "claims a list": signed_bytes(HEADER, [CLAIMS]),
    "claims not JSON": signed_bytes(HEADER, b"hello"),
    "claims with a token in them": signed_bytes(HEADER, GOOD.encode()),
    "claims with NaN": signed_bytes(HEADER, b'{"exp":NaN}'),
    "header not JSON": signed_bytes(b"{", CLAIMS),
    "header a list": signed_bytes([HEADER], CLAIMS),
    "sub missing": token(sub=LEFT_OUT),
    "sub empty": token(sub=""),
    "sub a number": token(sub=7),
    "sub of blanks": token(sub="   "),
    "sub with NUL": token(sub="a\x00b"),
    "sub of two lines": token(sub="a\nb"),
    "sub with a tab": token(sub="a\tb"),
    "sub turned round": token(sub="a\u202eb"),
    "sub that cannot be seen": token(sub="\u200b"),
    "sub endless": token(sub="x" * 201),
    "roles within": token(roles=[["support-teacher"]]),
    "roles an object": token(roles={"support-teacher": True}),
    "roles true": token(roles=True),
    "teams not ids": token(teams=["north"]),
    "teams in capitals": token(teams=[TEAM.upper()]),
    "schools numbers": token(schools=[1]),
    "staff_id of two": token(staff_id=[TEAM, TEAM[::-1]]),
    "team codes not codes": token(team_codes=["North West"]),
    "team codes endless": token(team_codes=["N" * 41]),
    "team codes objects": token(team_codes=[{"code": "NW"}]),
    "school URNs not numbers": token(school_urns=["one"]),
    "school URNs too long": token(school_urns=[1234567]),
    "school URNs below nought": token(school_urns=[-1]),
    "child references without scheme": token(child_references=["C-1"]),
    "child references without value": token(child_references=["capita/"]),
    "child references objects": token(child_references=[{"scheme": "capita", "value": "C-1"}]),
    "staff reference blank": token(staff_reference=" "),
    "two staff references": token(staff_reference=["S-1", "S-2"]),
    "children objects": token(children=[{}]),
    "staff_id not an id": token(staff_id="7"),
    "signature stripped": without_signature(GOOD),
    "signature empty": f"{without_signature(GOOD)}.",
    "signature cut": GOOD[:-4],
    "signature longer": f"{GOOD}AAAA",
    "signature of zeros": f"{without_signature(GOOD)}.{part(bytes(64))}",
    "signature of another text": f"{token(sub='head')[:-86]}{GOOD[-86:]}",
    "just over 32 KB": padded(LONGEST + 4),
    "100 KB": padded(100_000),
    "encrypted and packed": encrypted(),
    "two parts": "a.b",
    "four parts": f"{GOOD}.{part(b'x')}",
    "padding": f"{GOOD}==",
    "other alphabet": GOOD.replace(".", ".+/", 1),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused(checker: TokenChecker, name: str) -> None:
    check(checker, f"Bearer {GOOD}")
    error = refusal(checker, f"Bearer {FORGED[name]}")
    assert problem(error) == problem(Unauthenticated())
    assert error.headers == {"WWW-Authenticate": 'Bearer error="invalid_token"'}


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        GOOD,
        f"Basic {GOOD}",
        f"Bearer  {GOOD}",
        f" Bearer {GOOD}",
        f"Bearer {GOOD} ",
        f"Bearer {GOOD} {GOOD}",
        f"Bearer {GOOD}, Bearer {GOOD}",
        "Bearer ...",
        f"Bearer {GOOD}\n",
        f"Bearer\t{GOOD}",
        f"Bearer {GOOD}\r\nX: 1",
        f"Bearer é{GOOD}",
    ],
)
def test_an_odd_header_is_refused_in_the_same_words(
    checker: TokenChecker, header: str | None
) -> None:
    error = refusal(checker, header)
    assert problem(error) == problem(Unauthenticated())
    sent = (header or "").startswith("Bearer")
    said = 'Bearer error="invalid_token"' if sent else "Bearer"
    assert error.headers == {"WWW-Authenticate": said}


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
