"""The keys tokens are checked with: fetched seldom, rotated, served while the source is down."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from libs.common.auth import AuthSettings, KeySet, TokenChecker
from libs.common.auth.keys import UNKNOWN_CAP, KeySetUnusable, read_key_set
from libs.common.errors import Unauthenticated, Unavailable

NOW = datetime(2019, 1, 31, 9, 30, tzinfo=UTC)
URL = "https://identity.county.example/keys"
SETTINGS = AuthSettings(issuer="https://identity.county.example", audience="sssen", key_set=URL)


def key(kid: str) -> ECKey:
    return ECKey.generate_key("P-256", {"kid": kid}, private=True)


def document(*keys: ECKey) -> bytes:
    return json.dumps({"keys": [each.as_dict(private=False) for each in keys]}).encode()


class Issuer(httpx.AsyncBaseTransport):
    """An identity provider that publishes `body`, is slow or down when told, and counts."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.status = 200
        self.down = False
        self.asked = 0
        self.reached = asyncio.Event()
        self.gate: asyncio.Event | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.gate is not None:
            self.reached.set()
            await self.gate.wait()
        if self.down:
            message = "down"
            raise httpx.ConnectError(message, request=request)
        headers = {"Location": "https://elsewhere.example/keys"} if self.status == 302 else {}
        return httpx.Response(self.status, content=self.body, headers=headers)


def after(**span: float) -> datetime:
    return NOW + timedelta(**span)


def test_keys_are_fetched_once_while_fresh() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet.of(SETTINGS, issuer)
        assert issuer.asked == 0
        for seconds in range(0, 299, 13):
            assert await keys.key("one", after(seconds=seconds)) is not None
        assert issuer.asked == 1
        await keys.key("one", after(seconds=301))
        assert issuer.asked == 2

    asyncio.run(story())


def test_ten_thousand_unknown_keys_cause_one_fetch_in_thirty_seconds() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet.of(SETTINGS, issuer)
        await keys.key("one", NOW)
        for n in range(10_000):
            assert await keys.key(f"unknown-{n}", after(seconds=n * 120 / 10_000)) is None
            if n % 1000 == 0:
                assert await keys.key("one", after(seconds=n * 120 / 10_000)) is not None
        assert issuer.asked <= 1 + 120 // 30

    asyncio.run(story())


def test_what_is_remembered_as_unknown_is_bounded() -> None:
    async def story() -> None:
        keys = KeySet.of(SETTINGS, Issuer(document(key("one"))))
        for n in range(3 * UNKNOWN_CAP):
            await keys.key(f"unknown-{n}", NOW)
        assert keys.unknown_count == UNKNOWN_CAP

    asyncio.run(story())


def test_one_unknown_key_named_again_and_again_causes_one_fetch_a_minute() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet.of(SETTINGS, issuer)
        for second in range(60):
            await keys.key("unknown", after(seconds=second))
        assert issuer.asked == 1

    asyncio.run(story())


def test_a_new_key_is_found_within_thirty_seconds() -> None:
    async def story() -> None:
        first, second = key("one"), key("two")
        issuer = Issuer(document(first))
        keys = KeySet.of(SETTINGS, issuer)
        await keys.key("one", NOW)
        issuer.body = document(first, second)
        assert await keys.key("two", after(seconds=29)) is None
        # Not asked for before, so not remembered as unknown.
        assert await keys.key("two", after(seconds=100)) is not None

    asyncio.run(story())


def test_a_key_rotated_out_is_refused_after_five_minutes() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet.of(SETTINGS, issuer)
        await keys.key("one", NOW)
        issuer.body = document(key("two"))
        assert await keys.key("one", after(minutes=4, seconds=59)) is not None
        assert await keys.key("one", after(minutes=5)) is None

    asyncio.run(story())


def test_all_keys_withdrawn_is_an_answer() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet.of(SETTINGS, issuer)
        await keys.key("one", NOW)
        issuer.body = document()
        assert await keys.key("one", after(minutes=6)) is None

    asyncio.run(story())


def test_old_keys_serve_for_a_day_while_the_source_is_down() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet.of(SETTINGS, issuer)
        await keys.key("one", NOW)
        issuer.down = True
        for hours in (1, 12, 24):
            assert await keys.key("one", after(hours=hours)) is not None
            assert await keys.key("other", after(hours=hours)) is None
        with pytest.raises(Unavailable) as caught:
            await keys.key("one", after(hours=24, seconds=1))
        assert caught.value.headers == {"Retry-After": "30"}
        issuer.down = False
        assert await keys.key("one", after(hours=24, seconds=40)) is not None

    asyncio.run(story())


def test_a_source_that_is_down_is_asked_once_in_thirty_seconds() -> None:
    async def story() -> None:
        issuer = Issuer(b"")
        issuer.down = True
        keys = KeySet.of(SETTINGS, issuer)
        for second in range(90):
            with pytest.raises(Unavailable):
                await keys.key("one", after(seconds=second))
        assert issuer.asked == 3

    asyncio.run(story())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"keys":{}}',
        b"<html>",
        b'{"keys":[],"keys":[]}',
        b"x" * 300000,
        json.dumps({"keys": [{}] * 101}).encode(),
        json.dumps(
            {"keys": [{"kty": "EC", "crv": "P-256", "kid": "a", "x": "!", "y": "!"}]}
        ).encode(),
        json.dumps({"keys": [{"kty": "EC", "crv": "P-256", "kid": "a"}]}).encode(),
    ],
)
def test_what_is_no_key_set_leaves_the_old_keys(body: bytes) -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet.of(SETTINGS, issuer)
        await keys.key("one", NOW)
        issuer.body = body
        assert await keys.key("one", after(minutes=10)) is not None
        assert issuer.asked == 2

    asyncio.run(story())


