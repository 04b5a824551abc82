"""The ways out, against a real mail server and a double of GOV.UK Notify's API.

The double is written from Notify's REST API documentation: address, body, token and answers.
"""

import asyncio
import email
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import policy
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from aiosmtpd.smtp import SMTP
from joserfc import jwt
from joserfc.jwk import OctKey

from libs.common.core.clock import Clock
from libs.common.messages.settings import MessageSettings, transport_of
from libs.common.messages.transports import Bounced, Notify, NotTaken, Outgoing, Smtp

FROM = "survey@sen.county.example"
ONE = Outgoing(
    id=UUID(int=7), address="p0@people.example", subject="A made-up subject", body="Wörds.\n"
)


class Server:
    """What a mail server does with what it is told."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.recipient, self.data = "250 OK", "250 OK"

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data.startswith("250"):
            self.mails.append(email.message_from_bytes(envelope.content, policy=policy.default))
        return self.data


@pytest.fixture
async def mail_server() -> AsyncIterator[tuple[Server, str]]:
    """Start a mail server; return what it does, and its address."""
    server = Server()
    serving = await asyncio.get_running_loop().create_server(
        lambda: SMTP(server, hostname="mail.example"), "127.0.0.1", 0
    )
    async with serving:
        port = serving.sockets[0].getsockname()[1]
        yield server, f"smtp://127.0.0.1:{port}"


async def test_a_mail_arrives_as_it_was_written(mail_server: tuple[Server, str]) -> None:
    server, url = mail_server
    assert await Smtp(url=url, sender=FROM).send(ONE) is None
    [mail] = server.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (ONE.address, FROM, ONE.subject)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert str(ONE.id) in mail["Message-ID"]
    assert mail.get_content().replace("\r\n", "\n") == ONE.body


@pytest.mark.parametrize(
    ("told", "raised", "code"),
    [
        ({"recipient": "550 5.1.1 no such user"}, Bounced, "address-refused"),
        ({"recipient": "550 5.1.10 no such domain"}, Bounced, "address-refused"),
        ({"recipient": "550 5.1.8 sender's domain not found"}, NotTaken, "smtp-550"),
        ({"recipient": "554 5.7.1 relay access denied"}, NotTaken, "smtp-554"),
        ({"recipient": "450 mailbox busy"}, NotTaken, "smtp-450"),
        ({"data": "554 5.7.1 taken for spam"}, NotTaken, "smtp-554"),
        ({"data": "452 no room"}, NotTaken, "smtp-452"),
    ],
)
async def test_a_mail_server_refuses_for_good_or_for_now(
    mail_server: tuple[Server, str], told: dict[str, str], raised: type[Exception], code: str
) -> None:
    server, url = mail_server
    vars(server).update(told)
    with pytest.raises(raised, match=code):
        await Smtp(url=url, sender=FROM).send(ONE)


async def test_a_mail_server_that_is_away_is_tried_again() -> None:
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    listener.close()
    await listener.wait_closed()
    with pytest.raises(NotTaken, match="server-away"):
        await Smtp(url=f"smtp://127.0.0.1:{port}", sender=FROM).send(ONE)


SERVICE, SECRET, TEMPLATE = str(UUID(int=21)), str(UUID(int=22)), str(UUID(int=23))
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


class Fixed(Clock):
    """A clock that stands."""

    def now(self) -> datetime:
        """Return the one instant."""
        return NOW


class Double:
    """Notify's API for one service, as its documentation has it."""

    def __init__(self) -> None:
        self.sent: dict[str, dict[str, Any]] = {}
        self.status = "delivered"
        self.refuses: httpx.Response | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        read = jwt.decode(token, OctKey.import_key(SECRET), ["HS256"])
        assert (read.header["typ"], read.header["alg"]) == ("JWT", "HS256")
        if read.claims != {"iss": SERVICE, "iat": int(NOW.timestamp())}:
            return _error(403, "AuthError", "Invalid token: API key not found")
        if self.refuses is not None:
            return self.refuses
        if request.method == "GET":
            found = request.url.path.removeprefix("/v2/notifications/")
            assert found in self.sent
            return httpx.Response(200, json={"id": found, "status": self.status})
        assert request.url.path == "/v2/notifications/email"
        said = httpx.Response(200, content=request.content).json()
        assert said.keys() == {"email_address", "template_id", "personalisation", "reference"}
        id_ = str(uuid4())
        self.sent[id_] = said
        return httpx.Response(201, json={"id": id_, "reference": said["reference"]})


def _error(status: int, error: str, words: str) -> httpx.Response:
    said = {"status_code": status, "errors": [{"error": error, "message": words}]}
    return httpx.Response(status, json=said)


def notify(folder: Path, double: Double) -> Notify:
    """Return the way out to a double, with a key as Notify gives them out."""
    key = folder / "notify.key"
    key.touch(mode=0o600)
    key.write_text(f"county-{SERVICE}-{SECRET}\n")
    url, way = "https://notify.county.example", httpx.MockTransport(double)
    return Notify(url=url, template=TEMPLATE, secret_file=key, clock=Fixed(), transport=way)


async def test_notify_takes_a_message_and_says_what_became_of_it(tmp_path: Path) -> None:
    double = Double()
    way = notify(tmp_path, double)
    id_ = await way.send(ONE)
    assert id_
    assert double.sent[id_] == {
        "email_address": ONE.address,
        "template_id": TEMPLATE,
        "personalisation": {"subject": ONE.subject, "body": ONE.body},
        "reference": str(ONE.id),
    }
    assert await way.outcome(id_) == "delivered"
    double.status = "sending"
    assert await way.outcome(id_) is None
    double.status = "temporary-failure"
    assert await way.outcome(id_) == "given-up"
    double.status = "permanent-failure"
    with pytest.raises(Bounced, match="permanent-failure"):
        await way.outcome(id_)


@pytest.mark.parametrize(
    ("answer", "raised", "code"),
    [
        (
            _error(400, "ValidationError", "email_address Not a valid email address"),
            Bounced,
            "address-refused",
        ),
        (_error(400, "BadRequestError", "Missing personalisation: body"), NotTaken, "notify-400"),
        (_error(429, "RateLimitError", "Exceeded rate limit"), NotTaken, "notify-429"),
        (httpx.Response(500, text="not JSON"), NotTaken, "notify-500"),
    ],
)
async def test_notify_refuses_for_good_or_for_now(
    tmp_path: Path, answer: httpx.Response, raised: type[Exception], code: str
) -> None:
    double = Double()
    double.refuses = answer
    with pytest.raises(raised, match=code):
        await notify(tmp_path, double).send(ONE)


@pytest.mark.parametrize("port", ["70000", "0", "smtp"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(ValueError, match="messages_url"):
        MessageSettings(messages_url=f"smtp://mail.example:{port}", messages_from=FROM)


def test_without_a_provider_nothing_leaves() -> None:
    assert transport_of(MessageSettings(), Fixed()) is None
    by_mail = MessageSettings(messages_url="smtp://mail.example", messages_from=FROM)
    assert isinstance(transport_of(by_mail, Fixed()), Smtp)
