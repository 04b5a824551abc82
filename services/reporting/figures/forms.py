"""Questionnaires that were sent, and that came back: what the figures of surveys look at."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct

from services.reporting.presentation import NOT_KNOWN

NOT_APPLICABLE = "not-applicable"
"""The state, and here the answer, that leaves a question's base: it is taken where the question
allows it (domain brief 13.11)."""


class Whose(NamedTuple):
    """Of which team, area and kind of school those were who were asked, on the day of issue."""

    team: str = NOT_KNOWN
    area: str = NOT_KNOWN
    school_kind: str = NOT_KNOWN


class Form(Struct, frozen=True, gc=False):
    """So many questionnaires sent in a ``version``, or one that came back with its answers.

    ``answers`` has every question that was asked; one that was not answered is None, but for one
    that was said not to apply. ``helped`` says that somebody helped, ``proxy`` that they answered
    in the place of who was asked. ``asked`` has of each question of the version its trend key and
    whether it was reworded; nothing where that was not told.
    """

    audience: str
    version: str = ""
    issued: int = 0
    returned: int = 0
    answers: Mapping[str, str | None] = {}
    asked: Mapping[str, tuple[str, bool]] = {}
    whose: Whose = Whose()
    helped: bool = False
    proxy: bool = False

    def series_of(self, question: str) -> str:
        """Return by what answers of two years are compared: the trend key, else the version."""
        trend_key, _ = self.asked.get(question, (self.version, False))
        return trend_key


def said_in(answer: Any) -> str | None:
    """Return the code of an answer, or that it does not apply; None of a question left out."""
    if answer.state == NOT_APPLICABLE:
        return NOT_APPLICABLE
    return answer.value if answer.state == "answered" else None


def sent_by(wave: Any, asked: Mapping[str, Mapping[str, tuple[str, bool]]]) -> list[Form]:
    """Return a form for each part of those to whom a wave went; whose the rest are is not known."""
    version = version_of(wave)
    questions = asked.get(version, {})
    return [
        Form(wave.audience, version, one["issued"], asked=questions, whose=_whose(**one))
        for one in _parts(wave)
    ]


def _parts(wave: Any) -> list[dict[str, Any]]:
    parts = list(wave.issued_to or ())
    rest = wave.issued - sum(one["issued"] for one in parts)
    nobodys = {"team_id": None, "area": None, "school_kind": None}
    if rest < 0:  # they are of another count
        return [{**nobodys, "issued": wave.issued}]
    return [*parts, {**nobodys, "issued": rest}] if rest else parts


def returned_as(response: Any, answers: Mapping[str, str | None]) -> Form:
    """Return the form that came back with these answers."""
    whose = _whose(_id(response.team_id), response.area, response.school_kind)
    return Form(
        response.audience,
        returned=1,
        answers=answers,
        whose=whose,
        helped=response.assisted_by != "none",
        proxy=response.help == "proxy",
    )


def _whose(team_id: str | None, area: str | None, school_kind: str | None, **_: int) -> Whose:
    """Return the labels of what was known on the day of issue."""
    held = (team_id, area, school_kind)
    return Whose(*(NOT_KNOWN if label is None else label for label in held))


def _id(kept: Any) -> str | None:
    """Return an id as the interface shows it, however the database keeps it."""
    return None if kept is None else str(UUID(str(kept)))


def version_of(row: Any) -> str:
    """Return a questionnaire with its version."""
    return f"{row.questionnaire} {row.version}"
