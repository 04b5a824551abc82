"""A second opinion: the same figures worked out from the raw records in plain Python.

It imports nothing of the services and asks no database; it is written from the rules alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from deploy.demo.oracle_progress import Progress
from deploy.demo.records import County, Record

LONDON = ZoneInfo("Europe/London")
Value = Fraction | str | None
OUTSTANDING, GOOD = ("outstanding",), ("outstanding", "good")


@dataclass(frozen=True)
class Span:
    """A case: whose, and from which day to which, both counted."""

    case: str
    child: str
    first: date
    last: date

    def on(self, day: date) -> bool:
        """Say whether the case is open on a day."""
        return self.first <= day <= self.last


def spans(county: County) -> list[Span]:
    """Return every case's span; one that has not ended lasts for ever."""
    child_of = {referral["reference"]: referral["child"] for referral in county.referrals}
    ends = {ending["case"]: date.fromisoformat(ending["ended_on"]) for ending in county.endings}
    return [
        Span(
            case["referral"],
            child_of[case["referral"]],
            date.fromisoformat(case["started_on"]),
            ends.get(case["referral"], date.max),
        )
        for case in county.cases
    ]


class Oracle:
    """One county's figures for one academic year."""

    def __init__(self, county: County, year: str) -> None:
        self.county = county
        self.year = year
        begins = int(year[:4])
        self.first, self.last = date(begins, 9, 1), date(begins + 1, 8, 31)
        january = date(begins + 1, 1, 1)
        self.census = next(
            day
            for day in (january + timedelta(days=n) for n in range(14, 21))
            if day.strftime("%a") == "Thu"
        )
        self.spans = spans(county)

    def during(self, text: str) -> bool:
        """Say whether a day is in the year."""
        return self.first <= date.fromisoformat(text) <= self.last

    # The service itself

    def staff(self) -> dict[str, list[Record]]:
        """Return each member of staff's rows, first to last."""
        rows: dict[str, list[Record]] = {}
        for row in self.county.staff:
            rows.setdefault(row["reference"], []).append(row)
        return rows

    def in_post(self, first: date, last: date) -> dict[str, Record]:
        """Return who was in post from the one day to the other, with the contract on the last."""
        found = {}
        for reference, rows in self.staff().items():
            left = next((r["left_on"] for r in reversed(rows) if r.get("left_on")), None)
            began = date.fromisoformat(rows[0]["appointed_on"])
            if began <= first and (left is None or date.fromisoformat(left) >= last):
                current = [r for r in rows if (r.get("effective_on") or "") <= last.isoformat()]
                found[reference] = current[-1]
        return found

    def fte(self) -> Fraction:
        """Add up the parts of full time on the census day."""
        staff = self.in_post(self.census, self.census).values()
        return sum((Fraction(row["fte"]) for row in staff), Fraction())

    # Inclusion

    @cached_property
    def caseload(self) -> set[str]:
        """The children with an open case on some day of the year."""
        return {s.child for s in self.spans if s.first <= self.last and s.last >= self.first}

    @cached_property
    def at_risk(self) -> set[str]:
        """The children at risk or at high risk on some day of the year with an open case."""
        levels: dict[str, list[tuple[date, str]]] = {}
        for risk in self.county.risks:
            day = date.fromisoformat(risk["assessed_on"])
            levels.setdefault(risk["case"], []).append((day, risk["level"]))
        return {
            span.child
            for span in self.spans
            if self._was_at_risk(span, sorted(levels.get(span.case, [])))
        }

    def _was_at_risk(self, span: Span, levels: list[tuple[date, str]]) -> bool:
        for index, (day, level) in enumerate(levels):
            until = levels[index + 1][0] if index + 1 < len(levels) else date.max
            first, last = max(day, self.first), min(span.last, self.last)
            if level in {"at-risk", "high"} and first <= last and until > first:
                return True
        return False

    def excluded(self, first: date, last: date) -> list[tuple[str, date]]:
        """Return child and day of each permanent exclusion that counts."""
        found = []
        for one in self.county.exclusions:
            day = date.fromisoformat(one["starts_on"])
            stands = one.get("upheld_on") and not one.get("rescinded_on")
            supported = any(s.child == one["child"] and s.on(day) for s in self.spans)
            if one["category"] == "PERM" and stands and supported and first <= day <= last:
                found.append((one["child"], day))
        return found

    # Teaching

    @cached_property
    def judged(self) -> list[str]:
        """The judgements of the year, the Head of Service's aside."""
        posts = {reference: rows[0]["post"] for reference, rows in self.staff().items()}
        return [
            one["judgement"]
            for one in self.county.judgements
            if one["academic_year"] == self.year and posts[one["staff"]] != "head-of-service"
        ]

    @cached_property
    def teams_achieving(self) -> list[bool]:
        """For each team with a dialogue about the year, whether every key area was achieved."""
        return [
            all(area["status"] == "achieved" for area in one["key_areas"])
            for one in self.county.dialogues
            if one["academic_year"] == self.year
        ]

    # Deliveries

    def delivered(self, wanted: Callable[[Record], bool]) -> list[Record]:
        """Return the year's deliveries of a kind."""
        return [d for d in self.county.deliveries if self.during(d["delivered_on"]) and wanted(d)]

    def marks(self, question: str, wanted: Callable[[Record], bool]) -> Value:
        """Return the mean of all marks given to a question."""
        rated = {delivery["reference"] for delivery in self.delivered(wanted)}
        marks = [r[question] for r in self.county.ratings if r["delivery"] in rated]
        return mean(mark for mark in marks if mark is not None)

    def delegates(self) -> Fraction:
        """Add up the delegates of network meetings outside the spring term."""
        meetings = self.delivered(network)
        return Fraction(
            sum(
                meeting.get("delegates") or 0
                for meeting in meetings
                if not 1 <= date.fromisoformat(meeting["delivered_on"]).month <= 3
            )
        )

    # Questionnaires

    def wave(self, audience: str) -> Record | None:
        """Return the year's questionnaire to an audience."""
        return next(
            (
                wave
                for wave in self.county.waves
                if wave["audience"] == audience and wave["academic_year"] == self.year
            ),
            None,
        )

    def issued(self, audience: str) -> int | None:
        """Count who was asked."""
        wave = self.wave(audience)
        if wave is None:
            return None
        return len([one for one in self.county.recipients if one["wave"] == wave["reference"]])

    def returns(self, audience: str) -> list[dict[str, str]]:
        """Return the answers of each return that counts: the first, in time, not blank or void."""
        wave, found, first = self.wave(audience), [], set()
        void = {one["response"] for one in self.county.response_voids}
        for response in self.county.responses if wave else ():
            if wave is None or response["wave"] != wave["reference"]:
                continue
            answers = {a["question"]: a["value"] for a in response["answers"] if a.get("value")}
            if response["recipient"] in first or not answers or not _in_time(wave, response):
                continue
            first.add(response["recipient"])
            if response["reference"] not in void:
                found.append(answers)
        return found

    def said(self, audience: str, question: str, values: tuple[str, ...]) -> Value:
        """Return the share of all counted returns that gave one of these answers."""
        returns = self.returns(audience)
        return share(sum(one.get(question) in values for one in returns), len(returns))

    def other(self, question: str) -> Value:
        """Return the share of children who said neither yes nor no."""
        returns = self.returns("children")
        neither = sum(one.get(question) not in {"yes", "no"} for one in returns)
        return share(neither, len(returns))

    def complaints(self) -> Value:
        """Count formal complaints, if every month of the register was checked."""
        months = {
            one["month"] for one in self.county.register_checks if one["kind"] == "complaints"
        }
        year = [(self.first + timedelta(days=31 * n)).strftime("%Y-%m") for n in range(12)]
        if not set(year) <= months:
            return None
        return Fraction(
            sum(one["formal"] and self.during(one["received_on"]) for one in self.county.complaints)
        )

    def progress(self) -> Progress:
        """Return the year's progress."""
        open_spans = [(s.child, s.first, s.last) for s in self.spans if s.child in self.caseload]
        return Progress(self.county, self.year, open_spans)


