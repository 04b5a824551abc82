"""What is typed from a paper form, as it is compared and as it is recorded."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import Field

from libs.common.contracts.survey import AssistedBy, Help
from libs.common.core.clock import midnight
from libs.common.core.fields import Day, Strict
from services.survey.paper.domain import Typed
from services.survey.questionnaires.definition import Questionnaire
from services.survey.responses.answers import NOT_ANSWERED, NOT_SHOWN, Answered
from services.survey.responses.commands import FilledIn

CHANNEL: Final = "paper"
BLANK: Final = {NOT_ANSWERED, NOT_SHOWN}


class TypedForm(Strict):
    """What stands on a form: the day it was received, who helped and how, and the answers.

    What cannot be read is answered by the state ``illegible``.
    """

    received_on: Day
    assisted_by: AssistedBy
    help: Help | None = None
    answers: Annotated[tuple[Answered, ...], Field(max_length=100)]

    @property
    def filled_in(self) -> FilledIn:
        """The same as a response has it: received as the day began in London."""
        told = {name: getattr(self, name) for name in ("assisted_by", "help", "answers")}
        received_at = midnight(self.received_on)
        return FilledIn.model_validate({"channel": CHANNEL, "received_at": received_at, **told})

    def by_field(self, questionnaire: Questionnaire) -> Typed:
        """Return the same by field, without what was left blank."""
        found: dict[str, Any] = {
            "received_on": self.received_on.isoformat(),
            "assisted_by": self.assisted_by,
        }
        if self.help is not None:
            found["help"] = self.help
        for answer in self.answers:
            if answer.state not in BLANK:
                found[_field(answer, questionnaire)] = _said(answer)
        return found


def _field(answer: Answered, questionnaire: Questionnaire) -> str:
    item = questionnaire.item(answer.question)
    return f"{'texts' if item and not item.coded else 'answers'}.{answer.question}"


def _said(answer: Answered) -> dict[str, Any]:
    said = answer.model_dump(mode="json", exclude={"question"}, exclude_none=True)
    return said | {"values": sorted(answer.values)} if answer.values else said


def typed_as(fields: Typed) -> TypedForm:
    """Return what was typed from what was kept of it by field."""
    answers = [
        {"question": name.partition(".")[2], **said}
        for name, said in fields.items()
        if name.startswith(("answers.", "texts."))
    ]
    return TypedForm.model_validate(
        {
            "received_on": date.fromisoformat(fields["received_on"]),
            "assisted_by": fields["assisted_by"],
            "help": fields.get("help"),
            "answers": tuple(answers),
        }
    )
