"""Made-up questionnaires, deliveries and their ratings, complaints and compliments."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from deploy.demo.people import Child
from deploy.demo.recipe import Counts, Recipe, Year
from deploy.demo.records import County, Record

LONDON = ZoneInfo("Europe/London")
MONTHS = tuple(
    f"{year + (month < 9)}-{month:02}"
    for year in (2017, 2018)
    for month in (9, 10, 11, 12, *range(1, 9))
)  # fmt: skip


def add_surveys(county: County, recipe: Recipe, children: list[Child], draw: Random) -> None:
    """Add the four questionnaires of both years."""
    for label, year in (("2017-18", recipe.earlier), ("2018-19", recipe.later)):
        issued = date(int(label[:4]) + 1, 5, 14)
        asked = [child for child in children if child.open_on(issued)]
        parents = [f"{c.reference}/P-{c.reference}-{n}" for c in asked for n in range(c.parents)]
        schools = [str(900001 + n) for n in range(year.schools_issued)]
        agencies = [f"AG-{n:03}" for n in range(year.agencies_issued)]
        _add(county, label, "schools", schools, _forms(year, "schools", draw), draw)
        _add(
            county, label, "parents", parents[: year.parents_issued],
            _forms(year, "parents", draw), draw,
        )  # fmt: skip
        _add(
            county, label, "children", [child.reference for child in asked],
            _forms(year, "children", draw), draw,
        )  # fmt: skip
        _add(county, label, "agencies", agencies, _forms(year, "agencies", draw), draw)
    _add_noise(county, recipe, draw)


def _forms(year: Year, audience: str, draw: Random) -> list[dict[str, str]]:
    """Deal the answers of an audience's questions out over its forms."""
    questions = {
        "schools": {"effective": year.schools_effective, "impact": year.schools_impact},
        "parents": {"knew_learning": year.parents_knew, "given_ideas": year.parents_ideas},
        "children": {
            "better_at_work": year.children_better,
            "helps_class_work": year.children_helps,
        },
        "agencies": {"impact": year.agencies_impact},
    }[audience]
    dealt = {question: _dealt(counts, draw) for question, counts in questions.items()}
    rows = list(zip(*dealt.values(), strict=True))
    blank = [row for row in rows if not any(row)]
    forms = [dict(zip(dealt, row, strict=True)) for row in rows if any(row)]
    for _ in blank:  # a form with no answer at all is no return: share the blanks out
        _share_blank(forms, list(dealt))
    return forms


def _share_blank(forms: list[dict[str, str]], questions: list[str]) -> None:
    """Turn a wholly blank form and a full one into two that are each half blank."""
    full = next((form for form in forms if len(questions) > 1 and all(form.values())), None)
    if full is None:
        return
    forms.remove(full)
    first, *rest = questions
    forms.append({first: full[first], **dict.fromkeys(rest, "")})
    forms.append({first: "", **{question: full[question] for question in rest}})


def _dealt(counts: Counts, draw: Random) -> list[str]:
    dealt = [answer for answer, count in counts.items() for _ in range(count)]
    draw.shuffle(dealt)
    return dealt


def _add(
    county: County,
    label: str,
    audience: str,
    recipients: Sequence[str],
    forms: Sequence[dict[str, str]],
    draw: Random,
) -> None:
    wave = f"W-{label}-{audience}"
    end = int(label[:4]) + 1
    county.waves.append(
        {
            "reference": wave,
            "audience": audience,
            "academic_year": label,
            "questionnaire": audience,
            "questionnaire_version": 1,
            "issued_on": f"{end}-05-14",
            "closes_on": f"{end}-06-28",
            "grace_days": 0,
        }
    )
    for recipient in recipients:
        county.recipients.append(_recipient(wave, audience, recipient))
    answering = draw.sample(range(len(recipients)), len(forms))
    for index, form in zip(answering, forms, strict=True):
        received = datetime(end, 5, 20, 9, tzinfo=LONDON) + timedelta(hours=draw.randint(0, 900))
        _respond(county, wave, recipients[index], received, form)


def _recipient(wave: str, audience: str, recipient: str) -> Record:
    record: Record = {"wave": wave, "reference": recipient.replace("/", ":")}
    if audience == "children":
        record["child"] = recipient
    elif audience == "parents":
        record["parent"] = recipient
        record["address"] = f"{recipient.rpartition('/')[2].lower()}@example.org"
    elif audience == "schools":
        record["school"] = int(recipient)
    return record


def _respond(
    county: County, wave: str, recipient: str, received: datetime, form: dict[str, str]
) -> Record:
    answers = [
        {"question": question, "state": "answered", "value": value}
        if value
        else {"question": question, "state": "not-answered"}
        for question, value in form.items()
    ]
    response = {
        "reference": f"Q-{len(county.responses) + 1:05}",
        "wave": wave,
        "recipient": recipient.replace("/", ":"),
        "received_at": received.isoformat(),
        "channel": "online" if len(county.responses) % 3 else "paper",
        "assisted_by": "support-teacher" if wave.endswith("children") else "none",
        "answers": answers,
    }
    county.responses.append(response)
    return response


