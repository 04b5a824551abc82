"""Names as they are looked for: accents, hyphens, order and likely spellings say nothing."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from jellyfish import jaro_winkler_similarity, metaphone

APOSTROPHES: Final = re.compile("['\u2019]")
NOT_LETTERS: Final = re.compile(r"[\W_]+")
LETTERS: Final = str.maketrans(
    {"\u00f8": "o", "\u0142": "l", "\u00e6": "ae", "\u0153": "oe", "\u0111": "d", "\u00f0": "d"}
)
"""Letters with a stroke, and two in one, which are no letter and an accent."""
ALIKE: Final = 0.92
"""From which likeness of two words (Jaro-Winkler) one is taken for the other mistyped."""
SAME, BEGINS, SOUNDS = 3, 2, 1


def plain(text: str) -> str:
    """Return a text in small letters, without accents and apostrophes."""
    parts = unicodedata.normalize("NFKD", APOSTROPHES.sub("", text))
    letters = "".join(one for one in parts if not unicodedata.combining(one))
    return letters.casefold().translate(LETTERS)


@lru_cache(maxsize=65_536)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name; one with a hyphen is two words, and one without it as well."""
    text = plain(name)
    parts = NOT_LETTERS.sub(" ", text).split()
    joined = [NOT_LETTERS.sub("", part) for part in text.split()]
    return tuple(dict.fromkeys([*parts, *filter(None, joined)]))


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """Return how a word sounds in English; one of another script, or a number, as it is written."""
    return (metaphone(word) if word.isascii() else "") or word


def likeliest(asked: str | None, rows: Iterable[Any]) -> list[UUID]:
    """Return the ids of rows of an id and names: of those whose names are like what is asked for.

    The likest are first; all are alike where no name is asked for.
    """
    like = [(1 if asked is None else likeness(asked, *names), id_) for id_, *names in rows]
    return [id_ for how, id_ in sorted(like, key=lambda one: -one[0]) if how]


def likeness(asked: str, *names: str) -> int:
    """Return how like names are to what is asked for: 0 unless each word asked for is among them.

    Words may be left out, in another order, begun only, mistyped or spelt as they sound.
    """
    known = [word for name in names for word in words(name)]
    apart = NOT_LETTERS.sub(" ", plain(asked)).split()
    return max(_all(apart, known), _all(["".join(apart)], known)) if apart else 0


def _all(asked: list[str], known: list[str]) -> int:
    found = [max((_like(word, one) for one in known), default=0) for word in asked]
    return sum(found) if found and all(found) else 0


def _like(asked: str, word: str) -> int:
    if asked == word:
        return SAME
    if word.startswith(asked):
        return BEGINS
    near = jaro_winkler_similarity(asked, word) >= ALIKE
    return SOUNDS if near or sound(asked) == sound(word) else 0
