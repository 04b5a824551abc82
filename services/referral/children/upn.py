"""Unique pupil numbers: their form, and those a child had before (domain brief 4.1)."""

import re
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.persistence.db import refers_to
from services.referral.tables import Owned

# No I, O or S: they are taken for figures.
UPN_LETTERS: Final = "ABCDEFGHJKLMNPQRTUVWXYZ"
UPN_FORM: Final = re.compile(rf"[{UPN_LETTERS}][0-9]{{11}}[0-9{UPN_LETTERS}]")

LA_CODES: Final = (
    range(1, 6),  # pseudo codes, of numbers that no authority gave
    range(201, 214),
    range(301, 321),
    range(330, 337),
    range(340, 345),
    range(350, 360),
    range(370, 374),
    range(380, 385),
    range(390, 395),
    range(420, 421),
    range(660, 682),  # Wales
    range(800, 944),
)
"""The ranges of three-figure codes that local authorities have or had.

Of the register of schools (GIAS, field "LA (code)"), with those of authorities that are no more: a
number keeps the code of the authority that gave it. Domain brief 4.1, rule 1530. All of the list of
2011 that python-stdnum has are within them; from 800 on they hold codes that no authority has had.
"""


def is_valid_upn(upn: str) -> bool:
    """Say whether a permanent or temporary number has the right form, authority and check letter.

    Each of positions 2 to 13 counts its figure (a temporary number's last letter its place in the
    alphabet above) times its position; the sum modulo 23 gives the first letter.
    """
    if not UPN_FORM.fullmatch(upn) or not any(int(upn[1:4]) in codes for codes in LA_CODES):
        return False
    values = [UPN_LETTERS.index(c) if c in UPN_LETTERS else int(c) for c in upn[1:]]
    total = sum(value * position for position, value in enumerate(values, 2))
    return UPN_LETTERS[total % len(UPN_LETTERS)] == upn[0]


def is_temporary(upn: str) -> bool:
    """Say whether a number stands in for one that is not known yet."""
    return upn[-1] in UPN_LETTERS


def _upn(text: str) -> str:
    if not is_valid_upn(text):
        raise PydanticCustomError("not-valid", "is not a UPN with the right check letter")
    return text


Upn = Annotated[str, AfterValidator(_upn)]


class FormerUpn(Owned, kw_only=True):
    """A number that a child had, and why it was given up; for information governance alone."""

    __tablename__ = "former_upn"

    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), primary_key=True)
    until_on: Mapped[date] = mapped_column(primary_key=True)
    upn: Mapped[str] = mapped_column(String(13), primary_key=True)
    from_on: Mapped[date]
    why: Mapped[str] = mapped_column(String(40))


class NewIdentity(Owned, kw_only=True):
    """That a child had another record before, under another name; for nobody else to see."""

    __tablename__ = "new_identity"

    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), primary_key=True)
    former_child_id: Mapped[UUID] = mapped_column(refers_to("child.id"))
    given_on: Mapped[date]