@pytest.mark.parametrize("status", [204, 302, 404, 500])
def test_any_answer_but_200_is_none(status: int) -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        issuer.status = status
        with pytest.raises(Unavailable):
            await KeySet.of(SETTINGS, issuer).key("one", NOW)
        assert issuer.asked == 1

    asyncio.run(story())


def test_a_clock_put_back_does_not_hold_off_the_next_look() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet.of(SETTINGS, issuer)
        await keys.key("one", NOW)
        issuer.body = document(key("two"))
        assert await keys.key("two", after(days=-1)) is not None

    asyncio.run(story())


def test_known_keys_do_not_wait_for_a_slow_source() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet.of(SETTINGS, issuer)
        await keys.key("one", NOW)
        issuer.gate = asyncio.Event()
        asking = asyncio.create_task(keys.key("unknown", after(minutes=10)))
        await issuer.reached.wait()
        async with asyncio.timeout(1):
            assert await keys.key("one", after(minutes=10)) is not None
        assert not asking.done()
        issuer.gate.set()
        assert await asking is None

    asyncio.run(story())


def test_all_who_come_before_the_first_keys_share_one_fetch() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet.of(SETTINGS, issuer)
        found = await asyncio.gather(*(keys.key("one", NOW) for _ in range(50)))
        assert all(found)
        assert issuer.asked == 1

    asyncio.run(story())


def test_an_endless_key_set_is_not_read_to_the_end() -> None:
    class Endless(httpx.AsyncBaseTransport):
        """Sends for ever."""

        sent = 0

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            del request

            async def body() -> AsyncIterator[bytes]:
                while True:
                    self.sent += 65536
                    yield b" " * 65536

            return httpx.Response(200, content=body())

    async def story() -> None:
        endless = Endless()
        with pytest.raises(Unavailable):
            await KeySet.of(SETTINGS, endless).key("one", NOW)
        assert endless.sent < 1_000_000

    asyncio.run(story())


def test_a_file_is_read_anew_and_may_come_late(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "keys.json"
        settings = AuthSettings(issuer="i", audience="sssen", key_set=str(path))
        keys = KeySet.of(settings)
        with pytest.raises(Unavailable):
            await keys.key("one", NOW)
        path.write_bytes(document(key("one")))
        assert await keys.key("one", after(seconds=31)) is not None

    asyncio.run(story())


def test_only_keys_for_es256_signatures_are_usable() -> None:
    good = key("good").as_dict(private=False)
    others = [
        RSAKey.generate_key(2048, {"kid": "rsa"}).as_dict(private=False),
        OctKey.generate_key(256, {"kid": "oct"}).as_dict(private=True),
        ECKey.generate_key("P-521", {"kid": "p521"}).as_dict(private=False),
        {**good, "kid": "enc", "use": "enc"},
        {**good, "kid": "alg", "alg": "ES512"},
        {**good, "kid": "ops", "key_ops": ["sign"]},
        {name: value for name, value in good.items() if name != "kid"},
        {**good, "kid": 1},
        "text",
    ]
    content = json.dumps({"keys": [*others, good]}).encode()
    assert read_key_set(content, allow_demo=True).keys() == {"good"}


def test_two_keys_of_one_id_are_no_key_set() -> None:
    with pytest.raises(KeySetUnusable):
        read_key_set(document(key("one"), key("one")), allow_demo=True)


def test_a_published_private_key_is_used_as_a_public_one() -> None:
    content = json.dumps({"keys": [key("one").as_dict(private=True)]}).encode()
    assert not read_key_set(content, allow_demo=True)["one"].is_private


def test_production_passes_over_demo_keys_in_any_file() -> None:
    content = document(key("demo-1"), key("one"))
    assert read_key_set(content, allow_demo=False).keys() == {"one"}
    assert read_key_set(content, allow_demo=True).keys() == {"demo-1", "one"}


@pytest.mark.parametrize("kid", ["../../keys", "a' OR 1=1 --", "k\x00", "", "k" * 129])
def test_a_key_id_that_cannot_be_one_causes_no_fetch(kid: str) -> None:
    issuer = Issuer(document(key("one")))
    header = {"alg": "ES256", "typ": "at+jwt", "kid": kid}
    token = jws.serialize_compact(header, b"{}", key("one"), algorithms=["ES256"])
    with pytest.raises(Unauthenticated):
        asyncio.run(TokenChecker(SETTINGS, transport=issuer).actor(f"Bearer {token}", NOW))
    assert issuer.asked == 0


def test_a_checker_asks_for_time_when_there_are_no_keys_yet() -> None:
    issuer = Issuer(b"")
    issuer.down = True
    checker = TokenChecker(SETTINGS, transport=issuer)
    header = {"alg": "ES256", "typ": "at+jwt", "kid": "one"}
    token = jws.serialize_compact(header, b"{}", key("one"), algorithms=["ES256"])
    with pytest.raises(Unavailable):
        asyncio.run(checker.actor(f"Bearer {token}", NOW))
    with pytest.raises(Unauthenticated):
        asyncio.run(checker.actor(None, NOW))
    assert issuer.asked == 1
