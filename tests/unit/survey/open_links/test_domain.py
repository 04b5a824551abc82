"""Codes that people type, and when an open link takes forms."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.survey.deliveries.domain import Delivery
from services.survey.links.domain import digest_of
from services.survey.open_links.domain import (
    Opened,
    OpenLink,
    OpenLinkEnded,
    as_written,
    code_in,
    new_code,
)
from services.survey.open_links.ratings import read_rating
from services.survey.responses.domain import Deadline, standings
from tests.unit.survey.made import CLOSES, a_closed, a_response, an_issued

DAY = date(2019, 6, 3)


def a_link(**other: Any) -> OpenLink:
    """Return an open link as an object."""
    given = {"wave_id": None, "delivery_id": None, "closes_on": None, "most": 3}
    return OpenLink(id=UUID(int=7), **{**given, **other})


def a_delivery(**other: Any) -> Delivery:
    """Return a course as an object."""
    given = {"kind": "course", "course": "precision-teaching", "delegates": 20, "delivered_on": DAY}
    return Delivery(id=UUID(int=8), reference="D1", **{**given, **other})


def test_no_two_codes_are_alike_and_no_letter_is_taken_for_another() -> None:
    codes = {new_code() for _ in range(20_000)}
    assert len(codes) == 20_000
    assert not set("ILOU") & set("".join(codes))
    for place in range(12):
        assert len({one[place] for one in codes}) == 32


@pytest.mark.parametrize(
    "typed", ["ABCD-1F0H-JKMN", "abcd1f0hjkmn", "ABCD lFoH jkmn", " ABCD-IFOH-JKMN "]
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert code_in(typed) == "ABCD1F0HJKMN"
    assert as_written("ABCD1F0HJKMN") == "ABCD-1F0H-JKMN"


@pytest.mark.parametrize(
    "typed", ["", "ABCD", "ABCD-1F0H-JKMU", "A" * 13, "-" * 60, "ÄBCD1F0HJKMN"]
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert code_in(typed) is None


def test_a_link_keeps_no_more_of_its_code_than_a_hash() -> None:
    link = a_link()
    code = link.draw_code()
    assert link.digest == digest_of(code)
    assert code not in str(vars(link))
    assert link.draw_code() != code


def test_what_has_ended_draws_no_code_until_it_is_opened_again() -> None:
    link = a_link()
    link.end()
    assert link.allowed == ("reopen",)
    for step in (link.draw_code, link.end):
        with pytest.raises(OpenLinkEnded):
            step()
    link.reopen(DAY, 5)
    assert (link.ended, link.closes_on, link.most) == (False, DAY, 5)


@pytest.mark.parametrize(
    ("wave", "closes_on", "last"),
    [({}, None, CLOSES), ({"grace_days": 2}, None, CLOSES + timedelta(2)), ({}, DAY, DAY)],
    ids=["as the wave", "with its grace", "its own"],
)
def test_the_link_of_a_wave_ends_with_it_or_before(
    wave: dict[str, Any], closes_on: date | None, last: date
) -> None:
    opened = Opened(link=a_link(closes_on=closes_on), sent=0, wave=an_issued(**wave))
    assert opened.takes_forms(last)
    assert not opened.takes_forms(last + timedelta(1))


@pytest.mark.parametrize(
    "over",
    [
        Opened(link=a_link(), sent=0, wave=a_closed()),
        Opened(link=a_link(), sent=0, wave=an_issued(void=True)),
        Opened(link=a_link(ended=True), sent=0, wave=an_issued()),
        Opened(link=a_link(), sent=3, wave=an_issued()),
        Opened(link=a_link(closes_on=DAY), sent=0, delivery=a_delivery(void=True)),
        Opened(link=a_link(closes_on=DAY - timedelta(1)), sent=0, delivery=a_delivery()),
    ],
    ids=["closed", "void", "ended", "full", "void delivery", "past its day"],
)
def test_what_is_over_or_full_takes_no_form(over: Opened) -> None:
    assert not over.takes_forms(DAY)


def test_what_nobody_was_asked_for_is_counted_apart() -> None:
    said = [{"question": "better_at_work", "state": "answered", "value": "yes"}]
    by_link = {"channel": "open-link", "recipient_id": None}
    wave = an_issued()
    deadline = Deadline(wave.closes_on, wave.grace_days)
    for answers, standing in ((said, "counted-apart"), ([], "too-few-answers")):
        one = a_response(answers=answers, **by_link)
        assert [found for _, found, _ in standings([one], deadline)] == [standing]


@pytest.mark.parametrize("mark", ["0", "11", "9.5", "10/10", "-1", "ten"])
def test_a_mark_on_a_page_is_a_whole_one_from_1_to_10(mark: str) -> None:
    form, faults = read_rating({"content": mark, "methods": "9"})
    assert (form, [one.field for one in faults]) == (None, ["content"])


def test_a_rating_has_a_mark_or_a_comment() -> None:
    assert read_rating({"content": " ", "may_quote": "yes"})[0] is None
    form, _ = read_rating({"comment": " Made-up\r\nwords. ", "may_quote": "no"})
    assert form is not None
    assert (form.content, form.comment, form.may_quote) == (None, "Made-up\nwords.", False)
    unsaid, _ = read_rating({"content": "10", "may_quote": "yes"})
    assert unsaid is not None
    assert (unsaid.content, unsaid.may_quote) == (10, None)


@pytest.mark.parametrize(
    ("day", "term"),
    [("2018-12-31", "autumn"), ("2019-01-01", "spring"), ("2019-04-01", "summer")],
)
def test_a_delivery_is_of_the_term_of_its_day(day: str, term: str) -> None:
    assert a_delivery(delivered_on=date.fromisoformat(day)).term == term
