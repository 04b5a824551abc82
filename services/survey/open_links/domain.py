"""An open link: anybody who has its code answers one questionnaire, or rates one delivery.

It is shown on a screen, printed and passed on, so its code is short enough to be typed. Of the
code a hash alone is kept: who lost it draws another, and the one before leads nowhere from then on.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Column, String, Table, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate, Timestamp, refers_to
from services.survey.deliveries.domain import Delivery
from services.survey.links.domain import digest_of
from services.survey.questionnaires.definition import Questionnaire
from services.survey.responses.domain import Deadline
from services.survey.tables import Owned, metadata
from services.survey.waves.domain import Wave

DAYS: Final = timedelta(days=14)
"""How long after it was given a delivery is rated, unless somebody says otherwise."""
MOST: Final = 1_000
"""How many forms come by a link at the most, unless somebody says otherwise."""

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 12
_READ: Final = str.maketrans("OIL", "011", "- ")
_FORM: Final = re.compile(f"[{_LETTERS}]{{{_LENGTH}}}")


class OpenLinkEnded(Conflict):
    """What takes no forms is not ended, and has no code."""

    detail = "This open link has ended. Open it again first."


def new_code() -> str:
    """Draw a code: 60 random bits, in letters and figures that nobody takes for each other."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def as_written(code: str) -> str:
    """Return a code in groups of four, as people read and type it."""
    return "-".join(code[at : at + 4] for at in range(0, _LENGTH, 4))


def code_in(text: str) -> str | None:
    """Read a code as it was typed, in capitals or not; None where it is none."""
    if len(text) > 2 * _LENGTH:
        return None
    read = text.upper().translate(_READ)
    return read if _FORM.fullmatch(read) else None


class OpenLink(Aggregate, Owned, kw_only=True):
    """The one open link of a wave or of a delivery.

    That of a wave takes forms as long as the wave takes answers that count, and until its own last
    day where it has one.
    """

    told_as = "open_link_id"
    __tablename__ = "open_link"

    wave_id: Mapped[UUID | None] = mapped_column(refers_to("wave.id"), unique=True)
    delivery_id: Mapped[UUID | None] = mapped_column(refers_to("delivery.id"), unique=True)
    closes_on: Mapped[date | None]
    most: Mapped[int]
    digest: Mapped[str | None] = mapped_column(String(64), default=None, unique=True)
    ended: Mapped[bool] = mapped_column(default=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return ("reopen",) if self.ended else ("draw-code", "end", "reopen")

    def draw_code(self) -> str:
        """Take a new code, which is told here alone; the one before leads nowhere any more."""
        self._check_not_ended()
        code = new_code()
        self.digest = digest_of(code)
        return code

    def end(self) -> None:
        """Take no more forms."""
        self._check_not_ended()
        self.ended = True

    def reopen(self, closes_on: date | None, most: int) -> None:
        """Take forms until that day, and so many in all, with the code that it has."""
        self.ended, self.closes_on, self.most = False, closes_on, most

    def _check_not_ended(self) -> None:
        if self.ended:
            raise OpenLinkEnded


open_form = Table(
    "open_form",
    metadata,
    # Of the browser that sent it, what leads back to nothing: the same form again has the same.
    Column("ticket", String(64), primary_key=True),
    Column("open_link_id", Uuid, refers_to("open_link.id"), nullable=False, index=True),
    Column("sent_at", Timestamp, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an open link leads to: a wave with its questionnaire, or a delivery."""

    link: OpenLink
    sent: int
    """How many forms came by it."""
    wave: Wave | None = None
    form: Questionnaire | None = None
    delivery: Delivery | None = None

    @property
    def last_day(self) -> date | None:
        """The last day on which it takes forms: the link's own, or the wave's if that is before."""
        own, wave = self.link.closes_on, self.wave
        days = [own] if own else []
        if wave is not None:
            days.append(Deadline(wave.closes_on, wave.grace_days).last_day)
        return min(days, default=None)

    def takes_forms(self, today: date) -> bool:
        """Say whether it takes a form on that day."""
        of_wave = self.wave is not None and self.wave.takes_answers
        of_delivery = self.delivery is not None and not self.delivery.void
        in_time = self.last_day is None or today <= self.last_day
        open_ = not self.link.ended and self.sent < self.link.most
        return open_ and in_time and (of_wave or of_delivery)
