"""The report's source: every number in it is bound, every change typed, each fault has a place."""

import pytest

from services.reporting.narrative import faults, parsed
from services.reporting.narrative.bindings import Figures
from services.reporting.narrative.compiling import Narrative, compiled, now
from services.reporting.views import (
    AS_PUBLISHED,
    Basis,
    Change,
    FigureView,
    LastYear,
    StatementView,
)
from tests.unit.reporting.editions.stage import SHARE, SOURCE

RATE = FigureView.model_construct(
    id=SHARE,
    words="Share",
    unit="per cent",
    value="25",
    printed="25%",
    basis=Basis(count=150, of=600),
    counts={},
    withheld=None,
    last_year=LastYear(value="23", printed="23%"),
    change=Change(value="2", printed="increase of 2 percentage points"),
)
COUNT = RATE.model_copy(
    update={
        "id": "inclusion.at_risk_of_exclusion.count",
        "printed": "150",
        "basis": None,
        "change": None,
        "last_year": None,
    }
)
MAINTAINED = StatementView.model_construct(
    id="inclusion.placements_maintained",
    holds=True,
    printed="about 150",
    method="Counts who was not excluded.",
    counts={},
    withheld=None,
)
FIGURES = Figures.of("2018-19", [RATE, COUNT], [MAINTAINED])
INSTEAD = "Priorities are the Head of Service's."
LINE = SOURCE.splitlines().index(INSTEAD) + 1


def found(text: str) -> list[tuple[str, str]]:
    """Return the faults of the source with another line in it: code, and what is said."""
    source = parsed(SOURCE.replace(INSTEAD, text))
    return [(one.code, one.detail) for one in faults(source, FIGURES.lacking)]


def put(text: str, looked: dict[str, dict[str, str]] | None = None) -> Narrative:
    """Return the report with another line in it."""
    source = parsed(SOURCE.replace(INSTEAD, text))
    assert faults(source, FIGURES.lacking) == []
    return compiled(source, FIGURES, looked or {}, [])


def sentence(text: str) -> str:
    """Return how a line is printed."""
    [section] = [one for one in put(text).sections if one.id == "plan"]
    return " ".join(one.text for block in section.blocks for one in block.sentences)


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("There were 12 of them.", "unbound-number", 12),
        ("Twelve of them came.", "unbound-number", 1),
        ("It is half of all.", "unbound-number", 7),
        ("It was {{figure a.b}} of all.", "unknown-binding", 8),
        (f"It was {{{{figure {SHARE} median}}}}.", "unknown-binding", 8),
        ("It was {{figure inclusion.at_risk_of_exclusion.count change}}.", "unknown-binding", 8),
        ("On {{day 2019-02-30}}.", "unknown-binding", 4),
        ("Of {{number apples 3}}.", "unknown-binding", 4),
        ("{{statement a.b}}", "unknown-binding", 1),
        ("{{}}", "unknown-binding", 1),
        ("- Said. There were 12 of them.", "unbound-number", 20),
        ("Said. There were 12 of them.", "unbound-number", 18),
        ("A single } stands.", "not-a-binding", 10),
        ("## Up by 3 {#more}", "unbound-number", 10),
        (f"## Of {{{{figure {SHARE}}}}} {{#more}}", "not-bound-here", 7),
        ("Of {{number key-stage 95%}}.", "unknown-binding", 4),
        ("Of {{number year-group 14}}.", "unknown-binding", 4),
        ("{{number telephone 12 of them}}", "unknown-binding", 1),
        ("## Vision {#vision}", "repeated", 1),
        (f"It rose by {{{{figure {SHARE}}}}}.", "untyped-change", 12),
        (f"That is up {{{{figure {SHARE} printed}}}}.", "untyped-change", 12),
        (f"Fewer than {{{{figure {SHARE} last-year}}}}.", "untyped-change", 12),
    ],
)
def test_what_is_bound_to_nothing_or_says_not_what_it_is_of_fails_with_its_place(
    text: str, code: str, column: int
) -> None:
    [(said, where)] = found(text)
    assert said == code
    assert where.startswith(f"line {LINE}, column {column}: ")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (f"It was {{{{figure {SHARE}}}}}.", "It was 25%."),
        (f"Before, {{{{figure {SHARE} last-year}}}}.", "Before, 23%."),
        (
            f"There was an {{{{figure {SHARE} change}}}}.",
            "There was an increase of 2 percentage points.",
        ),
        (
            f"It is {{{{figure {SHARE} count}}}} of {{{{figure {SHARE} of}}}}.",
            "It is 150 of 600.",
        ),
        ("Agreed on {{day 2019-12-20}}.", "Agreed on 20 December 2019."),
        ("Pupils in {{number year-group 6}}.", "Pupils in Year 6."),
        ("Ring {{number telephone 01632 960123}}.", "Ring 01632 960123."),
        ("At {{number p-level 3ii}}.", "At P3ii."),
        ("Marked from {{number marks-from-one-to ten}}.", "Marked from one to ten."),
        ("In {{number calendar-year 2018-21}}.", "In 2018-21."),
        ("- A line that\nis wrapped.\n- Another.", "A line that is wrapped. Another."),
        ("After {{last-year}} came {{year}}.", "After 2017-18 came 2018-19."),
        (
            "{{statement inclusion.placements_maintained}}",
            "Permanent exclusion was avoided for about 150 children at risk of it.",
        ),
        ("Everyone and someone, none and once.", "Everyone and someone, none and once."),
    ],
)
def test_what_is_bound_is_printed_as_it_is_published(text: str, printed: str) -> None:
    assert sentence(text) == printed


