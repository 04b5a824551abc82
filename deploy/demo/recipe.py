"""How many of everything there are in a county. Counts of records only: nothing worked out."""

from deploy.demo.counts import (
    GROUPS,
    N_GROUPS,
    P_GROUPS,
    SUBJECTS,
    Counts,
    Marks,
    Noise,
    Recipe,
    Training,
    Year,
)
from deploy.demo.draw import Draw

PUBLISHED = Recipe(
    schools=262,
    teams=7,
    area_managers=3,
    fte={"1.00": 40, "0.80": 20, "0.60": 1, "0.50": 18},
    leavers=2,
    starters=4,
    children={
        "long_p": 100, "long_n": 266, "long_engagement": 8, "long_left": 6,
        "second_p": 30, "second_n": 64, "second_crossing": 12, "second_left": 4,
        "third_matched": 10, "third_late": 4, "third_term": 4,
        "third_excluded": 1, "third_other": 91,
        "gone_p": 30, "gone_n": 100, "gone_left": 9, "gone_excluded": 1,
    },
    refused={"school-not-covered": 12, "service-not-named": 7, "criteria-not-met": 5},
    at_risk_carried=20,
    at_risk_lifted=6,
    earlier=Year(
        teaching={"outstanding": 54, "good": 23},
        evidence_short=0,
        areas_open=2,
        p_gains={20: 30, 10: 80, 14: 10, 6: 10},
        n_gains={
            "reading": {-1: 2, 1: 18, 2: 10, 3: 70, 4: 140, 5: 102, 6: 30},
            "writing": {0: 12, 2: 24, 3: 92, 4: 136, 5: 88, 6: 20},
            "mathematics": {0: 4, 1: 12, 2: 14, 3: 82, 4: 140, 5: 90, 6: 30},
        },
        issued={"schools": 250, "parents": 652, "agencies": 70},
        answers={
            "schools": {
                "effective": {"outstanding": 134, "good": 61},
                "impact": {"outstanding": 118, "good": 76, "requires-improvement": 1},
            },
            "parents": {
                "knew_learning": {"yes": 445, "no": 3, "": 2},
                "given_ideas": {"yes": 420, "no": 24, "": 6},
            },
            "children": {
                "better_at_work": {"yes": 537, "no": 4, "not-sure": 33, "sometimes": 18, "": 8},
                "helps_class_work": {"yes": 504, "no": 9, "not-sure": 47, "sometimes": 30, "": 10},
            },
            "agencies": {"impact": {"outstanding": 31, "good": 19}},
        },
        at_risk=112,
        monitored=50,
        training=Training(
            courses=2,
            network_delegates={"autumn": (20, 19), "summer": (23, 22)},
            bespoke={"assessment": 31, "consultancy": 9, "training": 12},
            course_marks=({10: 21, 9: 12, 8: 5}, {10: 20, 9: 13, 8: 5}),
            bespoke_marks=({10: 12, 9: 9, 8: 6}, {10: 11, 9: 10, 8: 6}),
            network_marks=({10: 15, 9: 16, 8: 9}, {10: 14, 9: 17, 8: 9}),
        ),
        formal_complaints=1,
        compliments=19,
        months_unchecked=0,
    ),
    later=Year(
        teaching={"outstanding": 57, "good": 22},
        evidence_short=0,
        areas_open=0,
        p_gains={20: 40, 10: 70, 14: 10, 6: 10},
        n_gains={
            "reading": {0: 2, 1: 4, 2: 4, 3: 50, 4: 130, 5: 110, 6: 40},
            "writing": {-1: 2, 1: 8, 2: 10, 3: 60, 4: 140, 5: 90, 6: 30},
            "mathematics": {0: 5, 2: 10, 3: 55, 4: 150, 5: 80, 6: 40},
        },
        issued={"schools": 249, "parents": 672, "agencies": 55},
        answers={
            "schools": {
                "effective": {"outstanding": 160, "good": 58},
                "impact": {"outstanding": 142, "good": 76},
            },
            "parents": {
                "knew_learning": {"yes": 478, "no": 1},
                "given_ideas": {"yes": 457, "no": 16, "": 6},
            },
            "children": {
                "better_at_work": {"yes": 446, "no": 8, "not-sure": 20, "sometimes": 10, "": 4},
                "helps_class_work": {"yes": 426, "no": 6, "not-sure": 30, "sometimes": 20, "": 6},
            },
            "agencies": {"impact": {"outstanding": 30, "good": 10}},
        },
        at_risk=130,
        monitored=60,
        training=Training(
            courses=3,
            network_delegates={"autumn": (22, 21, 23), "spring": (17,), "summer": (20, 24, 21)},
            bespoke={"assessment": 36, "consultancy": 12, "training": 14},
            course_marks=({10: 41, 9: 8, 8: 1, 0: 2}, {10: 42, 9: 6, 8: 2, 0: 2}),
            bespoke_marks=({10: 16, 9: 10, 8: 4, 0: 1}, {10: 17, 9: 8, 8: 5, 0: 1}),
            network_marks=({10: 27, 9: 20, 8: 11, 7: 2, 0: 3}, {10: 28, 9: 18, 8: 12, 7: 2, 0: 3}),
        ),
        formal_complaints=0,
        compliments=23,
        months_unchecked=0,
    ),
    noise=Noise(
        returns_late=5, returns_again=6, returns_void=4, returns_blank=4, blank_first=3,
        results_unmoderated=8, results_superseded=7, results_void=6, results_corrected=9,
        results_same_day=3, suspensions=15, exclusions_uncounted=True, deliveries_outside=True,
    ),
    visits=True,
)  # fmt: skip


