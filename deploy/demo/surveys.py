"""Made-up questionnaires: whom they went to, and what came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from deploy.demo.counts import Noise, Recipe, Year
from deploy.demo.draw import Draw
from deploy.demo.people import Child, parent_reference
from deploy.demo.records import County, Record
from deploy.demo.schools import FIRST_URN
from deploy.demo.terms import YEARS

# All waves run in May and June, when clocks in England are an hour ahead.
SUMMER_TIME = timezone(timedelta(hours=1))
GRACE_DAYS = {"schools": 0, "parents": 0, "children": 3, "agencies": 0}
ASSISTED = ("support-teacher", "support-teacher", "teaching-assistant", "none")
CONTRARY = {"schools": "good", "parents": "no", "children": "no", "agencies": "good"}
Form = dict[str, str]


@dataclass
class Wave:
    """A wave while it is being made up."""

    reference: str
    audience: str
    year: int
    """The calendar year it is sent in."""
    recipients: list[Record]

    @property
    def issued_on(self) -> date:
        """The day it is sent."""
        return date(self.year, 5, 14)

    @property
    def deadline(self) -> datetime:
        """The last second in which answers count, grace included."""
        last = date(self.year, 6, 28) + timedelta(days=GRACE_DAYS[self.audience])
        return datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=SUMMER_TIME)


@dataclass
class Return:
    """Something that came back."""

    received: datetime
    recipient: str
    form: Form
    void: bool = False


def add_surveys(county: County, recipe: Recipe, children: list[Child], draw: Draw) -> None:
    """Add the four questionnaires of both years."""
    for label, year in zip(YEARS, (recipe.earlier, recipe.later), strict=True):
        for audience, questions in year.answers.items():
            wave = _wave(label, audience, year, children)
            county.waves.append(_wave_record(wave, label))
            county.recipients += wave.recipients
            returns = _returns(wave, _forms(dict(questions), draw), draw)
            _add_returns(county, wave, [*returns, *_noise(wave, returns, recipe.noise, draw)], draw)


def _wave(label: str, audience: str, year: Year, children: list[Child]) -> Wave:
    wave = Wave(f"W-{label}-{audience}", audience, int(label[:4]) + 1, [])
    asked = [child for child in children if child.open_on(wave.issued_on)]
    for record in _audience(audience, year.issued.get(audience, len(asked)), asked):
        wave.recipients.append({"wave": wave.reference, **record})
    return wave


def _audience(audience: str, issued: int, asked: list[Child]) -> list[Record]:
    """Return the recipients; of parents, first one for each child, then the second ones."""
    match audience:
        case "schools":
            return [
                {"reference": str(FIRST_URN + n), "school": FIRST_URN + n} for n in range(issued)
            ]
        case "parents":
            pairs = [(child, n) for n in (0, 1) for child in asked if n < child.parents]
            return [_parent(child, n) for child, n in pairs[:issued]]
        case "children":
            return [{"reference": child.reference, "child": child.reference} for child in asked]
        case _:
            return [{"reference": f"AG-{n:03}"} for n in range(issued)]


def _parent(child: Child, number: int) -> Record:
    parent = parent_reference(child, number)
    return {
        "reference": f"P-{child.reference}-{number}",
        "parent": f"{child.reference}/{parent}",
        "child": child.reference,
        "address": f"{parent.lower()}@example.org",
    }


def _wave_record(wave: Wave, label: str) -> Record:
    return {
        "reference": wave.reference,
        "audience": wave.audience,
        "academic_year": label,
        "questionnaire": wave.audience,
        "questionnaire_version": 1,
        "issued_on": wave.issued_on.isoformat(),
        "closes_on": f"{wave.year}-06-28",
        "grace_days": GRACE_DAYS[wave.audience],
    }


def _forms(questions: dict[str, dict[str, int]], draw: Draw) -> list[Form]:
    """Deal the answers to an audience's questions out over its forms; none is wholly blank."""
    rows = zip(*(draw.dealt(counts) for counts in questions.values()), strict=True)
    forms = [dict(zip(questions, row, strict=True)) for row in rows]
    for blank in [form for form in forms if not any(form.values())]:
        _share(blank, next((form for form in forms if all(form.values())), None))
    return [form for form in forms if any(form.values())]


