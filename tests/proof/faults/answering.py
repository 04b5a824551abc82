"""People who answer by their links while what serves them is killed: each until there is a receipt.

Some press the same button again, as a browser does that sends a form once more; others open their
link anew. Half are asked by an anonymous wave.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select

from libs.common.core.clock import local_day
from libs.common.persistence import tables
from libs.common.persistence.db import Database
from libs.common.security import DemoIssuer, Role
from services.survey.links.domain import digest_of, link, make_link
from services.survey.responses.domain import Response
from services.survey.responses.pool import pool
from services.survey.waves.domain import Recipient
from tests.proof.faults.checks import log_of
from tests.proof.faults.place import Place
from tests.proof.faults.process import Process, client, transport_to
from tests.unit.common.pages.browsing import heading
from tests.unit.survey.calls import a_wave
from tests.unit.survey.links.answering import ANSWERS, YEAR, Answering
from tests.unit.survey.links.test_pages import ticket

NAME = "survey"
RECEIPT = "We have your answers"
RECEIVED = "uk.sssen.survey.ResponseReceived.v1"


class NotYet(Exception):
    """The page says that the service is busy, or its database away."""


@dataclass(frozen=True)
class Asked:
    """A wave, and the tokens of all its recipients."""

    wave_id: UUID
    anonymous: bool
    tokens: list[str]


@dataclass
class Respondent(Answering):
    """Somebody who answers, whatever happens meanwhile."""

    token: str = ""
    draw: random.Random = field(default_factory=random.Random)
    is_received: bool = False
    code: str | None = None
    """That of the receipt; of an anonymous one it is lost with the answer that brought it."""
    tried_again: int = 0
    _checked: bool = False

    async def until_received(self) -> None:
        """Answer, and try again until there is a receipt."""
        while not self.is_received:
            try:
                await self.through()
            except (httpx.TransportError, NotYet):
                self.tried_again += 1
                await asyncio.sleep(0.05)

    async def through(self) -> None:
        """Send the form that is filled in, or fill it in by the link."""
        if not self._checked or self.draw.random() < 0.5:
            await self.fill_in()
        if heading(self.page) != RECEIPT:
            _well(await self.step("send"))
        assert heading(self.page) == RECEIPT, self.page.text
        self.is_received = True
        self.code = ticket(self.page.text) if "<code>" in self.page.text else None

    async def fill_in(self) -> None:
        """Open the link; where there is no receipt yet, go as far as the button that sends."""
        self._checked = False
        _well(await self.open(self.token))
        if heading(self.page) != RECEIPT:
            _well(await self.start())
            _well(await self.step("check", fields=ANSWERS))
            self._checked = True


def _well(page: httpx.Response) -> None:
    if page.status_code == 503:
        raise NotYet
    assert page.status_code == 200, (page.status_code, page.text)


# -- who is asked ---------------------------------------------------------------------------------


async def ask(place: Place, number: int) -> list[Asked]:
    """Issue a wave and an anonymous one to so many each; make a link for each recipient."""
    async with Process(place, name=NAME), client(place, NAME) as http:
        waves = [
            (await _issued(http, _headers(place), number, anonymous=anonymous), anonymous)
            for anonymous in (False, True)
        ]
    database = Database(place.database_urls[NAME])
    try:
        return [Asked(one, anonymous, await _links(database, one)) for one, anonymous in waves]
    finally:
        await database.close()


async def _issued(
    http: httpx.AsyncClient, headers: Mapping[str, str], number: int, *, anonymous: bool
) -> UUID:
    async def post(path: str, body: Any = None, **more: str) -> httpx.Response:
        said = {**headers, "Idempotency-Key": str(uuid4()), **more}
        answer = await http.post(f"/survey/v1/waves{path}", json=body, headers=said)
        assert answer.is_success, answer.text
        return answer

    today = local_day(datetime.now(UTC))
    days = {"issued_on": str(today), "closes_on": str(today + timedelta(days=30))}
    named = {"reference": f"W-{anonymous}", "academic_year": YEAR, "anonymous": anonymous}
    drafted = await post("", a_wave("parents", **named, **days))
    path = f"/{drafted.json()['wave_id']}"
    for some in (range(at, min(number, at + 1_000)) for at in range(0, number, 1_000)):
        listed = [{"reference": f"P{one}", "parent_id": str(uuid4())} for one in some]
        await post(f"{path}/recipients", listed)
    version = await http.get(f"/survey/v1/waves{path}", headers=headers)
    await post(f"{path}/issue", **{"If-Match": version.headers["ETag"]})
    return UUID(drafted.json()["wave_id"])


async def _links(database: Database, wave_id: UUID) -> list[str]:
    async with database.writing() as connection:
        query = select(Recipient.id).where(Recipient.wave_id == wave_id)
        ids: Sequence[UUID] = (await connection.execute(query)).scalars().all()
        return [(await make_link(connection, one)).text for one in ids]


def _headers(place: Place) -> dict[str, str]:
    return {"Authorization": f"Bearer {DemoIssuer(place.folder).token(Role.HEAD_OF_SERVICE)}"}


# -- how they answer ------------------------------------------------------------------------------


@asynccontextmanager
async def respondent(
    place: Place, token: str, draw: random.Random | None = None
) -> AsyncIterator[Respondent]:
    """Give somebody a browser of their own."""
    transport = transport_to(place, NAME)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=10) as http:
        yield Respondent(http, token=token, draw=draw or random.Random(0))


# -- what must hold -------------------------------------------------------------------------------


async def check_answers(place: Place, asked: Sequence[Asked], people: Sequence[Respondent]) -> None:
    """Check that each receipt has its one response, each used link too, and nothing else is there.

    The process is at work: it tells the counts, and brings its events to the bus.
    """
    await _settled(place)
    received = {person.token: person for person in people}
    database = Database(place.database_urls[NAME])
    try:
        async with database.reading() as connection:
            links = (await connection.execute(select(link))).all()
            responses = (await connection.execute(select(*_KEPT))).all()
            pooled = (await connection.execute(select(pool.c.wave_id, pool.c.ticket))).all()
            events = (await connection.execute(select(tables.event))).all()
    finally:
        await database.close()
    used = {one.digest: one for one in links if one.used_at is not None}
    assert used.keys() == {digest_of(token) for token in received}
    for wave in asked:
        theirs = [token for token in wave.tokens if token in received]
        kept = [one for one in (*responses, *pooled) if one.wave_id == wave.wave_id]
        tickets = Counter(one.ticket for one in kept)  # some of a pool are mixed at each start
        assert tickets.total() == len(tickets) == len(theirs)
        told = {digest_of(code) for one in theirs if (code := received[one].code)}
        assert told <= tickets.keys()
        assert wave.anonymous or len(told) == len(theirs), "who sends again has the same receipt"
        await _check_counts(place, wave, len(theirs))
    named = [used[digest_of(one)] for one in asked[0].tokens if one in received]
    of_links = Counter((one.recipient_id, f"link-{one.id}") for one in named)
    of_whom = [(one.recipient_id, one.reference) for one in responses if one.recipient_id]
    assert Counter(of_whom) == of_links
    told_of = Counter(one.subject for one in events if one.type == RECEIVED)
    assert told_of == Counter(one.id for one in responses)
    on_the_bus = {one.headers["ce_id"] for one in await log_of(place)}
    assert {str(one.id) for one in events if one.type == RECEIVED} <= on_the_bus


_KEPT = (
    Response.id,
    Response.wave_id,
    Response.recipient_id,
    Response.reference,
    Response.ticket,
)


async def _settled(place: Place) -> None:
    async with asyncio.timeout(60), client(place, NAME) as http:
        while True:
            ready = await http.get("/survey/health/ready")
            if ready.is_success and ready.json()["relay"]["pending"] == 0:
                return
            await asyncio.sleep(0.02)


async def _check_counts(place: Place, wave: Asked, received: int) -> None:
    async with client(place, NAME) as http:
        answer = await http.get(f"/survey/v1/waves/{wave.wave_id}/counts", headers=_headers(place))
    told = answer.json()
    counted = (told["issued"], told["started"], told["completed"], told["declined"])
    assert counted == (len(wave.tokens), received, received, 0), told
