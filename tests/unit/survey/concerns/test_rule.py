"""What the rule raises, and what it misses: every sentence here is made up."""

import time
from typing import get_args

import pytest

from services.survey.concerns.codes import Sign
from services.survey.concerns.rule import FILE, SignsOfHarm, rule, words_of

RAISED = [
    ("He hits me.", "hurt-by-others"),
    ("my dad hit me wiv a belt", "hurt-by-others"),
    ("sumone herts me at lunch", "hurt-by-others"),
    ("I get smacked when I am bad", "hurt-by-others"),
    ("they lock me in the cupbord", "hurt-by-others"),
    ("PUNCHED   me!!!", "hurt-by-others"),
    ("he h1ts me", "hurt-by-others"),
    ("I have bruises from it", "hurt-by-others"),
    ("a man touches me", "sexual-harm"),
    ("He tuches me and I dont like it", "sexual-harm"),
    ("he touched my private parts", "sexual-harm"),
    ("somebody sends me nudes", "sexual-harm"),
    ("I want to die", "self-harm"),
    ("i wanna die", "self-harm"),
    ("I wish I was never born", "self-harm"),
    ("I want to kill my self", "self-harm"),
    ("I\u2019m going to kill myself", "self-harm"),
    ("i cut myself", "self-harm"),
    ("I don't want to be alive any more", "self-harm"),
    ("She talks of suicide", "self-harm"),
    ("I am scared to go home", "afraid"),
    ("I am afraid of going home.", "afraid"),
    ("im skared of my uncle", "afraid"),
    ("I dont feel safe", "afraid"),
    ("I do not want to go home", "afraid"),
    ("There is no food in our house", "not-cared-for"),
    ("i am home alone", "not-cared-for"),
    ("nobody looks after us", "not-cared-for"),
    ("Seems neglected.", "not-cared-for"),
    ("he hits my mum", "violence-at-home"),
    ("mum and dad fight every day", "violence-at-home"),
    ("I am bullied", "bullied"),
    ("they bulli me", "bullied"),
    ("the boys call me names", "bullied"),
    ("he told me not to tell", "kept-secret"),
    ("its our secret", "kept-secret"),
    ("I want to run away", "running-away"),
    ("mum is drunk", "drink-drugs-weapons"),
    ("he has a knife", "drink-drugs-weapons"),
    ("I made a safeguarding referral last week.", "named-by-an-adult"),
    ("Possible ABUSE at home", "named-by-an-adult"),
]
FALSE_ALARMS = [
    ("My teacher pushes me to do my best.", "hurt-by-others"),
    ("Nobody hurts me here.", "hurt-by-others"),
    ("The safeguarding training was very good.", "named-by-an-adult"),
    ("We read a book about a boy who ran away.", "running-away"),
]
"""Raised although all is well: the page on safeguarding says so."""
MISSED = [
    "I do not like it when he comes into the room at night.",
    "My tummy feels bad when it is Friday.",
    "On me bat.",
    "Nikt mnie nie lubi i boję się taty.",
    "h i t s m e",
    "He hit with his big hard shoe and it was me.",
    "hje hgits mne",
]
"""Not raised, and a person who reads them would ask: the page on safeguarding says so."""
NOTHING = [
    "I am proud of my reading.",
    "More help with spelling.",
    "My support teacher is kind and helps me in class.",
    "Being good at football and kicking the ball.",
    "A quiet room, and longer to do my work.",
    "I don't know",
    "We value the support of the service and would like more visits.",
    "Nothing",
]


@pytest.mark.parametrize(("text", "sign"), RAISED)
def test_a_sign_of_harm_is_raised(text: str, sign: Sign) -> None:
    assert sign in rule().signs_in(text)


@pytest.mark.parametrize(("text", "sign"), FALSE_ALARMS)
def test_a_false_alarm_is_raised_too(text: str, sign: Sign) -> None:
    assert sign in rule().signs_in(text)


@pytest.mark.parametrize("text", [*MISSED, *NOTHING])
def test_what_the_rule_does_not_know_is_missed(text: str) -> None:
    assert rule().signs_in(text) == ()


def test_the_page_says_what_is_missed_and_what_is_a_false_alarm() -> None:
    page = (FILE.parents[3] / "docs" / "safeguarding.md").read_text()
    said = [text for text in (*MISSED, *(text for text, _ in FALSE_ALARMS)) if text in page]
    assert len(said) == len(MISSED) + len(FALSE_ALARMS)
    assert all(f"`{sign}`" in page for sign in get_args(Sign))


def test_every_sign_has_phrases_and_every_phrase_finds_itself() -> None:
    listed = SignsOfHarm.model_validate_json(FILE.read_text())
    assert listed.signs.keys() == {*get_args(Sign)}
    for sign, phrases in listed.signs.items():
        for phrase in phrases:
            words = [listed.groups[w[1:]][0] if w[0] == "@" else w for w in phrase.split()]
            assert sign in rule().signs_in(" ".join(words)), phrase


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don\u2019t DON'T", ["dont", "dont"]),
        ("sc@red 5cared killl", ["scared", "scared", "kil"]),
        ("Être ÊTRE", ["etre", "etre"]),
        ("12 34", []),
    ],
)
def test_what_sounds_alike_is_spelt_alike(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_the_time_grows_with_the_text_and_no_faster() -> None:
    """With every word a beginning: a rule that tried all pairs would take hours."""
    begun = time.perf_counter()
    assert rule().signs_in("hit dont afraid " * 3_000) == ()
    assert time.perf_counter() - begun < 5
