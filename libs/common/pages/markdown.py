"""Sentences in Markdown, as somebody wrote them: for a page, and as plain text."""

from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup

_LEADS_TO: Final = ("http://", "https://", "mailto:")


class _Reader(MarkdownIt):
    """HTML in a sentence is text; a link leads to http, https or mail alone, or is text too."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - as the library calls it
        return url.strip().lower().startswith(_LEADS_TO)


_READER: Final = _Reader("commonmark", {"html": False}).disable("image")


def inline(text: str) -> Markup:
    """Return a sentence for a page: emphasis and links, all else as text."""
    return Markup(_READER.renderInline(text))  # noqa: S704 - what is not Markdown was escaped


def plain(text: str) -> str:
    """Return a sentence without its marks."""
    (found,) = _READER.parseInline(text)
    return "".join(
        " " if one.type in {"softbreak", "hardbreak"} else one.content
        for one in found.children or []
    )
