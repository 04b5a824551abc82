"""Made-up courses, networks and bespoke work, how they were rated, complaints and compliments."""

from datetime import date, timedelta

from deploy.demo.counts import Marks, Recipe, Year
from deploy.demo.draw import Draw
from deploy.demo.records import County, Record
from deploy.demo.terms import YEARS, first_day, last_day

PACKAGE = "p-scales-to-pre-key-stage"
NETWORK = "senco"
MONTHS = (9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8)
# The days into the year on which a network meets, by term.
MEETINGS = {"autumn": (26, 47, 82), "spring": (160, 175), "summer": (243, 278, 306)}
SOURCES = ("parents", "schools", "agencies", "children")


def add_deliveries(county: County, recipe: Recipe, draw: Draw) -> None:
    """Add what was delivered in both years and how it was rated, and some work just outside."""
    for label, year in zip(YEARS, (recipe.earlier, recipe.later), strict=True):
        _add_courses(county, label, year)
        _add_networks(county, label, year)
        _add_bespoke(county, label, year)
        _rate(county, _of(county, label, "course"), year.training.course_marks, draw)
        _rate(county, _of(county, label, "bespoke"), year.training.bespoke_marks, draw)
        _rate(county, _met(county, label), year.training.network_marks, draw)
        _rate_spring(county, label)
    if recipe.noise.deliveries_outside:
        for kind in ("assessment", "consultancy", "training"):
            _deliver(county, f"D-{kind}-after", f"bespoke-{kind}", date(2019, 9, 1))


def _add_courses(county: County, label: str, year: Year) -> None:
    for index in range(year.training.courses):
        day = first_day(label) + timedelta(days=74 + 63 * index)
        course = PACKAGE if label == "2018-19" else "precision-teaching"
        _deliver(county, f"D-{label}-C{index}", "course", day, (course, 18 + index))


def _add_networks(county: County, label: str, year: Year) -> None:
    for term, delegates in year.training.network_delegates.items():
        for number, (after, count) in enumerate(zip(MEETINGS[term], delegates, strict=False)):
            day = first_day(label) + timedelta(days=after)
            _deliver(county, f"D-{label}-N-{term}-{number}", "network", day, (NETWORK, count))


def _add_bespoke(county: County, label: str, year: Year) -> None:
    """Spread the work over the year, from its first day to its last."""
    for kind, count in year.training.bespoke.items():
        for index in range(count):
            day = first_day(label) + timedelta(days=index * 364 // max(1, count - 1))
            _deliver(county, f"D-{label}-{kind}-{index}", f"bespoke-{kind}", day)


def _deliver(
    county: County, reference: str, kind: str, day: date, about: tuple[str, int] | None = None
) -> None:
    record: Record = {"reference": reference, "kind": kind, "delivered_on": day.isoformat()}
    if about is not None:
        record |= {"course": about[0], "delegates": about[1]}
    county.deliveries.append(record)


def _of(county: County, label: str, kind: str) -> list[str]:
    first, last = first_day(label).isoformat(), last_day(label).isoformat()
    return [
        delivery["reference"]
        for delivery in county.deliveries
        if delivery["kind"].startswith(kind) and first <= delivery["delivered_on"] <= last
    ]


def _met(county: County, label: str) -> list[str]:
    return [one for one in _of(county, label, "network") if "-spring-" not in one]


def _rate(county: County, deliveries: list[str], marks: Marks, draw: Draw) -> None:
    """Hand an audience's forms in, more of them for some deliveries than for others."""
    if not deliveries:
        return
    forms = dict.fromkeys(deliveries, 0)
    for content, methods in zip(*(draw.dealt(counts) for counts in marks), strict=True):
        delivery = deliveries[draw.below(draw.between(1, len(deliveries)))]
        forms[delivery] += 1
        county.ratings.append(
            {
                "delivery": delivery,
                "form": forms[delivery],
                "content": content or None,
                "methods": methods or None,
            }
        )


def _rate_spring(county: County, label: str) -> None:
    """Hand in a poor form of each spring meeting; network marks are not of these."""
    spring = [one for one in _of(county, label, "network") if "-spring-" in one]
    county.ratings += [{"delivery": one, "form": 1, "content": 1, "methods": 1} for one in spring]


def add_feedback(county: County, recipe: Recipe, draw: Draw) -> None:
    """Add the registers of complaints and compliments, and who looked through them when."""
    for label, year in zip(YEARS, (recipe.earlier, recipe.later), strict=True):
        _add_complaints(county, label, year)
        for _ in range(year.compliments):
            _compliment(county, first_day(label) + timedelta(days=draw.below(365)), draw)
        months = [f"{first_day(label).year + (month < 9)}-{month:02}" for month in MONTHS]
        missing = draw.sample(months, year.months_unchecked)
        for month in months:
            _check(county, "compliments", month)
            if month not in missing:
                _check(county, "complaints", month)
    if recipe.noise.deliveries_outside:
        _compliment(county, date(2019, 9, 1), draw)


def _add_complaints(county: County, label: str, year: Year) -> None:
    """Add informal concerns, and formal complaints, the last of them on the year's last day."""
    concern = "Made-up concern about a visit that was moved."
    for after in (38, 166):
        _complain(county, first_day(label) + timedelta(days=after), concern, formal=False)
    for index in range(year.formal_complaints):
        day = last_day(label) - timedelta(days=30 * index)
        _complain(county, day, "Made-up complaint.", formal=True)


def _complain(county: County, day: date, text: str, *, formal: bool) -> None:
    county.complaints.append(
        {
            "reference": f"CO-{len(county.complaints) + 1:03}",
            "received_on": day.isoformat(),
            "formal": formal,
            "text": text,
        }
    )


def _compliment(county: County, day: date, draw: Draw) -> None:
    county.compliments.append(
        {
            "reference": f"CP-{len(county.compliments) + 1:03}",
            "received_on": day.isoformat(),
            "source": draw.choice(SOURCES),
            "text": "Made-up compliment: it helped a great deal.",
        }
    )


def _check(county: County, kind: str, month: str) -> None:
    checked = date.fromisoformat(f"{month}-28") + timedelta(days=7)
    county.register_checks.append({"kind": kind, "month": month, "checked_on": checked.isoformat()})
