"""Links between schools, as the register has them: which closed, and which carried on."""

from datetime import date
from typing import Final

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.referral.tables import Owned

SUCCESSOR: Final = "successor"
PREDECESSOR: Final = "predecessor"
SPLIT: Final = "split"


class SchoolLink(Owned, kw_only=True):
    """One line of the register's links: what the school ``link_urn`` is to the school ``urn``.

    The kind is kept as the register writes it, also where nothing follows from it.
    """

    __tablename__ = "school_link"

    urn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    link_urn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    link_type: Mapped[str] = mapped_column(String(200), primary_key=True)
    link_name: Mapped[str | None] = mapped_column(String(200))
    established_on: Mapped[date | None]

    @property
    def succession(self) -> tuple[int, int] | None:
        """Which school is carried on by which, by their URNs; None where the kind says neither."""
        kind = self.link_type.casefold()
        if kind.startswith(SUCCESSOR):
            return self.urn, self.link_urn
        return (self.link_urn, self.urn) if kind.startswith(PREDECESSOR) else None

    @property
    def splits(self) -> bool:
        """Whether the school before became more than one, so that somebody has to choose."""
        return SPLIT in self.link_type.casefold()
