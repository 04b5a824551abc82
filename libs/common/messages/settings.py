"""How a county tells us by which provider messages leave; without it none do."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field

from libs.common.core.clock import Clock
from libs.common.core.tls_files import password_fault
from libs.common.messages.transports import Notify, Smtp, Transport

_NEEDS: Final = {
    "smtp": ("messages_from", "messages_alerts_to"),
    "smtps": ("messages_from", "messages_alerts_to"),
    "https": ("messages_template", "messages_secret_file", "messages_alerts_to"),
}
"""What each way out has to be told."""


def _provider(text: str) -> str:
    parts = urlsplit(text)
    host = parts.hostname and parts.port != 0  # a port that is none raises ValueError
    if parts.scheme not in _NEEDS or not host or parts.path or parts.username:
        raise ValueError("not smtp://, smtps:// or https:// with a host and at most a port")
    return text


class MessageSettings(BaseModel):
    """By which provider messages leave."""

    messages_url: Annotated[str, AfterValidator(_provider)] | None = Field(
        default=None,
        description="how messages leave: smtp://HOST[:PORT], smtps://HOST[:PORT], or the https"
        " address of GOV.UK Notify's API; without it none are sent",
    )
    messages_from: str | None = Field(
        default=None, description="the e-mail address that messages are from, with SMTP"
    )
    messages_alerts_to: str | None = Field(
        default=None,
        description="the e-mail address of the designated safeguarding lead, who is told that there"
        " is a concern to read, and no word of it",
    )
    messages_user: str | None = Field(
        default=None, description="as whom we sign in to the mail server, with the secret"
    )
    messages_secret_file: Path | None = Field(
        default=None,
        description="a file of mode 0600 with the mail server's password, or Notify's API key",
    )
    messages_template: str | None = Field(
        default=None, description="Notify's template, which has ((subject)) and ((body))"
    )


def messages_faults(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the settings together; no value."""
    url = values.get("messages_url") or ""
    for name in _NEEDS.get(url.partition(":")[0], ()):
        if not values.get(name):
            yield f"{name.upper()} is missing: MESSAGES_URL needs it"
    if values.get("messages_user") and not values.get("messages_secret_file"):
        yield "MESSAGES_SECRET_FILE is missing: MESSAGES_USER needs it"


def messages_file_faults(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the secret's file, with its variable."""
    file = values.get("messages_secret_file")
    if file and (fault := password_fault(Path(file))):
        yield f"MESSAGES_SECRET_FILE {fault}"


def transport_of(settings: MessageSettings, clock: Clock) -> Transport | None:
    """Return the way out that settings name, which were found right; None where they name none."""
    url, secret = settings.messages_url, settings.messages_secret_file
    if url is None:
        return None
    if url.startswith("https:"):
        assert settings.messages_template, "settings without it are refused"
        assert secret, "settings without it are refused"
        template = settings.messages_template
        return Notify(url=url, template=template, secret_file=secret, clock=clock)
    assert settings.messages_from, "settings without it are refused"
    return Smtp(
        url=url,
        sender=settings.messages_from,
        user=settings.messages_user,
        secret_file=secret,
    )
