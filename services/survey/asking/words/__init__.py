"""The words of the pages themselves, by language: headings, buttons, faults.

A file each, named by its language. English is whole; what another lacks is shown in English.
A key that ends with an audience is what that audience is told instead.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Final

from markupsafe import Markup, escape

from libs.common.contracts.survey import Audience
from services.survey.questionnaires.languages import (
    ENGLISH,
    LANGUAGES,
    PSEUDO,
    Direction,
    pseudo,
)

Words = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How a page speaks: in which language, in easier words or the usual ones, and to whom."""

    language: str = ENGLISH
    easy: bool = False
    audience: Audience | None = None

    @property
    def tag(self) -> str:
        """The language as a page declares it."""
        return "en-GB" if self.language == ENGLISH else self.language

    @property
    def direction(self) -> Direction:
        """Which way it runs."""
        return LANGUAGES[self.language].direction

    def say(self, key: str, **values: object) -> Markup:
        """Return words for a page; those that are not translated are marked as English."""
        return self.marked(*self._found(key, values))

    def plain(self, key: str, **values: object) -> str:
        """Return words where nothing can be marked, as in a title."""
        return self._found(key, values)[0]

    def marked(self, text: str, language: str) -> Markup:
        """Return a text for a page, marked where it is in another language than the page."""
        if language == self.language:
            return escape(text)
        return Markup('<span lang="{}" dir="{}">{}</span>').format(
            language, LANGUAGES[language].direction, text
        )

    def read(self, words: str, spoken: str, language: str) -> Markup:
        """Return words that are seen, and what is said of them to whoever hears a page.

        What is seen is always among what is heard: who speaks to their browser says what they see.
        """
        if spoken == words:
            return self.marked(words, language)
        heard = spoken if words.casefold() in spoken.casefold() else f"{words} {spoken}"
        return Markup('<span aria-hidden="true">{}</span><span class="hidden">{}</span>').format(
            self.marked(words, language), self.marked(heard, language)
        )

    def _found(self, key: str, values: Mapping[str, object]) -> tuple[str, str]:
        name = f"{key}.{self.audience}"
        name = name if name in WORDS[ENGLISH] else key
        if self.language == PSEUDO:
            return pseudo(WORDS[ENGLISH][name].format(**values)), PSEUDO
        language = self.language if name in WORDS.get(self.language, {}) else ENGLISH
        return WORDS[language][name].format(**values), language


def catalogue(folder: Path) -> Mapping[str, Words]:
    """Read every language's words; raises ValueError naming all that is wrong in them."""
    found: dict[str, Words] = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")
    }
    if faults := [*_faults(found)]:
        raise ValueError("; ".join(faults))
    return found


def _faults(found: Mapping[str, Words]) -> Iterator[str]:
    english = found[ENGLISH]
    for language, words in found.items():
        if language not in LANGUAGES or language == PSEUDO:
            yield f"{language}.json: no language that pages are translated into"
        for key, text in words.items():
            if key not in english:
                yield f"{language}.json: {key} is said nowhere"
            elif _values(text) != _values(english[key]):
                yield f"{language}.json: {key} has other values than in English"


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


WORDS: Final = catalogue(Path(__file__).parent)