def _in_time(wave: Record, response: Record) -> bool:
    close = date.fromisoformat(wave["closes_on"]) + timedelta(days=wave["grace_days"])
    return datetime.fromisoformat(response["received_at"]).astimezone(LONDON).date() <= close


def share(part: int, of: int) -> Value:
    """Return a share in per cent; of nothing there is none."""
    return Fraction(100 * part, of) if of else None


def mean(numbers: Iterable[int]) -> Value:
    """Return a mean; of nothing there is none."""
    known = list(numbers)
    return Fraction(sum(known), len(known)) if known else None


def network(delivery: Record) -> bool:
    """Say whether a delivery is a SENCO network meeting."""
    return bool(delivery["kind"] == "network" and delivery.get("course") == "senco")


def course(delivery: Record) -> bool:
    """Say whether a delivery is a course."""
    return bool(delivery["kind"] == "course")


def bespoke(delivery: Record) -> bool:
    """Say whether a delivery was bought by a school."""
    return str(delivery["kind"]).startswith("bespoke-")


def _number(number: int | None) -> Value:
    return None if number is None else Fraction(number)


def figures(county: County, year: str) -> dict[str, Value]:
    """Return every figure of a year, exactly."""
    o = Oracle(county, year)
    progress = o.progress()
    found: dict[str, Value] = {
        "service.teams": _number(
            sum(date.fromisoformat(team["formed_on"]) <= o.census for team in county.teams)
        ),
        "service.teachers.headcount": _number(len(o.in_post(o.census, o.census))),
        "service.teachers.fte": o.fte(),
        **{
            f"progress.nc.{subject}.judgement": progress.outcome(subject)
            for subject in ("reading", "writing", "mathematics")
        },
        "progress.p_levels.average": progress.p_level_mean(),
        "inclusion.at_risk_of_exclusion.count": _number(len(o.at_risk)),
        "inclusion.at_risk_of_exclusion.share": share(len(o.at_risk), len(o.caseload)),
        "inclusion.permanent_exclusions": _number(len(o.excluded(o.first, o.last))),
        "teaching.good_or_outstanding.share": share(
            sum(one in GOOD for one in o.judged), len(o.judged)
        ),
        "teaching.outstanding.share": share(
            sum(one in OUTSTANDING for one in o.judged), len(o.judged)
        ),
        "qdd.teams_achieving_key_areas.share": share(
            sum(o.teams_achieving), len(o.teams_achieving)
        ),
        "bespoke.assessments.count": _number(
            len(o.delivered(lambda d: d["kind"] == "bespoke-assessment"))
        ),
        "bespoke.consultancy_and_training.count": _number(
            len(o.delivered(lambda d: bespoke(d) and d["kind"] != "bespoke-assessment"))
        ),
        "networks.senco.delegates": o.delegates(),
        "feedback.formal_complaints": o.complaints(),
    }
    for question in ("content", "methods"):
        found[f"training.courses.{question}.average"] = o.marks(question, course)
        found[f"bespoke.{question}.average"] = o.marks(question, bespoke)
        found[f"networks.senco.{question}.average"] = o.marks(question, network)
    return found | _surveys(o)


