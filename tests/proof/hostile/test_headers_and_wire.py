"""Headers, addresses and verbs that no well-meaning client sends, to a real server."""

import asyncio
import itertools
from uuid import uuid4

import pytest

from libs.common.http.guard import MOST_HEADERS, RequestGuard
from libs.common.http.limits import PROBES
from libs.common.security.checker import MAX_TOKEN
from tests.integration.test_commands import CANARY
from tests.proof.hostile.operations import in_one_world
from tests.proof.hostile.serving import (
    BARE_400,
    PATIENCE,
    answers,
    request_bytes,
    said,
    served,
)
from tests.worlds import World

CLOSE = {"Connection": "close"}
HEADERS: dict[str, tuple[list[tuple[str, str]], int]] = {
    "a header of 64 KB": ([("X-Long", "x" * 65_536)], 431),
    "a header name of 64 KB": ([("X" * 65_536, "1")], 431),
    "a thousand headers": ([(f"X-{n}", "1") for n in range(1_000)], 431),
    "a token of 64 KB": ([("Authorization", "Bearer " + "x" * 65_536)], 431),
    "one header over the count": ([("X-N", "1") for _ in range(MOST_HEADERS)], 431),
    "a Host with a user": ([("Host", f"{CANARY.split()[0]}@127.0.0.1")], 400),
    "a Host with a path": ([("Host", "127.0.0.1/x")], 400),
    "a Host with a space": ([("Host", "a b")], 400),
    "a Host with a port too many": ([("Host", "127.0.0.1:80:80")], 400),
    "a Host that is empty": ([("Host", "")], 400),
    "two Hosts": ([("Host", "127.0.0.1"), ("Host", "a.example")], 400),
    "two tokens": ([("Authorization", "Bearer a"), ("Authorization", "Bearer b")], 400),
    "a bare line feed in a header": ([("X-A", "a\nX-B: b")], 200),
    "a carriage return in a header": ([("X-A", "a\rX-B: b")], 400),
    "a NUL in a header": ([("X-A", "a\x00b")], 400),
    "a space in a header's name": ([("X A", "a")], 400),
    "a folded header": ([("X-A", "a\r\n b")], 400),
}


@pytest.mark.parametrize("name", HEADERS)
@in_one_world
async def test_headers_no_client_sends_are_refused(one_world: World, name: str) -> None:
    headers, status = HEADERS[name]
    async with served(one_world) as port:
        heard = await said(port, request_bytes("/survey/health/live", headers))
    assert heard.status in {status, 400 if status == 200 else status}
    if heard.status >= 400:
        assert heard.body == BARE_400 or heard.problem["status"] == status
    assert CANARY.split()[0].encode() not in heard.body


@pytest.mark.parametrize("begun", [b"X-Long: ", b"X-N: 1\r\n"], ids=["one", "many"])
@in_one_world
async def test_headers_without_end_are_not_taken_in(one_world: World, begun: bytes) -> None:
    head = request_bytes("/survey/health/live")[:-2] + begun
    piece = begun * 8_192 if begun.endswith(b"\n") else b"x" * 65_536
    before = await ended(one_world, "endless-headers")
    async with served(one_world) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        with pytest.raises(ConnectionError):
            await flood(writer, piece)
        writer.close()
        with pytest.raises(ConnectionError):
            await reader.read()
        await answers(port)
        assert await ended(one_world, "endless-headers") == before + 1


async def flood(writer: asyncio.StreamWriter, piece: bytes) -> None:
    """Send a piece again and again, 64 MB at most, until the connection is closed."""
    for _ in range(1_000):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)


async def ended(world: World, reason: str) -> float:
    """Return how many connections were ended for a reason."""
    text = (await world.client.get("/survey/metrics")).text
    name = f'http_connections_ended_total{{reason="{reason}",service="survey"}} '
    return sum(float(line.removeprefix(name)) for line in text.splitlines() if name in line)


