"""The pages on which somebody answers, complete without scripts; they know nothing of a link.

Whoever shows a questionnaire otherwise gives an `Asking` of their own, and has the same pages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from fastapi import Request, Response
from markupsafe import Markup

from libs.common.contracts.survey import AssistedBy, Help
from libs.common.core.errors import DomainError
from libs.common.pages.rendering import Templates
from services.survey.asking.questions import (
    CHOSEN,
    DOES_NOT_APPLY,
    FIELDS_OF_HELP,
    HELPERS,
    WAYS_TO_HELP,
    Fault,
    Question,
    minutes_of,
    questions_of,
)
from services.survey.asking.words import Voice
from services.survey.questionnaires.definition import Questionnaire
from services.survey.questionnaires.forms import Form, FormChoice, OfferedLanguage, resolved
from services.survey.questionnaires.pictures import PICTURES

CHECK: Final = "to-check"
SAVED: Final = "kept-for-later"
HELPED: Final = "who-helped"
"""Places of a questionnaire beside its questions, whose ids have no hyphen."""
HANDED_ON: Final = FIELDS_OF_HELP | {"changing", "asked", "at"}
"""The fields that go from page to page beside the answers."""
NO_REFERRER: Final = {"Referrer-Policy": "no-referrer"}

Fields = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Page:
    """A form as somebody is asked to fill it in: where it is posted, and how it speaks."""

    here: str
    form_token: str
    voice: Voice
    languages: Sequence[OfferedLanguage]

    @property
    def has_easy(self) -> bool:
        """Whether it can be asked in easier words."""
        return False


@dataclass(frozen=True, kw_only=True)
class Asking(Page):
    """A questionnaire as somebody is asked it.

    ``keeps``: whether what is filled in is kept between pages, so that it is found again.
    ``anonymous``: whether nobody is to know who gave which answers.
    ``open_to_all``: whether anybody may answer, once and for good, whom nobody asked.
    """

    definition: Questionnaire
    keeps: bool = True
    anonymous: bool = False
    open_to_all: bool = False

    @cached_property
    def form(self) -> Form:
        """The questionnaire in the language and words in which it is asked."""
        return resolved(self.definition, self.voice.language, easy=self.voice.easy)

    @property
    def paced(self) -> bool:
        """Whether it is asked one question a page, as children are."""
        return self.definition.audience == "children"

    @property
    def has_easy(self) -> bool:
        """Whether it can be asked in easier words."""
        return any(
            item.easy or any(choice.easy for choice in item.values)
            for item in self.definition.items
        )

    def questions(self, fields: Fields) -> tuple[Question, ...]:
        """Return what is asked of who gave these answers."""
        return questions_of(self.definition, fields, self.form)

    def sections(
        self, asked: Sequence[Question]
    ) -> Iterator[tuple[str | None, Sequence[Question]]]:
        """Yield questions by their sections, with the headings of those that have one."""
        titles = {one.id: one.title for one in self.form.sections}
        for section, ones in groupby(asked, lambda one: one.item.section):
            yield titles[section], [*ones]

    def places(self, fields: Fields) -> list[str]:
        """Return the pages of one question each, in their order, by what each asks."""
        asked = [one.id for one in self.questions(fields)]
        return [*asked, HELPED] if self.helpers else asked

    @property
    def helpers(self) -> tuple[AssistedBy, ...]:
        """Who may be named as having helped; nobody, where that is not asked."""
        return HELPERS if self.definition.audience == "children" else ()

    @property
    def ways_to_help(self) -> tuple[Help | str, ...]:
        """How somebody may have helped; the last is not to say it."""
        return (*WAYS_TO_HELP, "")

    def option(
        self, one: Question, value: str, label: Markup, given: Fields, *, first: bool
    ) -> dict[str, Any]:
        """Return an answer that is offered, as the pieces of a page take it."""
        if not one.several:
            return {"value": value, "html": label, "checked": given.get(one.field) == value}
        name = one.box(value)
        own = {"name": name, "id": one.field if first else name, "value": CHOSEN}
        return {**own, "html": label, "checked": given.get(name) == CHOSEN}

    def options(self, one: Question, given: Fields) -> list[dict[str, Any]]:
        """Return all that may be chosen; one of several is chosen no more by a choice of its own.

        Where a page asks one question, a button leaves it out instead.
        """
        labels = {choice.value: self.label(choice) for choice in one.item.values}
        if one.item.not_applicable:
            labels[DOES_NOT_APPLY] = self.voice.say("question.not-applicable")
        if not (one.several or one.item.required or self.paced):
            labels[""] = self.voice.say("question.rather-not")
        return [
            self.option(one, value, label, given, first=number == 0)
            for number, (value, label) in enumerate(labels.items())
        ]

    def label(self, choice: FormChoice) -> Markup:
        """Return an answer's words, after its picture if it has one."""
        words = self.voice.read(choice.words, choice.spoken, choice.language)
        return self.picture(choice.picture) + words

    def picture(self, name: str | None) -> Markup:
        """Return a picture of ours; what it shows is said by the words beside it."""
        if name is None:
            return Markup()
        return Markup('<span class="picture">{}</span>').format(
            Markup(PICTURES[name])  # noqa: S704 - drawn by us, and shipped
        )

    def answers(self, one: Question, given: Fields) -> list[Markup]:
        """Return an answer as a person reads it, in parts; nothing where there is none."""
        words = {choice.value: choice for choice in one.item.values}
        said = [
            self.voice.marked(words[value].words, words[value].language)
            if value in words
            else self.voice.say("question.not-applicable")
            for value in one.given(given)
            if one.choices and value in one.choices
        ]
        return said if one.choices else [*map(Markup.escape, one.given(given))]