def _surveys(o: Oracle) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for audience in ("schools", "parents"):
        issued, returned = o.issued(audience), len(o.returns(audience))
        found[f"survey.{audience}.issued"] = _number(issued)
        found[f"survey.{audience}.returned"] = None if issued is None else Fraction(returned)
        found[f"survey.{audience}.return_rate"] = share(returned, issued or 0)
    for name, audience, question, values in (
        ("schools.effective", "schools", "effective", GOOD),
        ("schools.effective.outstanding", "schools", "effective", OUTSTANDING),
        ("schools.impact.good_or_outstanding", "schools", "impact", GOOD),
        ("schools.impact.outstanding", "schools", "impact", OUTSTANDING),
        ("parents.knew_learning", "parents", "knew_learning", ("yes",)),
        ("parents.given_ideas", "parents", "given_ideas", ("yes",)),
        ("agencies.impact.good_or_outstanding", "agencies", "impact", GOOD),
        ("agencies.impact.outstanding", "agencies", "impact", OUTSTANDING),
    ):
        found[f"survey.{name}.share"] = o.said(audience, question, values)
    for question in ("better_at_work", "helps_class_work"):
        for value in ("yes", "no"):
            found[f"survey.children.{question}.{value}.share"] = o.said(
                "children", question, (value,)
            )
        found[f"survey.children.{question}.other.share"] = o.other(question)
    return found


def statements(county: County, year: str) -> dict[str, bool]:
    """Say of every statement of a year whether it holds."""
    o = Oracle(county, year)
    kept = o.at_risk - {child for child, _ in o.excluded(o.first, o.last)}
    rested = {
        one["staff"]
        for one in county.judgements
        if one["academic_year"] == year and len(set(one["evidence"])) == 4
    }
    teachers = {
        reference
        for reference, row in o.in_post(o.first, o.last).items()
        if row["post"] != "head-of-service"
    }
    package = o.delivered(lambda d: d.get("course") == "p-scales-to-pre-key-stage")
    by_year: dict[int, int] = {}
    for _, day in o.excluded(date.min, o.last):
        begins = day.year - (day.month < 9)
        by_year[begins] = by_year.get(begins, 0) + 1
    return {
        "inclusion.placements_maintained": 145 <= len(kept) <= 154,
        "teaching.judged.all": bool(teachers) and teachers <= rested,
        "feedback.compliments": sum(o.during(c["received_on"]) for c in county.compliments) >= 10,
        "training.pre_key_stage_package": any(course(delivery) for delivery in package),
        "inclusion.exclusions_low": bool(o.spans) and max(by_year.values(), default=0) <= 1,
    }


def opinion(county: County, year: str) -> dict[tuple[str, str], str]:
    """Return every exact value as the match table compares it, by id and what."""
    before = f"{int(year[:4]) - 1}-{year[2:4]}"
    this, last = figures(county, year), figures(county, before)
    said: dict[tuple[str, str], str] = {}
    for id_, value in this.items():
        said[id_, "figure"] = str(value)
        said[id_, "last year"] = str(last[id_])
        if isinstance(value, Fraction) and isinstance(last[id_], Fraction):
            said[id_, "change"] = str(value - Fraction(str(last[id_])))
    for id_, holds in statements(county, year).items():
        said[id_, "statement"] = "holds" if holds else "does not hold"
    return said
