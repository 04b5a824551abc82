"""Languages: their own names, which way they run, and a made-up one that shows what is missing."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

Direction = Literal["ltr", "rtl"]
ENGLISH: Final = "en"
PSEUDO: Final = "ar-XB"
"""The code of pseudo-languages that run from right to left, as the Unicode CLDR gives it."""


class Language(NamedTuple):
    """What a language calls itself, and which way it runs."""

    name: str
    direction: Direction = "ltr"


LANGUAGES: Final[Mapping[str, Language]] = {
    ENGLISH: Language("English"),
    "ar": Language("العربية", "rtl"),
    "bn": Language("বাংলা"),
    "cy": Language("Cymraeg"),
    "fa": Language("فارسی", "rtl"),
    "fr": Language("Français"),
    "gu": Language("ગુજરાતી"),
    "pa": Language("ਪੰਜਾਬੀ"),
    "pl": Language("Polski"),
    "pt": Language("Português"),
    "ro": Language("Română"),
    "so": Language("Soomaali"),
    "uk": Language("Українська"),
    "ur": Language("اردو", "rtl"),
    "zh-Hans": Language("简体中文"),
    PSEUDO: Language("⟦Pseudo⟧", "rtl"),
}
"""By the code of BCP 47. Only English is shipped: a translation comes from who speaks it."""

_LETTERS: Final = str.maketrans(
    dict(zip("abcdefghijklmnopqrstuvwxyz", "ابجدهوزحطيكلمنسعفصقرشتثخذض", strict=True))
)


def pseudo(text: str) -> str:
    """Return English as the pseudo-language has it: letter for letter, a third longer, marked.

    It means nothing. What a page shows without the marks is not translated; what does not fit
    or runs the wrong way is seen before there is a translation.
    """
    return f"⟦{text.lower().translate(_LETTERS)}{' ·' * (len(text) // 6)}⟧"


def _translatable(code: str) -> str:
    if code not in LANGUAGES or code == PSEUDO:
        known = ", ".join(one for one in LANGUAGES if one != PSEUDO)
        raise PydanticCustomError("unknown-code", "must be one of {known}", {"known": known})
    return code


LanguageCode = Annotated[str, AfterValidator(_translatable)]
"""A language that somebody may translate into."""


def nearest(wanted: str) -> str:
    """Return the language that is asked for, or the one it is a form of (pl-PL); else English."""
    known = {code.lower(): code for code in LANGUAGES}
    parts = wanted.lower().split("-")
    tried = ("-".join(parts[:n]) for n in range(len(parts), 0, -1))
    return next((known[one] for one in tried if one in known), ENGLISH)
