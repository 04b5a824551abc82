"""What schools, parents, children and agencies said, and how training was rated."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from deploy.demo.oracle.reading import Figure, Share, bounds, day, on_record, within
from deploy.demo.records import County, Record

LONDON = ZoneInfo("Europe/London")
PACKAGE = "p-scales-to-pre-key-stage"
GOOD = ("outstanding", "good")
# Figure (without "survey." before it and ".share" after it), its question, the answers it counts.
ITEMS = (
    ("schools.effective", "effective", GOOD),
    ("schools.effective.outstanding", "effective", ("outstanding",)),
    ("schools.impact.good_or_outstanding", "impact", GOOD),
    ("schools.impact.outstanding", "impact", ("outstanding",)),
    ("parents.knew_learning", "knew_learning", ("yes",)),
    ("parents.given_ideas", "given_ideas", ("yes",)),
    ("children.better_at_work.yes", "better_at_work", ("yes",)),
    ("children.better_at_work.no", "better_at_work", ("no",)),
    ("children.better_at_work.other", "better_at_work", ("not-sure", "sometimes", "")),
    ("children.helps_class_work.yes", "helps_class_work", ("yes",)),
    ("children.helps_class_work.no", "helps_class_work", ("no",)),
    ("children.helps_class_work.other", "helps_class_work", ("not-sure", "sometimes", "")),
    ("agencies.impact.good_or_outstanding", "impact", GOOD),
    ("agencies.impact.outstanding", "impact", ("outstanding",)),
)


def voice_figures(county: County, year: str) -> dict[str, Figure]:
    """Return the figures of training, questionnaires and complaints."""
    return {
        **_training_figures(county, year),
        **_survey_figures(county, year),
        "feedback.formal_complaints": _formal_complaints(county, year),
    }


def compliments(county: County, year: str) -> int:
    """Return how many compliments came outside the questionnaires in the year."""
    return sum(within(one, "received_on", year) for one in county.compliments)


def package_delivered(county: County, year: str) -> bool:
    """Say whether the course on leaving P scales was given in the year."""
    return any(one.get("course") == PACKAGE for one in _delivered(county, year, ("course",)))


def _formal_complaints(county: County, year: str) -> Fraction | None:
    """Return the number, or None unless the register was looked through for all twelve months."""
    first, _ = bounds(year)
    months = {f"{first.year + (month < 9)}-{month:02}" for month in range(1, 13)}
    checked = {one["month"] for one in county.register_checks if one["kind"] == "complaints"}
    if not months <= checked:
        return None
    formal = (one for one in county.complaints if one["formal"])
    return Fraction(sum(within(one, "received_on", year) for one in formal))


def _delivered(county: County, year: str, kinds: Iterable[str]) -> list[Record]:
    return [
        one
        for one in county.deliveries
        if one["kind"] in kinds and within(one, "delivered_on", year)
    ]


def _training_figures(county: County, year: str) -> dict[str, Figure]:
    known = on_record(county.deliveries, "delivered_on", year)
    courses = _delivered(county, year, ("course",))
    assessed = _delivered(county, year, ("bespoke-assessment",))
    advised = _delivered(county, year, ("bespoke-consultancy", "bespoke-training"))
    networks = _delivered(county, year, ("network",))
    met = [one for one in networks if one["course"] == "senco" and _term(one)]
    delivered = {
        "bespoke.assessments.count": len(assessed),
        "bespoke.consultancy_and_training.count": len(advised),
        "networks.senco.delegates": sum(one["delegates"] for one in met),
    }
    counts: dict[str, Figure] = {
        id_: Fraction(number) if known else None for id_, number in delivered.items()
    }
    rated = (
        ("training.courses", courses),
        ("bespoke", assessed + advised),
        ("networks.senco", met),
    )
    for name, deliveries in rated:
        for question in ("content", "methods"):
            counts[f"{name}.{question}.average"] = _mean(county, deliveries, question)
    return counts


def _term(delivery: Record) -> bool:
    """Say whether it took place in the autumn or the summer term, in which networks meet."""
    month = day(delivery, "delivered_on").month
    return month not in {1, 2, 3}


def _mean(county: County, deliveries: list[Record], question: str) -> Fraction | None:
    """Return the mean over all answered forms, each weighing the same."""
    references = {one["reference"] for one in deliveries}
    marks = [
        form[question]
        for form in county.ratings
        if form["delivery"] in references and form[question] is not None
    ]
    return Fraction(sum(marks), len(marks)) if marks else None


def _survey_figures(county: County, year: str) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    counted = {audience: counted_of(county, audience, year) for audience in ("schools", "parents")}
    for audience, returned in counted.items():
        issued = _issued(county, audience, year)
        figures[f"survey.{audience}.returned"] = Fraction(len(returned))
        figures[f"survey.{audience}.issued"] = Fraction(issued)
        figures[f"survey.{audience}.return_rate"] = Share(len(returned), issued)
    counted |= {
        audience: counted_of(county, audience, year) for audience in ("children", "agencies")
    }
    for name, question, values in ITEMS:
        said = [answer_to(one, question) for one in counted[name.split(".")[0]]]
        figures[f"survey.{name}.share"] = Share(sum(one in values for one in said), len(said))
    return figures


def answer_to(response: Record, question: str) -> str:
    """Return the answer to a question, "" where there is none for whatever reason."""
    given = (one for one in response["answers"] if one["question"] == question)
    return next((one["value"] for one in given if one["state"] == "answered"), "")


def waves_of(county: County, audience: str, year: str) -> dict[str, Record]:
    """Return the waves to an audience about a year, by reference."""
    return {
        wave["reference"]: wave
        for wave in county.waves
        if (wave["audience"], wave["academic_year"]) == (audience, year)
    }


def _issued(county: County, audience: str, year: str) -> int:
    waves = waves_of(county, audience, year)
    return sum(recipient["wave"] in waves for recipient in county.recipients)


def counted_of(county: County, audience: str, year: str) -> list[Record]:
    """Return the returns that count: of a recipient's the one received first (13.4).

    In time, with an answer, not void; of those of one day in London the one recorded first.
    """
    waves = waves_of(county, audience, year)
    void = {one["response"] for one in county.response_voids}
    first: dict[tuple[str, str], Record] = {}
    for response in sorted(county.responses, key=_received):
        wave = waves.get(response["wave"])
        if wave and response["reference"] not in void and _valid(response, wave):
            first.setdefault((response["wave"], response["recipient"]), response)
    return list(first.values())


def _received(response: Record) -> date:
    return datetime.fromisoformat(response["received_at"]).astimezone(LONDON).date()


def _valid(response: Record, wave: Record) -> bool:
    """Say whether a return came by the end of the last day in London, and answers something."""
    last: date = day(wave, "closes_on") + timedelta(days=wave["grace_days"])
    return _received(response) <= last and any(
        one["state"] == "answered" for one in response["answers"]
    )