def test_a_change_that_cannot_be_told_this_year_says_why() -> None:
    """Trap 50: where last year is missing nothing is called an increase."""
    missing = LastYear(value=None, printed="no comparison available")
    published = LastYear(value="23", printed=f"23% ({AS_PUBLISHED})", marked=AS_PUBLISHED)
    for last in (missing, published):
        rate = RATE.model_copy(update={"change": None, "last_year": last})
        figures = Figures.of("2018-19", [rate, COUNT], [MAINTAINED])
        assert figures.text(("figure", SHARE, "change"), {}) == "no comparison available"
    assert figures.lacking(("figure", COUNT.id, "change")) == "of this figure there is printed"


def test_a_section_that_a_report_needs_and_a_front_matter_that_is_not_are_named() -> None:
    errors = parsed("# Title\n\n## Profile {#profile}\nText.").errors
    assert errors[0].code == "no-front-matter"
    missing = {one.detail.rpartition("{#")[2][: -len("} is missing")] for one in errors[1:]}
    assert missing == {"vision", "developments", "plan", "future", "contact"}
    for before, after, code, says in (
        ('status = "achieved"', 'status = "done"', "unknown-code", "/developments/0/status"),
        ("[department_plan]", "[department_plan", "front-matter-not-valid", "is not TOML"),
        ('"inclusion"]', '"nowhere"]', "missing-section", "which is no section"),
        ("## Vision {#vision}", "## Vision", "not-a-heading", "## Words {#id}"),
        ("at risk.", "at risk, 12 of them.", "unbound-number", "bound to no figure"),
        ('"STS"', '"STS 24"', "unbound-number", "bound to no figure"),
        ("Service of Testshire", "Service {{name}}", "not-bound-here", "year, last-year, day"),
        ("Children's plan", "Plan of 2018", "unbound-number", "bound to no figure"),
        ("# {{name}}: the year {{year}}", "", "missing-title", "a title is missing"),
        ("the {{department-plan}}", "the {{department-\nplan}}", "not-a-binding", "on one line"),
        ('aim = "', f"aim = {'1' * 5_000} #", "front-matter-not-valid", "is not TOML"),
        ('aim = "', f"aim = {'[' * 5_000} #", "front-matter-not-valid", "is not TOML"),
        ('aim = "', f"aim = 0x{'f' * 5_000} #", "wrong-type", "/aim"),
    ):
        found_ = [(one.code, one.detail) for one in parsed(SOURCE.replace(before, after)).errors]
        assert [detail for said, detail in found_ if said == code], (before, found_)
        assert says in next(detail for said, detail in found_ if said == code)


def test_names_aims_developments_and_slots_stand_in_the_report_and_its_summary() -> None:
    report = put(INSTEAD)
    assert report.title == "Specialist Teaching Service of Testshire: the year 2018-19"
    assert report.aliases == ["STS", "SST"]
    assert [one.evidence.text for one in report.developments] == [
        "Judged for 150 children at risk."
    ]
    blocks = {one.id: [block.kind for block in one.blocks] for one in report.sections}
    assert blocks["developments"] == ["developments"]
    assert blocks["voices"] == ["comments"]
    assert blocks["inclusion"] == ["paragraph", "list"]
    assert [one.id for one in report.sections if one.in_summary] == ["profile", "inclusion"]


def test_only_a_sentence_whose_figure_is_another_now_is_marked() -> None:
    source = parsed(SOURCE)
    looked = now(source, FIGURES)
    assert compiled(source, FIGURES, looked, []).changed == []
    other = Figures.of("2018-19", [RATE.model_copy(update={"printed": "26%"}), COUNT], [MAINTAINED])
    [marked] = compiled(source, other, looked, []).changed
    assert marked.text == "Of the caseload, 26% were at risk of exclusion."


def test_names_and_headings_say_what_is_bound_in_them() -> None:
    text = SOURCE.replace("Children's plan", "Plan {{number calendar-year 2018-21}}")
    source = parsed(text.replace("## Vision {#vision}", "## {{name}} in {{year}} {#vision}"))
    assert faults(source, FIGURES.lacking) == []
    report = compiled(source, FIGURES, {}, [])
    assert report.department_plan["title"] == "Plan 2018-21 of Testshire"
    [vision] = [one for one in report.sections if one.id == "vision"]
    assert vision.heading == "Specialist Teaching Service of Testshire in 2018-19"
    [sentence_] = vision.blocks[0].sentences
    link = "[Plan 2018-21 of Testshire](https://testshire.example/plan)"
    assert sentence_.text == f"What we do serves the {link}."
