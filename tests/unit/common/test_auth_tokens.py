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

from libs.common.auth import Actor, AuthSettings, DemoIssuer, Role, TokenChecker
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


@pytest.fixture
def checker(tmp_path: Path) -> TokenChecker:
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    return TokenChecker(AuthSettings(issuer=ISSUER, audience="sssen", key_set=str(path)))


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
    )
    assert check(checker, f"bearer {token(aud=['sssen'])}").staff_id is None


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


def without_signature(text: str) -> str:
    return text.rpartition(".")[0]


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
    "kid missing": token({"kid": LEFT_OUT}),
    "kid a path": token({"kid": "../../one"}),
    "kid SQL": token({"kid": "one' OR 1=1 --"}),
    "kid with NUL": token({"kid": "one\x00"}),
    "kid a number": token({"kid": 1}),
    "kid endless": token({"kid": "k" * 129}),
    "typ of an ID token": token({"typ": "JWT"}),
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
    "exp float": token(exp=SECONDS + 3600.5),
    "exp true": token(exp=True),
    "exp null": token(exp=None),
    "exp past": token(iat=SECONDS - 3600, nbf=SECONDS - 3600, exp=SECONDS - 31),
    "exp in the year 9999": token(exp=253402300799),
    "exp beyond 64 bits": token(exp=2**63),
    "exp before issue": token(iat=SECONDS + 20, exp=SECONDS + 10),
    "lifetime over 24 hours": token(exp=SECONDS + 86401),
    "nbf to come": token(nbf=SECONDS + 31),
    "nbf text": token(nbf=str(SECONDS)),
    "nbf true": token(nbf=True),
    "nbf null": token(nbf=None),
    "iat to come": token(iat=SECONDS + 31),
    "iat missing": token(iat=LEFT_OUT),
    "iat float": token(iat=float(SECONDS)),
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
    "sub with control characters": token(sub="a\x00b"),
    "sub endless": token(sub="x" * 201),
    "roles missing": token(roles=LEFT_OUT),
    "roles empty": token(roles=[]),
    "roles text": token(roles="support-teacher"),
    "roles unknown": token(roles=["support-teacher", "emperor"]),
    "roles in capitals": token(roles=["SUPPORT-TEACHER"]),
    "roles within": token(roles=[["support-teacher"]]),
    "teams text": token(teams=TEAM),
    "teams not ids": token(teams=["north"]),
    "teams in capitals": token(teams=[TEAM.upper()]),
    "teams null": token(teams=None),
    "schools numbers": token(schools=[1]),
    "children objects": token(children=[{}]),
    "staff_id not an id": token(staff_id="7"),
    "staff_id a list": token(staff_id=[TEAM]),
    "signature stripped": without_signature(GOOD),
    "signature empty": f"{without_signature(GOOD)}.",
    "signature cut": GOOD[:-4],
    "signature longer": f"{GOOD}AAAA",
    "signature of zeros": f"{without_signature(GOOD)}.{part(bytes(64))}",
    "signature of another text": f"{token(sub='head')[:-86]}{GOOD[-86:]}",
    "9 KB": signed_bytes(HEADER, changed(CLAIMS, padding="x" * 6500)),
    "100 KB": signed_bytes(HEADER, changed(CLAIMS, padding="x" * 100_000)),
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
    assert error.headers == {"WWW-Authenticate": "Bearer"}


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
    assert problem(refusal(checker, header)) == problem(Unauthenticated())


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
    checker = TokenChecker(AuthSettings(ISSUER, "sssen", str(path), profile))
    demo = refusal(checker, f"Bearer {DemoIssuer(tmp_path).token(Role.PARENT, now=NOW)}")
    unknown = refusal(checker, f"Bearer {signed_bytes({**HEADER, 'kid': 'two'}, CLAIMS)}")
    assert problem(unknown) == problem(Unauthenticated())
    told = problem(Unauthenticated(detail=OTHER_KEY if profile == "development" else None))
    assert problem(demo) == told
