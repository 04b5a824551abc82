"""Another language and easier words at any moment, and which way a page runs."""

import re
from pathlib import Path
from typing import Any

import pytest

from services.survey import open_links
from services.survey.asking import words
from services.survey.asking.questions import HELPERS, WAYS_TO_HELP
from services.survey.asking.words import WORDS, Voice, catalogue
from services.survey.open_links.ratings import MARKS
from tests.unit.common.pages.browsing import heading
from tests.unit.survey.calls import get
from tests.unit.survey.links.answering import a_link, answering, asked
from tests.unit.survey.questionnaires.example import changed, item
from tests.unit.survey.questionnaires.test_versions import published
from tests.worlds import World

FOLDERS = (Path(words.__file__).parents[1], Path(open_links.__file__).parent)
ANYTHING = {"en": "Is there anything that you would like to tell us?", "pl": "Pytanie 4"}
IN_POLISH = changed(*item(0, 1), wording=ANYTHING)
LANGUAGE = re.compile(r'<html lang="([^"]+)" dir="(ltr|rtl)">')


async def a_polish_link(world: World, number: int = 1) -> str:
    await published(world, IN_POLISH)
    await asked(world, number, questionnaire_version=3)
    return await a_link(world)


def spoken(page: Any) -> tuple[str, str]:
    found = LANGUAGE.search(page.text)
    assert found, page.text
    return found[1], found[2]


async def test_the_language_is_changed_at_any_moment_and_nothing_typed_is_lost(
    survey: World,
) -> None:
    token = await a_polish_link(survey)
    async with answering(survey) as person:
        assert spoken(await person.open(token)) == ("en-GB", "ltr")
        here = "/survey/answer"
        hidden = {"token": token, "step": "language:pl"}
        person.page = await person.client.post(here, data=hidden)
        assert spoken(person.page) == ("pl", "ltr")
        assert heading(person.page) == "Ankieta"
        assert '<span lang="en" dir="ltr">Why we ask</span>' in person.page.text
        assert token not in str(person.page.url)
        assert spoken(await person.start()) == ("pl", "ltr")
        english = await person.step("language:en", fields={"q-knew_learning": "no"})
        assert spoken(english) == ("en-GB", "ltr")
        assert 'value="no" checked' in english.text
        polish = await person.step("language:pl", fields={"q-comment": "Made-up words."})
        assert "Made-up words." in polish.text
        assert token not in str(polish.url)
        checked = await person.step("check", fields={"q-knew_learning": "no"})
        assert "Nie" in checked.text
        assert spoken(await person.step("send")) == ("pl", "ltr")
        assert spoken(await person.step("language:en")) == ("en-GB", "ltr")
        assert heading(person.page) == "We have your answers"
    [response] = (await get(survey, "/responses")).json()["items"]
    assert [one["value"] for one in response["answers"]] == ["no", None, None, None]


@pytest.mark.parametrize(
    ("development", "asked_for", "speaks"),
    [
        (False, "ar-XB", "en-GB"),
        (True, "ar-XB", "ar-XB"),
        (False, "pl", "pl"),
    ],
)
async def test_only_what_is_offered_is_spoken(
    survey: World, development: bool, asked_for: str, speaks: str
) -> None:
    """The pseudo-language is for development: in production no button, cookie or header has it."""
    survey.system.running["survey"].development = development
    token = await a_polish_link(survey, 2)
    async with answering(survey) as person:
        start = await person.open(token)
        assert (f'"language:{asked_for}"' in start.text) == (speaks != "en-GB")
        await person.start()
        assert spoken(await person.step(f"language:{asked_for}"))[0] == speaks
        [name] = {one for one in person.client.cookies if "words" in one}
        person.client.cookies.set(name, f"{asked_for}.", domain="test.local")
        assert spoken(await person.client.get(person.page.url.path))[0] == speaks
    async with answering(survey) as other:
        other.client.headers["Accept-Language"] = f"{asked_for}-x;q=0.8,en;q=0.5"
        assert spoken(await other.open(await a_link(survey, "P1")))[0] == speaks


