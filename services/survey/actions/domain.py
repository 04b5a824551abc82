"""An action: who sees to what somebody asked for, by when, what came of it, who was told."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate, refers_to
from services.survey.actions.codes import ENDS_AS, UNDER_WAY, Outcome, ToldHow
from services.survey.tables import Owned

LASTS: Final = timedelta(days=28)
"""How long somebody has to see to what was asked for, unless another day is set."""
STEPS: Final[Mapping[bool, tuple[str, ...]]] = {
    True: ("pass-on", "conclude"),
    False: ("tell", "reopen"),
}
"""What may be done with an action that is under way, and with one that ended."""


class ActionEnded(Conflict):
    """What ended is not passed on or ended again."""

    detail = "This action has ended. Open it again first."


class ActionUnderWay(Conflict):
    """Nobody is told what came of an action, and none is opened again, before it ended."""

    detail = "This action is under way: say first what came of it."


class Action(Aggregate, Owned, kw_only=True):
    """What is done about what was asked for in answer to a question.

    Its owner is a teacher, ``owner_id``, or the Head of Service where that is empty.
    """

    told_as = "action_id"
    __tablename__ = "action"
    __table_args__ = (UniqueConstraint("response_id", "question"),)

    response_id: Mapped[UUID] = mapped_column(refers_to("response.id"))
    question: Mapped[str] = mapped_column(String(40))
    child_id: Mapped[UUID | None] = mapped_column(index=True)
    owner_id: Mapped[UUID | None] = mapped_column(index=True)
    routed: Mapped[bool] = mapped_column(default=False)
    """Whether a person made its owner the owner."""
    opened_on: Mapped[date]
    due_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(13), default="open")
    outcome: Mapped[str | None] = mapped_column(String(20), default=None)
    concluded_on: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(String(4000), default=None)
    """For colleagues: who asked does not see it."""
    answer: Mapped[str | None] = mapped_column(String(4000), default=None)
    """What who asked is told."""
    told_on: Mapped[date | None] = mapped_column(default=None)
    told_how: Mapped[str | None] = mapped_column(String(20), default=None)

    @property
    def under_way(self) -> bool:
        """Whether somebody still has to see to it."""
        return self.state in UNDER_WAY

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return STEPS[self.under_way]

    def overdue(self, today: date) -> bool:
        """Say whether it is under way after the day by which it was to end."""
        return self.under_way and self.due_on < today

    def pass_on(self, owner_id: UUID | None, due_on: date | None) -> None:
        """Have another owner, and another day where one is given."""
        self._check_under_way()
        self.owner_id, self.routed, self.state = owner_id, True, "passed-on"
        self.due_on = due_on or self.due_on

    def conclude(self, outcome: Outcome, on: date, answer: str | None) -> None:
        """End, with what came of it and what who asked is told."""
        self._check_under_way()
        self.state, self.outcome, self.concluded_on = ENDS_AS[outcome], outcome, on
        self.answer = answer

    def tell(self, on: date, how: ToldHow) -> None:
        """Have been told to who asked."""
        self._check_ended()
        self.told_on, self.told_how = on, how

    def reopen(self) -> None:
        """Be under way again: whoever was told something is told anew."""
        self._check_ended()
        self.state = "passed-on" if self.routed else "open"
        self.outcome = self.concluded_on = self.answer = None
        self.told_on = self.told_how = None

    def _check_under_way(self) -> None:
        if not self.under_way:
            raise ActionEnded

    def _check_ended(self) -> None:
        if self.under_way:
            raise ActionUnderWay
