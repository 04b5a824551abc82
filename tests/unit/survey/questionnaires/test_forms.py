"""A questionnaire as it is asked: languages, easier words, what the answers so far lead to."""

import pytest

from services.survey.questionnaires.definition import untranslated
from services.survey.questionnaires.forms import resolved, shown
from services.survey.questionnaires.languages import LANGUAGES, PSEUDO, nearest, pseudo
from services.survey.questionnaires.shipped import questionnaires
from tests.unit.survey.questionnaires.example import changed, item, questionnaire


def test_every_text_falls_back_to_english_by_itself_and_says_so() -> None:
    form = resolved(questionnaire(), "pl-PL")
    assert (form.language, form.direction, form.title) == ("pl", "ltr", "Ankieta")
    first, *_, comment = form.items
    assert (first.wording, first.language) == ("Pytanie 1", "pl")
    assert [one.words for one in first.values] == ["Tak", "Nie"]
    assert (comment.wording[:8], comment.language) == ("Is there", "en")
    assert [(one.id, one.title) for one in form.sections] == [
        ("support", "Wsparcie"),
        ("your_words", None),
    ]
    assert [one.section for one in form.items] == ["support"] * 3 + ["your_words"]


def test_easier_words_are_shown_where_there_are_any_in_the_language() -> None:
    plain, easy = (resolved(questionnaire(), easy=easy) for easy in (False, True))
    assert easy.items[0].wording == "Did you know what your child was learning?"
    assert easy.items[1].wording == plain.items[1].wording
    assert (plain.reading_age, easy.reading_age) == (9, 8)
    assert resolved(questionnaire(), "pl", easy=True).items[0].wording == "Pytanie 1"


def test_a_picture_has_something_to_say_and_its_drawing() -> None:
    form = resolved(questionnaire())
    assert form.pictures.keys() == {"book", "face-happy", "face-sad"}
    assert all(svg.startswith("<svg") for svg in form.pictures.values())
    yes, _ = form.items[0].values
    assert (yes.picture, yes.spoken) == ("face-happy", "Yes. A happy face.")
    assert form.items[1].values[0].spoken == "By letter"


def test_what_is_said_of_words_is_in_their_language() -> None:
    """A Polish voice reads no English: what is not translated is not said."""
    yes, _ = resolved(questionnaire(), "pl").items[0].values
    assert (yes.words, yes.spoken, yes.language) == ("Tak", "Tak", "pl")


@pytest.mark.parametrize("shipped", questionnaires(), ids=lambda one: one.name)
def test_in_the_pseudo_language_nothing_is_left_in_english(shipped: object) -> None:
    assert isinstance(shipped, type(questionnaire()))
    form = resolved(shipped, PSEUDO)
    texts = [form.title, *(one.title for one in form.sections if one.title)]
    texts += [text for one in form.items for text in (one.wording, one.spoken)]
    texts += [text for one in form.items for two in one.values for text in (two.words, two.spoken)]
    assert len(texts) > 5
    assert all(one.startswith("⟦") and one.endswith("⟧") for one in texts)
    assert not any("a" <= letter <= "z" for one in texts for letter in one)
    assert (form.direction, {one.language for one in form.items}) == ("rtl", {PSEUDO})


def test_the_pseudo_language_tells_texts_apart_and_is_longer() -> None:
    yes, long = pseudo("Yes"), pseudo("Is there anything that you would like to tell us?")
    assert yes != pseudo("No")
    assert len(long) > 1.2 * len("Is there anything that you would like to tell us?")


def test_a_language_is_offered_once_nothing_is_missing_and_the_pseudo_language_never() -> None:
    assert untranslated(questionnaire()) == {"en": 0, "pl": 1}
    assert [one.code for one in resolved(questionnaire(), PSEUDO).languages] == ["en"]
    whole = changed(*item(0, 1), wording={"en": "Anything else?", "pl": "Pytanie 4"})
    offered = resolved(questionnaire(whole)).languages
    assert [(one.code, one.name, one.direction) for one in offered] == [
        ("en", "English", "ltr"),
        ("pl", "Polski", "ltr"),
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [("pl-PL", "pl"), ("EN", "en"), ("zh-hans", "zh-Hans"), ("tlh", "en"), ("ur-PK", "ur")],
)
def test_the_nearest_language_is_shown(asked: str, found: str) -> None:
    assert nearest(asked) == found
    assert LANGUAGES["ur"].direction == "rtl"


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({}, {"knew_learning", "comment"}),
        ({"knew_learning": {"no"}}, {"knew_learning", "comment"}),
        ({"knew_learning": {"yes"}}, {"knew_learning", "told_by", "comment"}),
        (
            {"knew_learning": {"yes"}, "told_by": {"letter", "meeting"}},
            {"knew_learning", "told_by", "meeting_helped", "comment"},
        ),
        # An answer to what is not shown leads nowhere.
        ({"knew_learning": {"no"}, "told_by": {"meeting"}}, {"knew_learning", "comment"}),
    ],
)
def test_a_question_is_shown_for_given_answers_of_earlier_ones(
    given: dict[str, set[str]], seen: set[str]
) -> None:
    answers = {question: frozenset(codes) for question, codes in given.items()}
    assert shown(questionnaire(), answers) == seen