def _add_noise(county: County, recipe: Recipe, draw: Random) -> None:
    """Add returns that must not count: second ones, late ones, void ones and blank ones."""
    for wave in county.waves:
        mine = [r for r in county.responses if r["wave"] == wave["reference"]]
        answered = {r["recipient"] for r in mine}
        silent = [
            r["reference"]
            for r in county.recipients
            if r["wave"] == wave["reference"] and r["reference"] not in answered
        ]
        draw.shuffle(silent)
        close = datetime.fromisoformat(f"{wave['closes_on']}T23:59:59").replace(tzinfo=LONDON)
        form = {a["question"]: a.get("value", "") for a in mine[0]["answers"]}
        for index in range(recipe.noise):
            again = mine[index % len(mine)]
            _respond(county, wave["reference"], again["recipient"], close, form)
            kinds = silent[index * 3 : index * 3 + 3]
            for kind, recipient in enumerate(kinds):
                _add_uncounted(county, wave["reference"], recipient, kind, close, form)


def _add_uncounted(
    county: County, wave: str, recipient: str, kind: int, close: datetime, form: dict[str, str]
) -> None:
    if kind == 0:  # a second after the close
        _respond(county, wave, recipient, close + timedelta(seconds=1), form)
    elif kind == 1:  # void
        response = _respond(county, wave, recipient, close - timedelta(days=9), form)
        county.response_voids.append({"response": response["reference"], "reason": "test-entry"})
    else:  # blank
        _respond(county, wave, recipient, close, dict.fromkeys(form, ""))


def add_deliveries(county: County, recipe: Recipe) -> None:
    """Add courses, networks and bespoke work of the later year, and some just outside it."""
    for index, day in enumerate(("2018-11-14", "2019-01-23", "2019-03-06")):
        _deliver(county, f"D-C{index}", "course", day, "p-scales-to-pre-key-stage", 20)
    meetings = ("2018-09-27", "2018-10-18", "2018-11-22", "2019-05-02", "2019-06-06", "2019-07-04")
    for index, (day, delegates) in enumerate(zip(meetings, recipe.network_delegates, strict=True)):
        _deliver(county, f"D-N{index}", "network", day, "senco", delegates)
    for kind, count in (
        ("assessment", recipe.bespoke_assessments),
        ("consultancy", recipe.bespoke_consultancy),
        ("training", recipe.bespoke_training),
    ):
        for index in range(count):
            spread = date(2018, 9, 1) + timedelta(days=index * 364 // max(1, count - 1))
            _deliver(county, f"D-{kind}-{index}", f"bespoke-{kind}", spread.isoformat())
        _deliver(county, f"D-{kind}-before", f"bespoke-{kind}", "2018-08-31")
        _deliver(county, f"D-{kind}-after", f"bespoke-{kind}", "2019-09-01")
    _rate(county, "course", recipe.course_marks)
    _rate(county, "bespoke", recipe.bespoke_marks)
    _rate(county, "network", recipe.network_marks)


def _deliver(
    county: County,
    reference: str,
    kind: str,
    day: str,
    course: str | None = None,
    delegates: int = 0,
) -> None:
    record: Record = {"reference": reference, "kind": kind, "delivered_on": day}
    if course:
        record |= {"course": course, "delegates": delegates}
    county.deliveries.append(record)


def _rate(county: County, kind: str, marks: tuple[dict[int, int], dict[int, int]]) -> None:
    """Spread an audience's forms over the year's deliveries of a kind."""
    rated = [
        delivery["reference"]
        for delivery in county.deliveries
        if delivery["kind"].startswith(kind)
        and "2018-09-01" <= delivery["delivered_on"] <= "2019-08-31"
    ]
    content, methods = ([m for m, n in counts.items() for _ in range(n)] for counts in marks)
    for index in range(max(len(content), len(methods)) if rated else 0):
        county.ratings.append(
            {
                "delivery": rated[index % len(rated)],
                "form": index + 1,
                "content": content[index] if index < len(content) else None,
                "methods": methods[index] if index < len(methods) else None,
            }
        )


def add_feedback(county: County, recipe: Recipe) -> None:
    """Add the registers: no formal complaint, an informal concern, compliments, monthly checks."""
    for index, day in enumerate(("2018-10-09", "2019-02-14")):
        county.complaints.append(
            {
                "reference": f"CO-{index}",
                "received_on": day,
                "formal": False,
                "text": "Made-up concern about a visit that moved.",
            }
        )
    for index in range(recipe.compliments):
        received = date(2018, 9, 10) + timedelta(days=index * 12)
        county.compliments.append(
            {
                "reference": f"CP-{index:03}",
                "received_on": received.isoformat(),
                "source": ("parents", "schools", "agencies")[index % 3],
                "text": "Made-up compliment.",
            }
        )
    for kind in ("complaints", "compliments"):
        for month in MONTHS:
            checked = date.fromisoformat(f"{month}-28") + timedelta(days=7)
            county.register_checks.append(
                {"kind": kind, "month": month, "checked_on": checked.isoformat()}
            )
