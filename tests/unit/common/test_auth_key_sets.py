"""Which of the keys that are published can be used, and for which tokens."""

import asyncio
import json
import warnings
from collections.abc import Sequence

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from libs.common.security import KeySet
from libs.common.security.fetching import Unusable
from libs.common.security.keys import Key, read_key_set
from tests.unit.common.issuers import NOW, SETTINGS, Issuer, key

ALL = ("ES256", "PS256", "RS256")


def usable(*keys: object, algorithms: Sequence[str] = ALL, allow_demo: bool = True) -> list[Key]:
    content = json.dumps({"keys": keys}).encode()
    return read_key_set(content, algorithms, allow_demo=allow_demo)


def ids(keys: Sequence[Key]) -> list[str | None]:
    return [each.kid for each in keys]


GOOD = key("good").as_dict(private=False)
RSA = RSAKey.generate_key(2048, {"kid": "rsa"}).as_dict(private=False)


with warnings.catch_warnings(action="ignore"):
    SHORT = RSAKey.generate_key(2040, {"kid": "short"}).as_dict(private=False)
PASSED_OVER: dict[str, object] = {
    "RSA of 2040 bits": SHORT,
    "a secret": OctKey.generate_key(256, {"kid": "oct"}).as_dict(private=True),
    "P-521": ECKey.generate_key("P-521", {"kid": "p521"}).as_dict(private=False),
    "Ed25519": OKPKey.generate_key("Ed25519", {"kid": "okp"}).as_dict(private=False),
    "EC for encryption": {**GOOD, "kid": "enc", "use": "enc"},
    "RSA for encryption": {**RSA, "kid": "oaep", "use": "enc", "alg": "RSA-OAEP"},
    "EC for another algorithm": {**GOOD, "kid": "alg", "alg": "ES512"},
    "RSA for another algorithm": {**RSA, "kid": "alg", "alg": "RS512"},
    "for signing alone": {**GOOD, "kid": "ops", "key_ops": ["sign"]},
    "at odds with itself": {**GOOD, "kid": "both", "use": "sig", "key_ops": ["encrypt"]},
    "of another use": {**GOOD, "kid": "other-use", "use": "other", "key_ops": ["verify"]},
    "its id a number": {**GOOD, "kid": 1},
    "not a point": {**GOOD, "kid": "no-point", "x": "!", "y": "!"},
    "off the curve": {**GOOD, "kid": "off-curve", "y": GOOD["x"]},
    "without a point": {"kty": "EC", "crv": "P-256", "kid": "empty"},
    "an unknown curve": {"kty": "EC", "crv": "P-999", "kid": "curve", "x": "AA", "y": "AA"},
    "without a modulus": {"kty": "RSA", "kid": "no-modulus", "e": "AQAB"},
    "its modulus a number": {**RSA, "kid": "modulus", "n": 5},
    "its exponent one": {**RSA, "kid": "exponent", "e": "AQ"},
    "its kind a list": {"kty": ["EC"], "kid": "kinds"},
    "of no kind": {"kid": "no-kind"},
    "text": "text",
    "null": None,
}


@pytest.mark.parametrize("name", PASSED_OVER)
def test_a_key_that_cannot_be_used_is_passed_over(name: str) -> None:
    assert ids(usable(PASSED_OVER[name], GOOD)) == ["good"]


def test_keys_are_those_of_the_algorithms_that_are_allowed() -> None:
    named = {**RSA, "kid": "named", "alg": "PS256"}
    assert ids(usable(GOOD, RSA, named)) == ["good", "rsa", "named"]
    assert ids(usable(GOOD, RSA, named, algorithms=["ES256"])) == ["good"]
    assert ids(usable(GOOD, RSA, named, algorithms=["RS256"])) == ["rsa"]


def test_a_key_is_for_the_algorithm_it_names() -> None:
    async def story() -> None:
        keys = KeySet(SETTINGS, transport=Issuer(json.dumps({"keys": [named, RSA]}).encode()))
        assert await keys.key("named", "PS256", NOW) is not None
        assert await keys.key("named", "RS256", NOW) is None
        assert await keys.key("named", "ES256", NOW) is None
        assert await keys.key("rsa", "RS256", NOW) is await keys.key("rsa", "PS256", NOW)
        assert (await keys.key(None, "RS256", NOW)) is await keys.key("rsa", "RS256", NOW)
        assert await keys.key(None, "PS256", NOW) is None  # both fit

    named = {**RSA, "kid": "named", "alg": "PS256"}
    asyncio.run(story())


def test_a_key_without_id_is_for_tokens_without_one() -> None:
    async def story() -> None:
        issuer = Issuer(json.dumps({"keys": [nameless]}).encode())
        keys = KeySet(SETTINGS, transport=issuer)
        assert await keys.key("one", "ES256", NOW) is None
        assert await keys.key(None, "ES256", NOW) is not None
        assert issuer.asked == 1

    nameless = {name: value for name, value in GOOD.items() if name != "kid"}
    asyncio.run(story())


def test_two_keys_of_one_id_are_no_key_set() -> None:
    with pytest.raises(Unusable):
        usable(GOOD, {**RSA, "kid": "good"})


def test_a_published_private_key_is_used_as_a_public_one() -> None:
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"})
    private = usable(key("one").as_dict(private=True), rsa.as_dict(private=True))
    assert [each.is_private for each in private] == [False, False]


def test_production_passes_over_demo_keys_in_any_file() -> None:
    demo = {**GOOD, "kid": "demo-1"}
    assert ids(usable(demo, GOOD, allow_demo=False)) == ["good"]
    assert ids(usable(demo, GOOD)) == ["demo-1", "good"]