def _share(blank: Form, full: Form | None) -> None:
    """Move the first answer of a full form to a blank one, so that each answers something."""
    if full is not None and len(full) > 1:
        first = next(iter(full))
        blank[first], full[first] = full[first], ""


def _returns(wave: Wave, forms: list[Form], draw: Draw) -> list[Return]:
    first = datetime(wave.year, 5, 15, 9, tzinfo=SUMMER_TIME)
    answering = draw.sample([r["reference"] for r in wave.recipients], len(forms))
    returns = [
        Return(first + timedelta(minutes=draw.between(1, 60_000)), recipient, form)
        for recipient, form in zip(answering, forms, strict=True)
    ]
    returns[-1].received = wave.deadline
    return returns


def _noise(wave: Wave, returns: Sequence[Return], noise: Noise, draw: Draw) -> list[Return]:
    """Return what came back and must not count: again, late, void or blank."""
    answered = {one.recipient for one in returns}
    silent = [r["reference"] for r in wave.recipients if r["reference"] not in answered]
    silent = draw.shuffled(silent)
    form = dict(returns[0].form)
    blank = dict.fromkeys(form, "")
    out = [
        Return(wave.deadline, one.recipient, dict.fromkeys(form, CONTRARY[wave.audience]))
        for one in returns[: noise.returns_again]
    ]
    out += [
        Return(one.received - timedelta(minutes=1), one.recipient, blank)
        for one in returns[::-1][: noise.blank_first]
    ]
    late, void, empty = noise.returns_late, noise.returns_void, noise.returns_blank
    delays = (timedelta(seconds=1), timedelta(days=70))
    for index, recipient in enumerate(silent[: late + void + empty]):
        if index < late:
            out.append(Return(wave.deadline + delays[index % 2], recipient, form))
        elif index < late + void:
            out.append(Return(wave.deadline - timedelta(days=9), recipient, form, void=True))
        else:
            out.append(Return(wave.deadline - timedelta(days=8), recipient, blank))
    return out


def _add_returns(county: County, wave: Wave, returns: list[Return], draw: Draw) -> None:
    for one in sorted(returns, key=lambda each: (each.received, each.recipient)):
        number = len(county.responses) + 1
        channel = "online" if draw.chance(60) else "paper"
        county.responses.append(
            {
                "reference": f"Q-{number:05}",
                "wave": wave.reference,
                "recipient": one.recipient,
                "received_at": _instant(one.received, number),
                "channel": channel,
                "assisted_by": draw.choice(ASSISTED) if wave.audience == "children" else "none",
                "answers": _answers(one.form, channel, draw),
            }
        )
        if one.void:
            county.response_voids.append({"response": f"Q-{number:05}", "reason": "test-entry"})


def _instant(received: datetime, number: int) -> str:
    """Write an instant with the offset of London or, every third time, that of Greenwich."""
    zone = UTC if number % 3 == 0 else SUMMER_TIME
    return received.astimezone(zone).isoformat()


def _answers(form: Form, channel: str, draw: Draw) -> list[Record]:
    """Write answers; what is blank is left out, said to be blank, or not to be read.

    A blank form has no comment either: with one, it would count.
    """
    answers: list[Record] = []
    for question, value in form.items():
        if value:
            answers.append({"question": question, "state": "answered", "value": value})
        elif draw.chance(60):
            state = "illegible" if channel == "paper" and draw.chance(30) else "not-answered"
            answers.append({"question": question, "state": state})
    if draw.chance(5) and any(form.values()):
        text = "Made-up comment: thank you."
        answers.append({"question": "comment", "state": "answered", "value": text})
    return answers
