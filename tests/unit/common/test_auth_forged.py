"""Every forged token, and every odd header, is refused, always in the same words."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from joserfc import jwe, jws
from joserfc.jwk import ECKey, OctKey

from libs.common.core.errors import Unauthenticated, problem
from libs.common.security import TokenChecker
from tests.unit.common.signing import (
    CLAIMS,
    GOOD,
    HEADER,
    ISSUER,
    KEY,
    LEFT_OUT,
    LONGEST,
    PUBLIC,
    SECONDS,
    STRANGER,
    TEAM,
    changed,
    check,
    padded,
    part,
    refusal,
    signed_bytes,
    token,
)


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