def small(seed: int) -> Recipe:
    """Return a county of some sixty children whose every count varies with the seed."""
    draw = Draw(f"small county {seed}")
    least = {
        "long_p": (6, 12), "long_n": (14, 24), "second_p": (1, 4), "second_n": (2, 6),
        "third_matched": (0, 4), "third_excluded": (0, 2), "third_other": (2, 6),
        "gone_p": (1, 4), "gone_n": (3, 8), "gone_excluded": (0, 1),
    }  # fmt: skip
    children = {group: draw.between(*least.get(group, (0, 2))) for group in GROUPS}
    teachers, starters, leavers = draw.between(9, 14), draw.between(0, 2), draw.between(0, 2)
    return Recipe(
        schools=35,
        teams=draw.between(2, 4),
        area_managers=draw.between(1, 2),
        fte=draw.split(teachers, ("1.00", "0.80", "0.60", "0.45")),
        leavers=leavers,
        starters=starters,
        children=children,
        refused=draw.split(
            draw.between(1, 5), ("school-not-covered", "service-not-named", "criteria-not-met")
        ),
        at_risk_carried=draw.between(0, 3),
        at_risk_lifted=draw.between(0, 2),
        earlier=_small_year(draw, "2017-18", children, teachers - starters + leavers),
        later=_small_year(draw, "2018-19", children, teachers),
        noise=_small_noise(draw),
        visits=draw.chance(20),
    )


def _small_year(draw: Draw, year: str, children: Counts, teachers: int) -> Year:
    judged = ("outstanding", "good", "outstanding", "good", "requires-improvement", "inadequate")
    unjudged = draw.choice((0, 0, 1))
    on_p, on_n = (sum(children[g] for g in of[year]) for of in (P_GROUPS, N_GROUPS))
    steps = draw.choice(((-1, 0, 1, 2, 3, 4, 5, 6), (3, 4, 5, 6), (2, 3, 4, 5, 5, 6)))
    return Year(
        teaching={**draw.split(teachers - unjudged, judged), "": unjudged},
        evidence_short=draw.choice((0, 0, 1)),
        areas_open=draw.between(0, 2),
        p_gains=draw.split(on_p, (20, 10, 14, 6, 0)),
        n_gains={subject: draw.split(on_n, steps) for subject in SUBJECTS},
        issued={
            "schools": draw.between(22, 30),
            "parents": draw.between(22, 30),
            "agencies": draw.between(16, 22),
        },
        answers=_small_answers(draw),
        at_risk=draw.between(1, 6),
        monitored=draw.between(0, 4),
        training=_small_training(draw),
        formal_complaints=draw.choice((0, 0, 1)),
        compliments=draw.between(5, 15),
        months_unchecked=draw.choice((0, 0, 1)),
    )


def _small_answers(draw: Draw) -> dict[str, dict[str, Counts]]:
    grades = ("outstanding", "good", "outstanding", "good", "requires-improvement", "")
    said = {
        "schools": (("effective", "impact"), grades),
        "parents": (("knew_learning", "given_ideas"), ("yes", "no", "")),
        "children": (
            ("better_at_work", "helps_class_work"),
            ("yes", "no", "not-sure", "sometimes", ""),
        ),
        "agencies": (("impact",), grades[:-1]),
    }
    return {
        audience: {question: draw.split(returned, values) for question in questions}
        for audience, (questions, values) in said.items()
        for returned in (draw.between(5, 14),)
    }


def _small_training(draw: Draw) -> Training:
    return Training(
        courses=draw.between(0, 2),
        network_delegates={
            term: tuple(draw.between(0, 9) for _ in range(draw.between(0, 2)))
            for term in ("autumn", "spring", "summer")
        },
        bespoke={kind: draw.between(0, 5) for kind in ("assessment", "consultancy", "training")},
        course_marks=_small_marks(draw),
        bespoke_marks=_small_marks(draw),
        network_marks=_small_marks(draw),
    )


def _small_marks(draw: Draw) -> Marks:
    forms = draw.between(3, 12)
    return draw.split(forms, (10, 9, 8, 7, 1, 0)), draw.split(forms, (10, 9, 8, 6))


def _small_noise(draw: Draw) -> Noise:
    kinds = [name for name, kind in Noise.__annotations__.items() if kind is int]
    return Noise(
        **{name: draw.between(0, 2) for name in kinds},
        exclusions_uncounted=draw.chance(70),
        deliveries_outside=draw.chance(70),
    )
