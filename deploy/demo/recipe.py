"""How many of everything there are in a county. Counts of records only: nothing worked out."""

from dataclasses import dataclass
from random import Random

Counts = dict[str, int]


@dataclass(frozen=True)
class Year:
    """What is particular to one academic year."""

    teachers_outstanding: int
    p_gains: dict[int, int]
    """Children on P levels by their gain in tenths of a level."""
    n_gains: dict[str, dict[int, int]]
    """For each subject, children on year bands by their gain in steps."""
    schools_issued: int
    schools_effective: Counts
    schools_impact: Counts
    parents_issued: int
    parents_knew: Counts
    parents_ideas: Counts
    children_better: Counts
    children_helps: Counts
    agencies_issued: int
    agencies_impact: Counts
    at_risk_new: int
    monitored: int


@dataclass(frozen=True)
class Recipe:
    """The counts a county is made of."""

    schools: int
    teams: int
    fte: dict[str, int]
    """Teachers in post in the later year, by part of full time; the Head works full time."""
    leavers: int
    starters: int
    long_p: int
    """Children supported through both years, on P levels."""
    long_n: int
    """The same, on year bands."""
    long_engagement: int
    long_left: int
    """Children supported from before, who left during the later year."""
    second_p: int
    """Children whose support began in the earlier year."""
    second_n: int
    second_crossing: int
    second_left: int
    third_matched: int
    """Children whose support began in the later year, with a first assessment soon after."""
    third_other: int
    gone_p: int
    """Children whose support ended with the earlier year."""
    gone_n: int
    refused: int
    at_risk_carried: int
    at_risk_lifted_before: int
    earlier: Year
    later: Year
    course_marks: tuple[dict[int, int], dict[int, int]]
    bespoke_marks: tuple[dict[int, int], dict[int, int]]
    network_marks: tuple[dict[int, int], dict[int, int]]
    network_delegates: tuple[int, ...]
    bespoke_assessments: int
    bespoke_consultancy: int
    bespoke_training: int
    compliments: int
    noise: int
    """How many of each kind of record there are that must not count."""
    visits: bool = True


PUBLISHED = Recipe(
    schools=262,
    teams=7,
    fte={"1.00": 40, "0.80": 20, "0.60": 1, "0.50": 18},
    leavers=2,
    starters=4,
    long_p=100,
    long_n=266,
    long_engagement=8,
    long_left=6,
    second_p=30,
    second_n=64,
    second_crossing=12,
    second_left=4,
    third_matched=10,
    third_other=100,
    gone_p=30,
    gone_n=70,
    refused=24,
    at_risk_carried=20,
    at_risk_lifted_before=6,
    earlier=Year(
        teachers_outstanding=54,
        p_gains={20: 30, 10: 80, 14: 10, 6: 10},
        n_gains={
            "reading": {-1: 2, 1: 18, 2: 10, 3: 70, 4: 122, 5: 90, 6: 30},
            "writing": {0: 12, 2: 24, 3: 90, 4: 116, 5: 80, 6: 20},
            "mathematics": {0: 4, 1: 12, 2: 14, 3: 82, 4: 120, 5: 80, 6: 30},
        },
        schools_issued=250,
        schools_effective={"outstanding": 134, "good": 61},
        schools_impact={"outstanding": 118, "good": 76, "requires-improvement": 1},
        parents_issued=652,
        parents_knew={"yes": 445, "no": 3, "": 2},
        parents_ideas={"yes": 420, "no": 24, "": 6},
        children_better={"yes": 492, "no": 4, "not-sure": 30, "sometimes": 16, "": 8},
        children_helps={"yes": 462, "no": 8, "not-sure": 44, "sometimes": 26, "": 10},
        agencies_issued=70,
        agencies_impact={"outstanding": 31, "good": 19},
        at_risk_new=118,
        monitored=50,
    ),
    later=Year(
        teachers_outstanding=57,
        p_gains={20: 40, 10: 70, 14: 10, 6: 10},
        n_gains={
            "reading": {0: 2, 1: 4, 2: 4, 3: 50, 4: 130, 5: 110, 6: 40},
            "writing": {-1: 2, 1: 8, 2: 10, 3: 60, 4: 140, 5: 90, 6: 30},
            "mathematics": {0: 5, 2: 10, 3: 55, 4: 150, 5: 80, 6: 40},
        },
        schools_issued=249,
        schools_effective={"outstanding": 160, "good": 58},
        schools_impact={"outstanding": 142, "good": 76},
        parents_issued=672,
        parents_knew={"yes": 478, "no": 1},
        parents_ideas={"yes": 457, "no": 16, "": 6},
        children_better={"yes": 446, "no": 8, "not-sure": 20, "sometimes": 10, "": 4},
        children_helps={"yes": 426, "no": 6, "not-sure": 30, "sometimes": 20, "": 6},
        agencies_issued=55,
        agencies_impact={"outstanding": 30, "good": 10},
        at_risk_new=130,
        monitored=60,
    ),
    course_marks=({10: 41, 9: 8, 8: 1}, {10: 42, 9: 6, 8: 2}),
    bespoke_marks=({10: 16, 9: 10, 8: 4}, {10: 17, 9: 8, 8: 5}),
    network_marks=({10: 27, 9: 20, 8: 11, 7: 2}, {10: 28, 9: 18, 8: 12, 7: 2}),
    network_delegates=(22, 21, 23, 20, 24, 21),
    bespoke_assessments=36,
    bespoke_consultancy=12,
    bespoke_training=14,
    compliments=23,
    noise=5,
)


