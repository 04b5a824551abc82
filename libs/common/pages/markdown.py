"""Sentences in Markdown, as somebody wrote them: for a page, and as plain text."""

from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup

_READER: Final = MarkdownIt("commonmark", {"html": False}).disable("image")
"""HTML in a sentence is text; a link leads to http, https or mail alone."""


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
