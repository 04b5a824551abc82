"""What the counts are of: the parts of a recipe for a county."""

from dataclasses import dataclass

Counts = dict[str, int]
Marks = tuple[dict[int, int], dict[int, int]]
"""Rating forms by their mark for content and by their mark for methods; 0 is left blank."""
SUBJECTS = ("reading", "writing", "mathematics")


@dataclass(frozen=True)
class Training:
    """What was delivered in a year, and how it was rated."""

    courses: int
    network_delegates: dict[str, tuple[int, ...]]
    """For each term, the delegates at each SENCO network meeting."""
    bespoke: Counts
    """Pieces of work bought, by kind."""
    course_marks: Marks
    bespoke_marks: Marks
    network_marks: Marks


@dataclass(frozen=True)
class Year:
    """What is particular to one academic year."""

    teaching: Counts
    """Teachers by judgement; "" is not judged."""
    evidence_short: int
    """Judgements that lack a kind of evidence."""
    areas_open: int
    """Teams with a key area that was not achieved."""
    p_gains: dict[int, int]
    """Children on P levels by their gain in tenths of a level."""
    n_gains: dict[str, dict[int, int]]
    """For each subject, children on year bands by their gain in steps."""
    issued: Counts
    """Questionnaires sent, by audience (every child on the caseload gets one)."""
    answers: dict[str, dict[str, Counts]]
    """For each audience and question, forms by answer; "" is left blank."""
    at_risk: int
    """Children first found at risk of exclusion in the year."""
    monitored: int
    training: Training
    formal_complaints: int
    compliments: int
    months_unchecked: int
    """Months for which nobody looked through the complaints register."""


@dataclass(frozen=True)
class Noise:
    """How many of each kind of record there are that must not count, for each wave or year."""

    returns_late: int
    returns_again: int
    returns_void: int
    returns_blank: int
    blank_first: int
    """Blank returns followed by a proper one, which counts."""
    results_unmoderated: int
    results_superseded: int
    results_void: int
    results_corrected: int
    results_same_day: int
    suspensions: int
    exclusions_uncounted: bool
    deliveries_outside: bool


@dataclass(frozen=True)
class Recipe:
    """The counts a county is made of."""

    schools: int
    teams: int
    area_managers: int
    fte: Counts
    """Teachers in post in the later year, by part of full time; the Head works full time."""
    leavers: int
    starters: int
    children: Counts
    """Supported children by outcome; see ``GROUPS``."""
    refused: Counts
    """Referrals the Head of Service refused, by reason."""
    at_risk_carried: int
    """Children at risk from the earlier year on, and found safe in the later year's autumn."""
    at_risk_lifted: int
    """Children at risk whose level was lifted before the later year."""
    earlier: Year
    later: Year
    noise: Noise
    visits: bool


GROUPS = (
    "long_p",  # supported since the year before the earlier one, assessed on P levels
    "long_n",  # the same, on year bands
    "long_engagement",  # the same, on the engagement model
    "long_left",  # the same, on year bands; left during the later year
    "second_p",  # supported since the earlier year
    "second_n",
    "second_crossing",  # moved from P levels to year bands in the later year
    "second_left",
    "third_matched",  # supported since the later year's start, with a first point soon after
    "third_late",  # the same, but since January: too late for six months
    "third_term",  # supported in the summer term alone, though assessed a year before
    "third_excluded",  # permanently excluded in the later year
    "third_other",  # supported since some day of the later year, without a first point
    "gone_p",  # left with the end of the earlier year
    "gone_n",
    "gone_left",  # left during the earlier year
    "gone_excluded",  # permanently excluded in the earlier year
)
P_GROUPS = {"2017-18": ("long_p", "gone_p"), "2018-19": ("long_p", "second_p")}
N_GROUPS = {
    "2017-18": ("long_n", "long_left", "gone_n"),
    "2018-19": ("long_n", "second_n", "third_matched"),
}
