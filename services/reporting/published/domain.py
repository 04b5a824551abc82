"""A figure of a year as it was published, before there were records to count it from."""

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate
from services.reporting.tables import Owned


class PublishedValueVoid(Conflict):
    """What was withdrawn is not put right; it is entered again."""

    detail = "This value was withdrawn. Enter it again, and it stands again."


class PublishedValue(Aggregate, Owned, kw_only=True):
    """A figure's value of a year as it was printed, where, and the counts if they are known."""

    __tablename__ = "published_value"
    __table_args__ = (UniqueConstraint("figure", "academic_year"),)

    figure: Mapped[str] = mapped_column(String(100))
    academic_year: Mapped[str] = mapped_column(String(7))
    printed: Mapped[str] = mapped_column(String(200))
    value: Mapped[str | None] = mapped_column(String(40))
    count: Mapped[int | None]
    out_of: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(200))
    entered_by: Mapped[str] = mapped_column(String(200))
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return () if self.void else ("correct", "void")

    def check_stands(self) -> None:
        """Refuse to change what was withdrawn."""
        if self.void:
            raise PublishedValueVoid
