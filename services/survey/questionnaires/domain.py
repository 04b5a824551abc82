"""Questionnaires: versioned data, read and checked once at start (domain brief 8.2).

A change of wording or of answers is a new version under a new file; a question keeps its trend
key only where its answers may still be compared with the years before (domain brief, trap 51).
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.common.contracts.survey import Audience, RespondentUnit
from libs.common.core.fields import Code, StrictInt64
from services.survey.questionnaires.codes import OFFERED, ItemType

FOLDER = Path(__file__).parent

RecipientId = Literal["parent_id", "child_id", "school_id"]


class QuestionnairePart(BaseModel):
    """A part of a questionnaire file; what it does not know is an error of whoever wrote it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(QuestionnairePart):
    """An answer that is offered: kept and published by its code, shown by its words."""

    value: str
    words: str


class Item(QuestionnairePart):
    """A question: its wording, what may be answered, and the trend it belongs to."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    type: ItemType
    wording: str = Field(min_length=1)
    values: tuple[Choice, ...]
    not_applicable: bool
    trend_key: str | None

    @property
    def coded(self) -> bool:
        """Whether its answer is a code; free text is not, and never leaves the service."""
        return self.type != "free_text"

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the answers offered."""
        return frozenset(choice.value for choice in self.values)

    @model_validator(mode="after")
    def _offers_what_its_type_allows(self) -> "Item":
        if len(self.codes) != len(self.values):
            raise ValueError(f"question {self.id}: a value is there twice")
        if not self.codes <= OFFERED[self.type]:
            raise ValueError(f"question {self.id}: a value is not one of its type's")
        if self.coded != bool(self.values):
            raise ValueError(f"question {self.id}: coded questions offer values, free text none")
        if self.coded != bool(self.trend_key):
            raise ValueError(
                f"question {self.id}: coded questions have a trend key, free text none"
            )
        return self


class Questionnaire(QuestionnairePart):
    """A questionnaire for an audience, in one version.

    ``respondent_unit`` is whom one goes to: the unit of issue, which a return rate counts (trap
    57). ``recipient_ids`` are the ids that a recipient may have, first the unit's own; a parent's
    child is whom the form is about.
    """

    questionnaire: Code
    version: Annotated[StrictInt64, Field(ge=1, le=1_000)]
    audience: Audience
    respondent_unit: RespondentUnit
    recipient_ids: tuple[RecipientId, ...]
    title: str
    items: tuple[Item, ...]

    @model_validator(mode="after")
    def _unambiguous(self) -> "Questionnaire":
        for names in ([i.id for i in self.items], [i.trend_key for i in self.items if i.coded]):
            if len(names) != len(set(names)):
                raise ValueError(f"{self.name}: a question or trend key is there twice")
        if not any(item.coded for item in self.items):
            raise ValueError(f"{self.name}: no question has coded answers")
        return self

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{self.questionnaire}.v{self.version}"

    def item(self, id_: str) -> Item | None:
        """Return a question by its id."""
        return next((item for item in self.items if item.id == id_), None)


@cache
def questionnaires() -> tuple[Questionnaire, ...]:
    """Return every questionnaire; raises ValueError naming what is wrong in a file."""
    return tuple(read(path) for path in sorted(FOLDER.glob("*.json")))


def read(path: Path) -> Questionnaire:
    """Read one file; raises ValueError (pydantic's) where it is faulty or misnamed."""
    found = Questionnaire.model_validate_json(path.read_text(encoding="utf-8"))
    if path.name != f"{found.name}.json":
        raise ValueError(f"{path.name}: holds {found.name}")
    return found


def questionnaire_of(type_: str, version: int) -> Questionnaire | None:
    """Return a questionnaire in a version."""
    return next(
        (q for q in questionnaires() if (q.questionnaire, q.version) == (type_, version)), None
    )
