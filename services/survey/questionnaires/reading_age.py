"""The age at which somebody is likely to read a questionnaire, measured."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

from services.survey.questionnaires.definition import Definition, Texts, in_english

YOUNGEST: Final = 5
OLDEST: Final = 25
YEARS_BEFORE_GRADE_1: Final = 5
"""A child of grade 1 in the United States, by whose grades the formula counts, is six."""


class ReadingAges(NamedTuple):
    """The reading age in whole years of the plain words, and of easier ones where there are any."""

    reading_age: int
    easy_reading_age: int | None


def reading_ages(definition: Definition) -> ReadingAges:
    """Return the reading ages of a questionnaire's English: Flesch-Kincaid grade and five years.

    Rounded half up, from 5 to 25. The formula counts syllables and words a sentence: it does not
    know whether a child understands them, which is tried with children.
    """
    plain = [*_sentences(definition, easy=False)]
    easy = [*_sentences(definition, easy=True)]
    return ReadingAges(_age(plain), _age(easy) if easy != plain else None)


def _sentences(definition: Definition, *, easy: bool) -> Iterator[str]:
    def said(plain: Texts, easier: Texts | None) -> str:
        text = in_english(easier if easy and easier else plain)
        return text if text.endswith((".", "?", "!")) else f"{text}."

    for item in definition.items:
        yield said(item.wording, item.easy)
        yield from (said(one.words, one.easy) for one in item.values if not one.value.isdigit())


def _age(sentences: list[str]) -> int:
    # It reads a dictionary of 130,000 words: only who measures waits for that.
    from textstat import textstat

    grade = Decimal(str(textstat.flesch_kincaid_grade(" ".join(sentences))))
    years = (grade + YEARS_BEFORE_GRADE_1).quantize(Decimal(1), ROUND_HALF_UP)
    return min(max(int(years), YOUNGEST), OLDEST)