@in_one_world
async def test_a_token_of_32_kb_passes_and_a_longer_one_is_no_token(one_world: World) -> None:
    teams = [uuid4() for _ in range(700)]
    tokens = [one_world.as_(teams=teams[:count]) for count in range(590, 630)]
    longest = [sent for sent in tokens if len(sent["Authorization"]) <= MAX_TOKEN + len("Bearer ")]
    others = {f"X-Proxy-{n}": "x" * 1_000 for n in range(14)}
    target = "/survey/v1/questionnaires"
    async with served(one_world) as port:
        passed = await said(port, request_bytes(target, longest[-1] | others))
        refused = await said(port, request_bytes(target, tokens[len(longest)] | others))
        more = await said(port, request_bytes(target, longest[-1] | others | {"X": "x" * 4_000}))
    assert len(longest[-1]["Authorization"]) > MAX_TOKEN - 100
    assert (passed.status, refused.status, more.status) == (200, 401, 431)
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'


LIVE = (200, "the route asked for")
SERVER = (400, "the server itself")
GUARD = (414, "target-too-long")
NO_ROUTE = (404, "no-such-route")
NO_PROBLEM = {b'{"status":"live"}': LIVE[1], BARE_400: SERVER[1]}
TARGETS = {
    "an address of 10 KB": ("/survey/" + "x" * 10_000, GUARD),
    "a query of 10 KB": ("/survey/v1/questionnaires?" + "x" * 10_000, GUARD),
    "an address in full": ("http://evil.example/survey/health/live", LIVE),
    "an asterisk": ("*", NO_ROUTE),
    "no address": ("", SERVER),
    "raw bytes": ("/survey/\xff\xfe", SERVER),
    "a fragment": ("/survey/health/live#x", LIVE),
    "dots": ("/survey/../referral/health/live", NO_ROUTE),
    "dots encoded twice": ("/survey/%252e%252e/referral/health/live", NO_ROUTE),
    "a NUL": ("/survey/%00", NO_ROUTE),
    "bytes that are no UTF-8": ("/survey/%ff%fe", NO_ROUTE),
    "a line end": ("/survey/%0d%0aX-Injected:%201", NO_ROUTE),
}


@pytest.mark.parametrize("name", TARGETS)
@in_one_world
async def test_addresses_no_client_asks_for_are_answered(one_world: World, name: str) -> None:
    target, answer = TARGETS[name]
    async with served(one_world) as port:
        heard = await said(port, request_bytes(target))
    by = NO_PROBLEM.get(heard.body) or heard.problem["code"]
    assert (heard.status, by) == answer, heard
    assert "x-injected" not in heard.headers


FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
    "X-HTTP-Method-Override": "DELETE",
    "X-Method-Override": "DELETE",
    "X-Original-URL": "/referral/health/live",
    "X-Rewrite-URL": "/referral/health/live",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-User": "head-of-service",
}


@pytest.mark.parametrize("name", FORGED)
@in_one_world
async def test_forged_headers_change_nothing(one_world: World, name: str) -> None:
    async def both(*targets: str) -> list[tuple[int, bytes]]:
        found = []
        for target in targets:
            for more in ({}, {name: FORGED[name]}):
                heard = await said(port, request_bytes(target, more))
                assert "evil" not in f"{heard.headers}{heard.body!r}"
                found.append((heard.status, heard.body))
        return found

    async with served(one_world) as port:
        plain, forged, *slashes = await both("/survey/v1/questionnaires", "/survey", "/survey/v1/")
    assert plain == forged
    assert {status for status, _ in slashes} == {404}  # no redirect that a Host could lead astray


@in_one_world
async def test_a_host_that_is_not_ours_is_refused_where_hosts_are_named(one_world: World) -> None:
    guarded = RequestGuard(
        one_world.system.app, hosts=("sen.county.example",), services=one_world.system.running
    )
    wanted = {"sen.county.example": 200, "SEN.county.example:8000": 200, "127.0.0.1:1": 200}
    wanted |= {"evil.example": 400, "sen.county.example.evil.example": 400, "county.example": 400}
    async with served(one_world, guarded) as port:
        for host, status in wanted.items():
            heard = await said(port, request_bytes("/survey/openapi.json", {"Host": host}))
            assert heard.status == status, host
            assert status == 200 or heard.problem["code"] == "host-not-valid"