def small(seed: int) -> Recipe:
    """Return a county of some sixty children whose every count varies with the seed."""
    draw = Random(f"small county {seed}")
    sizes = {
        "long_p": draw.randint(6, 12),
        "long_n": draw.randint(18, 26),
        "long_engagement": draw.randint(0, 2),
        "long_left": draw.randint(0, 3),
        "second_p": draw.randint(1, 4),
        "second_n": draw.randint(2, 6),
        "second_crossing": draw.randint(0, 3),
        "second_left": draw.randint(0, 2),
        "third_matched": draw.randint(0, 4),
        "third_other": draw.randint(2, 6),
        "gone_p": draw.randint(1, 4),
        "gone_n": draw.randint(3, 8),
    }
    teachers = draw.randint(9, 14)
    return Recipe(
        schools=30,
        teams=draw.randint(2, 4),
        fte=_split(draw, teachers, ("1.00", "0.80", "0.60", "0.45")),
        leavers=draw.randint(0, 2),
        starters=draw.randint(0, 2),
        refused=draw.randint(1, 4),
        at_risk_carried=draw.randint(0, 3),
        at_risk_lifted_before=draw.randint(0, 2),
        earlier=_small_year(
            draw,
            teachers,
            sizes["long_p"] + sizes["gone_p"],
            sizes["long_n"] + sizes["long_left"] + sizes["gone_n"],
        ),
        later=_small_year(
            draw,
            teachers,
            sizes["long_p"] + sizes["second_p"],
            sizes["long_n"] + sizes["second_n"] + sizes["third_matched"],
        ),
        course_marks=_small_marks(draw),
        bespoke_marks=_small_marks(draw),
        network_marks=_small_marks(draw),
        network_delegates=tuple(draw.randint(0, 9) for _ in range(6)),
        bespoke_assessments=draw.randint(0, 5),
        bespoke_consultancy=draw.randint(0, 4),
        bespoke_training=draw.randint(0, 4),
        compliments=draw.randint(5, 15),
        noise=draw.randint(1, 3),
        visits=False,
        **sizes,
    )


def _small_year(draw: Random, teachers: int, on_p: int, on_n: int) -> Year:
    returned = draw.randint(8, 14)
    parents = draw.randint(10, 18)
    children = draw.randint(10, 18)
    agencies = draw.randint(3, 8)
    grades = ("outstanding", "good", "requires-improvement", "")
    said = ("yes", "no", "not-sure", "sometimes", "")
    return Year(
        teachers_outstanding=draw.randint(0, teachers - 3),
        p_gains=_split(draw, on_p, (20, 10, 14, 6, 0)),
        n_gains={
            subject: _split(draw, on_n, (-1, 0, 1, 2, 3, 4, 5, 6))
            for subject in ("reading", "writing", "mathematics")
        },
        schools_issued=draw.randint(15, 24),
        schools_effective=_split(draw, returned, grades),
        schools_impact=_split(draw, returned, grades),
        parents_issued=draw.randint(19, 26),
        parents_knew=_split(draw, parents, ("yes", "no", "")),
        parents_ideas=_split(draw, parents, ("yes", "no", "")),
        children_better=_split(draw, children, said),
        children_helps=_split(draw, children, said),
        agencies_issued=draw.randint(9, 12),
        agencies_impact=_split(draw, agencies, grades),
        at_risk_new=draw.randint(1, 6),
        monitored=draw.randint(0, 4),
    )


def _small_marks(draw: Random) -> tuple[dict[int, int], dict[int, int]]:
    forms = draw.randint(3, 12)
    return _split(draw, forms, (10, 9, 8, 7, 1)), _split(draw, forms, (10, 9, 8, 6))


def _split(draw: Random, total: int, names: tuple) -> dict:  # type: ignore[type-arg]
    counts = dict.fromkeys(names, 0)
    for _ in range(total):
        counts[draw.choice(names)] += 1
    return counts
