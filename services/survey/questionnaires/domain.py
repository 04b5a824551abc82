"""A version of a questionnaire: drafted, looked at, published and from then on frozen, retired."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.contracts.survey import QuestionnairePublished, TrendQuestion
from libs.common.core.errors import Conflict
from libs.common.persistence.db import Aggregate
from services.survey.questionnaires.definition import Questionnaire
from services.survey.tables import Owned

STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "draft": ("draft", "preview"),
    "previewed": ("draft", "publish"),
    "published": ("retire",),
    "retired": (),
}
"""What may be done with a version in each state."""


class QuestionnaireFrozen(Conflict):
    """A version that was published never changes: answers were given to its words."""

    detail = "This version is published and stays as it is. Draft the next version."


class NotPreviewed(Conflict):
    """Nobody has looked at a version as it is now."""

    detail = "Look at this version as it would be shown, and say so, before it is published."


class QuestionnaireNotPublished(Conflict):
    """What was never published, or is retired, is not retired."""

    detail = "This version is not in use."


class QuestionnaireVersion(Aggregate, Owned, kw_only=True):
    """A questionnaire in a version, whole; what a draft was before stays in the change log."""

    told_as = "questionnaire_id"
    __tablename__ = "questionnaire_version"
    __table_args__ = (UniqueConstraint("questionnaire", "version"),)

    questionnaire: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    audience: Mapped[str] = mapped_column(String(40), index=True)
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    published_on: Mapped[date | None] = mapped_column(default=None)
    retired_on: Mapped[date | None] = mapped_column(default=None)

    @property
    def whole(self) -> Questionnaire:
        """What it says."""
        return Questionnaire.model_validate(self.definition)

    @property
    def was_published(self) -> bool:
        """Whether it can have been sent to somebody."""
        return self.published_on is not None

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that its state allows."""
        return STEPS[self.state]

    def redraft(self, definition: Questionnaire) -> bool:
        """Say something else, which nobody has looked at yet; return whether it does."""
        if self.was_published:
            raise QuestionnaireFrozen
        said = definition.model_dump(mode="json")
        if said == self.definition:
            return False
        self.definition, self.audience, self.state = said, definition.audience, "draft"
        return True

    def preview(self) -> None:
        """Have been looked at as it is."""
        if self.was_published:
            raise QuestionnaireFrozen
        self.state = "previewed"

    def check_publishable(self) -> None:
        """Refuse to publish what is published, or what nobody has looked at."""
        if self.was_published:
            raise QuestionnaireFrozen
        if self.state != "previewed":
            raise NotPreviewed

    def publish(self, on: date) -> QuestionnairePublished:
        """Be frozen, and sent from now on."""
        self.state, self.published_on = "published", on
        return QuestionnairePublished(
            questionnaire_id=self.id,
            questionnaire=self.questionnaire,
            version=self.version,
            audience=self.whole.audience,
            published_on=on,
            questions=tuple(
                TrendQuestion(
                    question=item.id,
                    kind=item.type,
                    trend_key=item.trend_key,
                    reworded=item.equivalence is not None,
                )
                for item in self.whole.items
                if item.trend_key
            ),
        )

    def retire(self, on: date) -> None:
        """Be sent in no new wave; those that were drafted go on."""
        if self.state != "published":
            raise QuestionnaireNotPublished
        self.state, self.retired_on = "retired", on