NEARLY_PROBES = (
    "//survey/health/live",
    "/survey//health/live",
    "/survey/health/live/",
    "/survey/health/%6cive",
    "/survey%2Fhealth/live",
    "/survey/health/../health/live",
    "/survey/health/live/..%2f..%2fopenapi.json",
    "/survey/health/live;/openapi.json",
    "/Survey/health/live",
    "/nothing/health/live",
    "/health/live",
    "/metrics",
    "/survey/metrics/x",
    "/survey/openapi.json",
    "/survey/v1/questionnaires",
    "/",
)


@in_one_world
async def test_probes_alone_are_answered_by_the_address_of_the_pod(one_world: World) -> None:
    hosts = ("sen.county.example",)
    guarded = RequestGuard(one_world.system.app, hosts, services=one_world.system.running)
    pod = {"Host": "10.1.2.3:8000"}
    async with served(one_world, guarded) as port:
        for service, probe in itertools.product(one_world.system.running, PROBES):
            heard = await said(port, request_bytes(f"/{service}/{probe}", pod))
            assert heard.status == 200, f"{service}/{probe}"
            asked = await said(port, request_bytes(f"/{service}/{probe}", {"Host": "a b"}))
            assert (asked.status, asked.problem["code"]) == (400, "host-not-valid")
        for target in (*NEARLY_PROBES, "http://sen.county.example/survey/openapi.json"):
            heard = await said(port, request_bytes(target, pod))
            assert (heard.status, heard.problem["code"]) == (400, "host-not-valid"), target
        other = await said(port, request_bytes("/survey/health/live", pod, method="POST"))
        assert (other.status, other.problem["code"]) == (400, "host-not-valid")


@pytest.mark.parametrize("target", [*PROBES, "openapi.json", "v1/questionnaires", "nothing"])
@in_one_world
async def test_head_is_answered_as_get_is_without_the_body(one_world: World, target: str) -> None:
    async with served(one_world) as port:
        get = await said(port, request_bytes(f"/survey/{target}", one_world.as_()))
        sent = request_bytes(f"/survey/{target}", one_world.as_() | CLOSE, method="HEAD")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        heard = await asyncio.wait_for(reader.read(), PATIENCE)
        writer.close()
        await writer.wait_closed()
    head, body = heard.split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 %d " % get.status)
    assert f"content-type: {get.headers['content-type']}".encode() in head.lower()
    assert body == b""


@pytest.mark.parametrize("verb", ["TRACE", "DELETE", "PATCH", "PUT", "PROPFIND", "OPTIONS"])
@in_one_world
async def test_a_verb_a_route_does_not_take_is_refused_with_those_it_does(
    one_world: World, verb: str
) -> None:
    async with served(one_world) as port:
        head = request_bytes("/referral/v1/cases", one_world.as_(), method=verb)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        heard = (await reader.readuntil(b"\r\n\r\n")).decode()
        writer.close()
        await writer.wait_closed()
    assert heard.startswith("HTTP/1.1 405 ")
    assert "allow: GET, HEAD, POST\r\n" in heard


@pytest.mark.parametrize(
    "verb", ["BREW", "get", "GETT", "CONNECT", "\x00", "X" * 100_000], ids=lambda v: v[:8]
)
@in_one_world
async def test_a_verb_that_is_none_never_reaches_a_route(one_world: World, verb: str) -> None:
    async with served(one_world) as port:
        heard = await said(port, request_bytes("/survey/health/live", method=verb))
        await answers(port)
    assert heard.status in {400, 405}


@in_one_world
async def test_every_answer_outside_the_services_has_its_headers(one_world: World) -> None:
    for target, status in [("/", 200), ("/nothing", 404), ("/survey", 404), ("/%00", 404)]:
        answer = await one_world.client.get(target, headers={"X-Request-ID": "abc-1"})
        assert answer.status_code == status
        assert answer.headers["x-request-id"] == "abc-1"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert status == 200 or answer.headers["content-type"] == "application/problem+json"
    verb = await one_world.client.request("TRACE", "/")
    assert (verb.status_code, verb.json()["code"]) == (405, "method-not-allowed")
