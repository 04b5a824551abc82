"""Sentences that somebody wrote: their links lead to http, https and mail, and nowhere else."""

import pytest

from libs.common.pages.markdown import inline, plain


@pytest.mark.parametrize(
    "leads_to",
    ["https://testshire.example/a?b=c", "http://testshire.example", "mailto:office@county.example"],
)
def test_a_link_leads_to_the_web_or_to_mail(leads_to: str) -> None:
    assert f'<a href="{leads_to}">here</a>' in inline(f"Look [here]({leads_to}).")
    assert plain(f"Look [here]({leads_to}).") == "Look here."


@pytest.mark.parametrize(
    "leads_to",
    [
        "javascript:alert(1)",
        "ftp://testshire.example",
        "tel:0123",
        "data:image/png;base64,AAAA",
        "//testshire.example",
        "/reporting/reports",
        "#below",
        "sms:1",
    ],
)
def test_what_leads_elsewhere_is_text(leads_to: str) -> None:
    for written in (f"Look [here]({leads_to}).", f"Look <{leads_to}>."):
        assert "<a " not in inline(written)