async def test_from_right_to_left_everything_but_english_is_translated(survey: World) -> None:
    survey.system.running["survey"].development = True
    await asked(survey, audience="children", questionnaire_version=2)
    async with answering(survey) as person:
        await person.open(await a_link(survey))
        await person.start()
        page = await person.step("language:ar-XB")
        assert spoken(page) == ("ar-XB", "rtl")
        unmarked = re.findall(
            r"<(?:button|h1|p|label)(?![^>]* lang=)[^>]*>([^<⟦]*[A-Za-z][^<⟦]*)<", page.text
        )
        assert unmarked == []
        assert 'lang="en"' in page.text  # the button that leads back


async def test_easier_words_are_offered_where_there_are_some(survey: World) -> None:
    await asked(survey, audience="children", questionnaire_version=2)
    async with answering(survey) as person:
        assert "Easier words" in (await person.open(await a_link(survey))).text
        await person.start()
        easy = await person.step("words:easy", fields={"q-better_at_work": "yes"})
        assert heading(easy) == "Are you doing better?"
        assert 'value="yes" checked' in easy.text
        assert heading(await person.step("next")) == "Does your helper help you in class?"
        plain = await person.step("words:plain")
        assert heading(plain) == "Does your support teacher help you with your work in class?"


async def test_where_there_are_none_no_switch_is_shown(survey: World) -> None:
    await asked(survey)
    async with answering(survey) as person:
        start = await person.open(await a_link(survey))
        assert "Easier words" not in start.text
        assert "Language" not in start.text


# -- the words of the pages themselves ------------------------------------------------------------


def test_every_word_of_the_catalogue_is_said_and_none_is_missing() -> None:
    files = [one for folder in FOLDERS for one in folder.rglob("*")]
    text = "".join(one.read_text() for one in files if one.suffix in {".html", ".py"})
    said = {
        *re.findall(r'"((?:[a-z-]+\.)*[a-z-]+)"', text),
        *(f"helped.{who}" for who in HELPERS),
        *(f"help.{way or 'unsaid'}" for way in (*WAYS_TO_HELP, "")),
        *(f"rating.{mark}" for mark in MARKS),
    }
    audiences = ("schools", "parents", "children", "agencies")
    keys = {re.sub(rf"\.({'|'.join(audiences)})$", "", key) for key in WORDS["en"]}
    assert keys <= said
    called = set(re.findall(r'(?:say|plain)\(\s*"([^"]+)"', text))
    assert len(called) > 50
    for key in called - {"helped.", "help.", "rating."}:
        for audience in audiences:
            assert key in WORDS["en"] or f"{key}.{audience}" in WORDS["en"], key


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("pl", '{"no-such": "Nic"}', "no-such is said nowhere"),
        ("pl", '{"start.long": "Minuty"}', "start.long has other values"),
        ("xx", '{"yes": "Tak"}', "no language that pages are translated into"),
        ("ar-XB", '{"yes": "Tak"}', "no language that pages are translated into"),
    ],
)
def test_a_faulty_catalogue_stops_the_start(
    tmp_path: Path, name: str, text: str, fault: str
) -> None:
    (tmp_path / "en.json").write_text('{"yes": "Yes", "start.long": "{minutes}"}')
    (tmp_path / f"{name}.json").write_text(text)
    with pytest.raises(ValueError, match=fault):
        catalogue(tmp_path)


def test_what_a_language_lacks_is_english_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "WORDS", {**WORDS, "ur": {"yes": "جی ہاں"}})
    voice = Voice(language="ur", audience="children")
    assert voice.say("yes") == "جی ہاں"
    assert voice.say("question.next") == '<span lang="en" dir="ltr">Next</span>'
    assert voice.say("no").startswith("<span")
    assert voice.plain("questions.decline").endswith("t want to do this at all")
    assert "&lt;b&gt;" in voice.marked("<b>", "ur")


@pytest.mark.parametrize(
    ("seen", "said", "heard"),
    [
        ("Yes", "Yes", None),
        ("Yes", "Yes. A happy face.", "Yes. A happy face."),
        ("Yep", "Yes. A happy face.", "Yep Yes. A happy face."),
    ],
)
def test_what_is_seen_is_among_what_is_heard(seen: str, said: str, heard: str | None) -> None:
    found = Voice().read(seen, said, "en")
    assert found == (
        f'<span aria-hidden="true">{seen}</span><span class="hidden">{heard}</span>'
        if heard
        else seen
    )
