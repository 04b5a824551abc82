"""The ways out: each takes one message, or says that it never will (Bounced) or not now."""

import asyncio
import re
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any, Final, Literal, Protocol
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from joserfc import jwt
from joserfc.jwk import OctKey

from libs.common.core.clock import Clock
from libs.common.core.tls_files import read_password

SECONDS: Final = 20
_LOCAL: Final = {"127.0.0.1", "localhost", "::1"}
_KEY_PARTS: Final = 36
"""Characters of each of the two UUIDs at the end of a Notify key: whose it is, and the secret."""
_NO_SUCH_ADDRESS: Final = re.compile(rb"5\.1\.(?![78]\b)\d")
"""RFC 3463, 3.2: something is wrong with the address it is to; 7 and 8 are of the sender's."""


Outcome = Literal["delivered", "given-up"]
_OUTCOMES: Final[Mapping[str | None, Outcome]] = {
    "delivered": "delivered",
    "temporary-failure": "given-up",
    "technical-failure": "given-up",
}
"""By Notify's status."""


class Bounced(Exception):
    """The message will never arrive at this address; ``code`` says why."""

    def __init__(self, code: str) -> None:
        """Take why."""
        self.code = code
        super().__init__(code)


class NotTaken(Exception):
    """The provider did not take the message now; ``code`` says why."""

    def __init__(self, code: str) -> None:
        """Take why."""
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message on its way."""

    id: UUID
    address: str
    subject: str
    body: str


class Transport(Protocol):
    """Takes messages, and may know what became of them."""

    async def send(self, one: Outgoing) -> str | None:
        """Hand a message over; return the provider's id. Raises Bounced and NotTaken."""

    async def outcome(self, provider_id: str) -> Outcome | None:
        """Return what became of it; None where nothing more is known. Raises as `send`."""


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """A mail server: over TLS at once (smtps), or after STARTTLS but for one on this machine."""

    url: str
    sender: str
    user: str | None = None
    secret_file: Path | None = None

    async def send(self, one: Outgoing) -> str | None:
        """Hand over one mail, on a connection of its own."""
        try:
            await asyncio.to_thread(self._send, self._mail(one))
        except smtplib.SMTPRecipientsRefused as refused:
            [(code, words)] = refused.recipients.values()
            if _NO_SUCH_ADDRESS.match(words):
                raise Bounced("address-refused") from None
            raise NotTaken(f"smtp-{code}") from None
        except smtplib.SMTPResponseException as refused:  # it is we, or our words
            raise NotTaken(f"smtp-{refused.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotTaken("server-away") from error
        return None

    async def outcome(self, _: str) -> Outcome | None:
        """Know nothing: a mail server says later, by mail, what it could not deliver."""
        return None

    def _mail(self, one: Outgoing) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, one.address, one.subject
        mail["Date"], mail["Message-ID"] = formatdate(), f"<{one.id}@{self.sender.split('@')[-1]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(one.body)
        return mail

    def _send(self, mail: EmailMessage) -> None:
        parts = urlsplit(self.url)
        host, context = parts.hostname or "", ssl.create_default_context()
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=SECONDS)
        with server:
            if parts.scheme == "smtp" and host not in _LOCAL:
                server.starttls(context=context)
            if self.user and self.secret_file:
                server.login(self.user, read_password(self.secret_file))
            server.send_message(mail)


@dataclass(frozen=True, kw_only=True)
class Notify:
    """GOV.UK Notify's API: one template of the county's with ((subject)) and ((body))."""

    url: str
    template: str
    secret_file: Path
    clock: Clock
    transport: httpx.AsyncBaseTransport | None = None

    async def send(self, one: Outgoing) -> str | None:
        """Hand over one e-mail; our id is its reference."""
        said = {
            "email_address": one.address,
            "template_id": self.template,
            "personalisation": {"subject": one.subject, "body": one.body},
            "reference": str(one.id),
        }
        answer = await self._ask("POST", "/v2/notifications/email", json=said)
        if answer.status_code == httpx.codes.CREATED:
            return str(answer.json()["id"])
        if answer.status_code == httpx.codes.BAD_REQUEST and _is_of_address(answer):
            raise Bounced("address-refused")
        raise NotTaken(f"notify-{answer.status_code}")

    async def outcome(self, provider_id: str) -> Outcome | None:
        """Ask what became of one: two of three failures are not of the address."""
        answer = await self._ask("GET", f"/v2/notifications/{provider_id}")
        status = answer.json().get("status") if answer.is_success else None
        if status == "permanent-failure":
            raise Bounced(status)
        return _OUTCOMES.get(status)

    async def _ask(self, method: str, path: str, **said: Any) -> httpx.Response:
        try:
            async with httpx.AsyncClient(transport=self.transport, timeout=SECONDS) as client:
                headers = {"Authorization": f"Bearer {self._token()}"}
                return await client.request(method, self.url + path, headers=headers, **said)
        except httpx.HTTPError as error:
            raise NotTaken("notify-away") from error

    def _token(self) -> str:
        """Return a token of this moment: the key's first UUID signs with its second."""
        key = read_password(self.secret_file)
        secret, whose = key[-_KEY_PARTS:], key[-2 * _KEY_PARTS - 1 : -_KEY_PARTS - 1]
        claims = {"iss": whose, "iat": int(self.clock.now().timestamp())}
        return jwt.encode({"typ": "JWT", "alg": "HS256"}, claims, OctKey.import_key(secret))


def _is_of_address(answer: httpx.Response) -> bool:
    errors = answer.json().get("errors", ())
    return any("email_address" in str(one.get("message")) for one in errors)