def carried(fields: Fields, but: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return the fields that a page carries on unseen, without those that it shows itself."""
    named = {n: said for n, said in fields.items() if n.startswith("q-") or n in HANDED_ON}
    return {n: said for n, said in named.items() if n not in but}


def page(request: Request, asking: Page, name: str, status: int = 200, **values: Any) -> Response:
    """Return a page that asks; ``handed`` are the fields that its form carries.

    ``templates`` are those of whoever has pages of their own in this layout.
    """
    handed = {"form_token": asking.form_token, **values.pop("handed", {})}
    templates: Templates = values.pop("templates", _TEMPLATES)
    return templates.page(
        name,
        request.scope,
        status=status,
        asking=asking,
        voice=asking.voice,
        say=asking.voice.say,
        handed=handed,
        **values,
    )


def start(request: Request, asking: Asking, begins_at: str, handed: Fields) -> Response:
    """Say what is asked, why, who reads it, how long it takes, and what one may do."""
    shown = page(
        request,
        asking,
        "start.html",
        begins_at=begins_at,
        minutes=minutes_of(asking.definition),
        marked=any(item.required for item in asking.definition.items),
        handed=handed,
    )
    shown.headers.update(NO_REFERRER)
    return shown


def questions(
    request: Request,
    asking: Asking,
    given: Fields,
    faults: Sequence[Fault] = (),
    *,
    led_on: bool = False,
) -> Response:
    """Show all questions on one page."""
    asked = asking.questions(given)
    changing = {n: given[n] for n in ("changing",) if n in given}
    handed = {**changing, "asked": " ".join(one.id for one in asked), "at": ""}
    return page(
        request,
        asking,
        "questions.html",
        422 if faults else 200,
        asked=asked,
        given=given,
        faults=faults,
        led_on=led_on,
        handed=handed,
    )


def question(
    request: Request, asking: Asking, given: Fields, at: str, faults: Sequence[Fault] = ()
) -> Response:
    """Show one question on its page; the first, where there is none of that name."""
    asked = {one.id: one for one in asking.questions(given)}
    places = asking.places(given)
    at = at if at in places else places[0]
    here = asked[at].fields if at in asked else FIELDS_OF_HELP
    seen = dict.fromkeys([*given.get("asked", "").split(), at])
    return page(
        request,
        asking,
        "question.html",
        422 if faults else 200,
        one=asked.get(at),
        number=places.index(at) + 1,
        places=places,
        given=given,
        faults=faults,
        handed={**carried(given, here), "asked": " ".join(seen), "at": at},
    )


def check(request: Request, asking: Asking, given: Fields, *, empty: bool) -> Response:
    """Show the answers before they are sent; where there are none, nothing can be."""
    return page(
        request,
        asking,
        "check.html",
        asked=asking.questions(given),
        given=given,
        empty=empty,
        handed={**carried(given), "at": CHECK},
    )


def receipt(
    request: Request, asking: Page, ticket: str | None, *, anonymous: bool = False, changes: bool
) -> Response:
    """Say that the answers are there, and by which code to ask after them; never what they are."""
    said: dict[str, Any] = {"ticket": ticket, "anonymous": anonymous, "changes": changes}
    return page(request, asking, "receipt.html", handed={"changing": "yes"}, **said)


def declined(request: Request, asking: Asking) -> Response:
    """Say that it is all right not to answer."""
    return page(request, asking, "declined.html")


def saved(request: Request, asking: Asking) -> Response:
    """Say that what was filled in is kept."""
    return page(request, asking, "saved.html", handed={"at": SAVED})


def not_yet(
    request: Request, voice: Voice, here: str, fields: Fields, refusal: DomainError
) -> Response:
    """Say that the answers were not received, with all of them on the page."""
    handed = {"step": "check", **fields}
    return _later(request, voice, "not_yet.html", refusal, here=here, handed=handed)


def busy(
    request: Request, voice: Voice, here: str, refusal: DomainError, *, kept: bool = True
) -> Response:
    """Say that a page cannot be shown just now; ``kept``, that what was filled in is."""
    return _later(request, voice, "busy.html", refusal, here=here, kept=kept)


def _later(
    request: Request, voice: Voice, name: str, refusal: DomainError, **values: Any
) -> Response:
    return _TEMPLATES.page(
        name,
        request.scope,
        status=refusal.status,
        headers={"Retry-After": "30"},
        voice=voice,
        say=voice.say,
        **values,
    )


def gone(request: Request, voice: Voice, status: int, *, open_to_all: bool = False) -> Response:
    """Return the one page for every link that does not work."""
    return _TEMPLATES.page(
        "gone.html",
        request.scope,
        status=status,
        headers=NO_REFERRER,
        voice=voice,
        say=voice.say,
        open_to_all=open_to_all,
    )


def listed(voice: Voice, faults: Sequence[Fault], first: str) -> Iterator[dict[str, Any]]:
    """Yield what is wrong as the list at the top of a page takes it, each with its place."""
    for one in faults:
        yield {"html": one.told(voice), "href": f"#{one.field or first}"}


def templates(*folders: Path, **functions: Any) -> Templates:
    """Return templates over these pages, with what they call."""
    own = Path(__file__).parent / "templates"
    return Templates(*folders, own, listed=listed, chosen=CHOSEN, **functions)


_TEMPLATES: Final = templates()
