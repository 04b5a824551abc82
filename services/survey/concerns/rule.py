"""The rule that looks for signs of harm: words next to each other, out of a list in a data file.

It only raises: a text without a sign is no text without harm. What it finds and misses is on the
page about safeguarding. Its time grows with the length of the text and no faster.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from libs.common.core.fields import Strict, StrictInt64
from services.survey.concerns.codes import Sign

FILE: Final = Path(__file__).parent / "signs.v1.json"
GAP: Final = 2
"""How many other words may stand between two of a phrase."""

_APOSTROPHES: Final = re.compile("['\u2018\u2019\u02bc`]")
_WORD: Final = re.compile(r"[a-z0-9@$]*[a-z][a-z0-9@$]*")
_REPEATED: Final = re.compile(r"(.)\1+")
_LETTERS: Final = str.maketrans("0134579@$", "oieastgas")
"""What is written for a letter: h1t, sc@red."""


class SignsOfHarm(Strict):
    """The data file: words that stand for each other, and the phrases that are a sign.

    A word of a phrase that begins with ``@`` is any word of that group.
    """

    version: Annotated[StrictInt64, Field(ge=1, le=1_000)]
    groups: dict[str, tuple[str, ...]]
    signs: dict[Sign, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words, of each several, that are a sign in this order, with few others between them."""

    sign: Sign
    words: tuple[frozenset[str], ...]

    def begins_at(self, text: Sequence[str], at: int) -> bool:
        """Say whether the words of a text from a place on, where the first stands, are these."""
        for wanted in self.words[1:]:
            near = range(at + 1, min(at + 2 + GAP, len(text)))
            at = next((place for place in near if text[place] in wanted), -1)
            if at < 0:
                return False
        return True


def words_of(text: str) -> list[str]:
    """Return the words of a text, spelt so that what sounds alike is more often alike.

    Without accents and apostrophes, in small letters, no letter twice in a row.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = _APOSTROPHES.sub("", "".join(one for one in plain if not unicodedata.combining(one)))
    spelt = (word.translate(_LETTERS) for word in _WORD.findall(kept))
    return [_REPEATED.sub(r"\1", word) for word in spelt]


@dataclass(frozen=True, slots=True)
class Rule:
    """The phrases of a version of the list, by each word that they may begin with."""

    version: int
    beginnings: Mapping[str, Sequence[Phrase]]

    def signs_in(self, text: str) -> tuple[Sign, ...]:
        """Return of what a text may be a sign, each once, in the order of their names."""
        words = words_of(text)
        found = {
            phrase.sign
            for at, word in enumerate(words)
            for phrase in self.beginnings.get(word, ())
            if phrase.begins_at(words, at)
        }
        return tuple(sorted(found))


@cache
def rule() -> Rule:
    """Return the rule of the data file; raises ValueError where that is faulty."""
    listed = SignsOfHarm.model_validate_json(FILE.read_text(encoding="utf-8"))
    beginnings: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in _phrases(listed):
        for word in phrase.words[0]:
            beginnings[word].append(phrase)
    return Rule(listed.version, beginnings)


def _phrases(listed: SignsOfHarm) -> Iterator[Phrase]:
    for sign, phrases in listed.signs.items():
        for phrase in phrases:
            yield Phrase(sign, tuple(_one_of(listed, word) for word in phrase.split()))


def _one_of(listed: SignsOfHarm, word: str) -> frozenset[str]:
    if word.startswith("@") and word[1:] not in listed.groups:
        raise ValueError(f"there is no group {word[1:]}")
    alike = listed.groups[word[1:]] if word.startswith("@") else (word,)
    return frozenset(spelt for one in alike for spelt in words_of(one))
