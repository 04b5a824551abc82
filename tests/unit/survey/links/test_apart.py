"""What a stranger learns of links by trying them out: nothing (promises 4.5, 5.4.1)."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.unit.common.pages.browsing import Fields
from tests.unit.survey.calls import get
from tests.unit.survey.links.answering import a_link, answering, asked
from tests.unit.survey.links.apart import UNKNOWN, links_that_are_over
from tests.worlds import World


async def test_a_link_that_is_over_asks_the_database_what_one_that_never_was_does(
    survey: World,
) -> None:
    """So nobody learns by waiting. `make soak ARGS=links` compares the times themselves."""
    tokens = await links_that_are_over(survey)
    said: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if "questionnaire" in statement:  # of links, of waves and of forms; nothing else is about
            said.append(statement)

    made: dict[str, list[str]] = {}
    event.listen(Engine, "before_cursor_execute", note)
    try:
        async with answering(survey) as stranger:
            for name, token in tokens.items():
                assert (await stranger.open(token)).status_code == 404
                made[name] = said.copy()
                said.clear()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(made[UNKNOWN]) == 1
    assert all(statements == made[UNKNOWN] for statements in made.values()), made


async def test_answers_to_one_wave_are_not_taken_by_the_link_of_another(survey: World) -> None:
    """Neither with the other's form, nor with this one's form and the other's question."""
    await asked(survey)
    parents = await a_link(survey)
    await asked(survey, 2, "agencies")
    async with answering(survey) as person:
        forms = []
        for token in (parents, await a_link(survey, "P1")):
            await person.open(token)
            page = await person.start()
            forms.append((page.url.path, Fields(page.text, page.url.path).found))
        (here, ours), (_, theirs) = forms
        sent = {"q-impact": "good", "step": "send"}
        for fields, status, words in ((theirs, 400, ""), (ours, 422, "that is not on this form")):
            told = await person.client.post(
                here, data=fields | sent, headers={"Origin": "http://test"}
            )
            assert told.status_code == status
            assert words in told.text
    assert (await get(survey, "/responses")).json()["items"] == []
