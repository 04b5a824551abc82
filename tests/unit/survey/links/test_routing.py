"""A page asks what the answers lead to, takes several, and asks whether words may be quoted."""

from services.survey.asking.questions import Fault, questions_of, read_answers
from services.survey.responses.answers import Answered
from tests.unit.survey.links.answering import a_link, answering, asked
from tests.unit.survey.questionnaires.example import example, questionnaire
from tests.unit.survey.questionnaires.test_versions import NEXT, published
from tests.worlds import World

FORM = questionnaire()
TOLD = {"q-knew_learning": "yes", "q-told_by--letter": "yes", "q-told_by--meeting": "yes"}


def ids(**fields: str) -> list[str]:
    return [one.id for one in questions_of(FORM, {f"q-{k}": v for k, v in fields.items()})]


def test_a_question_is_asked_where_the_answers_lead_to_it() -> None:
    assert ids() == ["knew_learning", "comment"]
    assert ids(knew_learning="yes") == ["knew_learning", "told_by", "comment"]
    assert ids(**{"knew_learning": "yes", "told_by--meeting": "yes"})[2] == "meeting_helped"


def test_several_answers_and_the_leave_to_quote_are_read() -> None:
    words = {"q-comment": "Made-up words.", "q-comment--quote": "no"}
    answers, faults = read_answers(FORM, TOLD | words)
    assert faults == []
    assert answers == (
        Answered(question="knew_learning", state="answered", value="yes"),
        Answered(question="told_by", state="answered", values=("letter", "meeting")),
        Answered(question="comment", state="answered", value="Made-up words.", may_quote=False),
    )


def test_an_answer_that_the_others_lead_to_no_longer_is_left_out() -> None:
    answers, faults = read_answers(FORM, TOLD | {"q-knew_learning": "no"})
    assert ([one.question for one in answers], faults) == (["knew_learning"], [])


def test_what_must_be_answered_and_what_nobody_asked_are_faults() -> None:
    _, faults = read_answers(FORM, {"q-comment": "Made-up words.", "q-told_by--pigeon": "yes"})
    assert [one.field for one in faults] == ["", "q-knew_learning"]
    assert faults[1] == Fault("q-knew_learning", "fault.missing")


async def test_a_version_drafted_here_is_answered_by_a_link(survey: World) -> None:
    await published(survey, example(), NEXT)
    await asked(survey, questionnaire="parents", questionnaire_version=3)
    async with answering(survey) as person:
        await person.open(await a_link(survey))
        await person.start()
        more = await person.step("check", fields={"q-knew_learning": "yes"})
        assert "Your answers lead to more questions." in more.text
        again = await person.step("check", fields=TOLD)
        assert "Your answers lead to more questions." in again.text
        checked = await person.step("check", fields=TOLD)
        assert "By letter, At a meeting" in checked.text
        receipt = await person.step("send")
    assert "We have your answers" in receipt.text
