"""The keys tokens are checked with: fetched seldom, rotated, served while the source is down."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from joserfc import jws

from libs.common.core.errors import Unauthenticated, Unavailable
from libs.common.security import AuthSettings, KeySet, TokenChecker
from libs.common.security.keys import UNKNOWN_CAP
from tests.unit.common.issuers import NOW, SETTINGS, Issuer, after, document, key


def test_keys_are_fetched_once_while_fresh() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet(SETTINGS, transport=issuer)
        assert issuer.asked == 0
        for seconds in range(0, 299, 13):
            assert await keys.key("one", "ES256", after(seconds=seconds)) is not None
        assert issuer.asked == 1
        await keys.key("one", "ES256", after(seconds=301))
        assert issuer.asked == 2

    asyncio.run(story())


def test_ten_thousand_unknown_keys_cause_one_fetch_in_thirty_seconds() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet(SETTINGS, transport=issuer)
        await keys.key("one", "ES256", NOW)
        for n in range(10_000):
            assert await keys.key(f"unknown-{n}", "ES256", after(seconds=n * 120 / 10_000)) is None
            if n % 1000 == 0:
                assert await keys.key("one", "ES256", after(seconds=n * 120 / 10_000)) is not None
        assert issuer.asked <= 1 + 120 // 30

    asyncio.run(story())


def test_what_is_remembered_as_unknown_is_bounded() -> None:
    async def story() -> None:
        keys = KeySet(SETTINGS, transport=Issuer(document(key("one"))))
        for n in range(3 * UNKNOWN_CAP):
            await keys.key(f"unknown-{n}", "ES256", NOW)
        assert len(keys._unknown) == UNKNOWN_CAP

    asyncio.run(story())


def test_one_unknown_key_named_again_and_again_causes_one_fetch_a_minute() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet(SETTINGS, transport=issuer)
        for second in range(60):
            await keys.key("unknown", "ES256", after(seconds=second))
        assert issuer.asked == 1

    asyncio.run(story())


def test_a_new_key_is_found_within_thirty_seconds() -> None:
    async def story() -> None:
        first, second = key("one"), key("two")
        issuer = Issuer(document(first))
        keys = KeySet(SETTINGS, transport=issuer)
        await keys.key("one", "ES256", NOW)
        issuer.body = document(first, second)
        assert await keys.key("two", "ES256", after(seconds=29)) is None
        # Not asked for before, so not remembered as unknown.
        assert await keys.key("two", "ES256", after(seconds=100)) is not None

    asyncio.run(story())


def test_a_key_rotated_out_is_refused_after_five_minutes() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet(SETTINGS, transport=issuer)
        await keys.key("one", "ES256", NOW)
        issuer.body = document(key("two"))
        assert await keys.key("one", "ES256", after(minutes=4, seconds=59)) is not None
        assert await keys.key("one", "ES256", after(minutes=5)) is None

    asyncio.run(story())


def test_all_keys_withdrawn_is_an_answer() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet(SETTINGS, transport=issuer)
        await keys.key("one", "ES256", NOW)
        issuer.body = document()
        assert await keys.key("one", "ES256", after(minutes=6)) is None

    asyncio.run(story())


def test_old_keys_serve_for_a_day_while_the_source_is_down() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet(SETTINGS, transport=issuer)
        await keys.key("one", "ES256", NOW)
        issuer.down = True
        for hours in (1, 12, 24):
            assert await keys.key("one", "ES256", after(hours=hours)) is not None
            assert await keys.key("other", "ES256", after(hours=hours)) is None
        with pytest.raises(Unavailable) as caught:
            await keys.key("one", "ES256", after(hours=24, seconds=1))
        assert caught.value.headers == {"Retry-After": "30"}
        issuer.down = False
        assert await keys.key("one", "ES256", after(hours=24, seconds=40)) is not None

    asyncio.run(story())


def test_a_source_that_is_down_is_asked_once_in_thirty_seconds() -> None:
    async def story() -> None:
        issuer = Issuer(b"")
        issuer.down = True
        keys = KeySet(SETTINGS, transport=issuer)
        for second in range(90):
            with pytest.raises(Unavailable):
                await keys.key("one", "ES256", after(seconds=second))
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
    ],
)
def test_what_is_no_key_set_leaves_the_old_keys(body: bytes) -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet(SETTINGS, transport=issuer)
        await keys.key("one", "ES256", NOW)
        issuer.body = body
        assert await keys.key("one", "ES256", after(minutes=10)) is not None
        assert issuer.asked == 2

    asyncio.run(story())


@pytest.mark.parametrize("status", [204, 302, 404, 500])
def test_any_answer_but_200_is_none(status: int) -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        issuer.status = status
        with pytest.raises(Unavailable):
            await KeySet(SETTINGS, transport=issuer).key("one", "ES256", NOW)
        assert issuer.asked == 1

    asyncio.run(story())


def test_a_clock_put_back_does_not_hold_off_the_next_look() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet(SETTINGS, transport=issuer)
        await keys.key("one", "ES256", NOW)
        issuer.body = document(key("two"))
        assert await keys.key("two", "ES256", after(days=-1)) is not None

    asyncio.run(story())


def test_known_keys_do_not_wait_for_a_slow_source() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet(SETTINGS, transport=issuer)
        await keys.key("one", "ES256", NOW)
        issuer.gate = asyncio.Event()
        asking = asyncio.create_task(keys.key("unknown", "ES256", after(minutes=10)))
        await issuer.reached.wait()
        async with asyncio.timeout(1):
            assert await keys.key("one", "ES256", after(minutes=10)) is not None
        assert not asking.done()
        issuer.gate.set()
        assert await asking is None

    asyncio.run(story())


def test_all_who_come_before_the_first_keys_share_one_fetch() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one")))
        keys = KeySet(SETTINGS, transport=issuer)
        found = await asyncio.gather(*(keys.key("one", "ES256", NOW) for _ in range(50)))
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
            await KeySet(SETTINGS, transport=endless).key("one", "ES256", NOW)
        assert endless.sent < 1_000_000

    asyncio.run(story())


def test_a_file_is_read_anew_and_may_come_late(tmp_path: Path) -> None:
    async def story() -> None:
        path = tmp_path / "keys.json"
        settings = AuthSettings(auth_issuer="i", auth_key_set=str(path))
        keys = KeySet(settings)
        with pytest.raises(Unavailable):
            await keys.key("one", "ES256", NOW)
        path.write_bytes(document(key("one")))
        assert await keys.key("one", "ES256", after(seconds=31)) is not None

    asyncio.run(story())


def test_tokens_without_key_id_cause_one_fetch_a_minute() -> None:
    async def story() -> None:
        issuer = Issuer(document(key("one"), key("two")))
        keys = KeySet(SETTINGS, transport=issuer)
        for second in range(60):
            assert await keys.key(None, "ES256", after(seconds=second)) is None
        assert issuer.asked == 1

    asyncio.run(story())


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
