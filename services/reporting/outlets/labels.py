"""A few words for each figure, where its sentence is too long: in tiles, charts and contents."""

from collections.abc import Mapping
from typing import Final

from services.reporting.editions.contents import EditionContent, FigureName
from services.reporting.figures import HEADINGS

LABELS: Final[Mapping[str, str]] = {
    "service.teams": "Teams",
    "service.teachers.headcount": "Teaching staff",
    "service.teachers.fte": "Full-time equivalents",
    "service.schools": "Schools supported",
    "progress.nc.reading.judgement": "Outcome in reading",
    "progress.nc.writing.judgement": "Outcome in writing",
    "progress.nc.mathematics.judgement": "Outcome in mathematics",
    "progress.p_levels.average": "Mean gain in P levels",
    "inclusion.at_risk_of_exclusion.count": "Children at risk of exclusion",
    "inclusion.at_risk_of_exclusion.share": "Share of children at risk of exclusion",
    "inclusion.permanent_exclusions": "Permanent exclusions",
    "teaching.good_or_outstanding.share": "Teaching good or outstanding",
    "teaching.outstanding.share": "Teaching outstanding",
    "qdd.teams_achieving_key_areas.share": "Teams that achieved every key area",
    "training.courses.content.average": "Courses: content",
    "training.courses.methods.average": "Courses: methods",
    "bespoke.assessments.count": "Bespoke assessments",
    "bespoke.consultancy_and_training.count": "Bespoke consultancy and training",
    "bespoke.content.average": "Bespoke work: content",
    "bespoke.methods.average": "Bespoke work: methods",
    "networks.senco.delegates": "Attendances at SENCO networks",
    "networks.senco.content.average": "SENCO networks: content",
    "networks.senco.methods.average": "SENCO networks: methods",
    "survey.schools.returned": "Forms from schools",
    "survey.schools.issued": "Forms issued to schools",
    "survey.schools.return_rate": "Forms that came back from schools",
    "survey.schools.effective.share": "Schools: support good or outstanding",
    "survey.schools.effective.outstanding.share": "Schools: support outstanding",
    "survey.schools.impact.good_or_outstanding.share": "Schools: impact good or outstanding",
    "survey.schools.impact.outstanding.share": "Schools: impact outstanding",
    "survey.parents.returned": "Forms from parents",
    "survey.parents.issued": "Forms issued to parents",
    "survey.parents.return_rate": "Forms that came back from parents",
    "survey.parents.knew_learning.share": "Parents who knew what was learned",
    "survey.parents.given_ideas.share": "Parents given ideas for home",
    "survey.children.better_at_work.yes.share": "Getting better at work: yes",
    "survey.children.better_at_work.no.share": "Getting better at work: no",
    "survey.children.better_at_work.other.share": "Getting better at work: other",
    "survey.children.helps_class_work.yes.share": "Helped with work in class: yes",
    "survey.children.helps_class_work.no.share": "Helped with work in class: no",
    "survey.children.helps_class_work.other.share": "Helped with work in class: other",
    "survey.agencies.impact.good_or_outstanding.share": "Agencies: impact good or outstanding",
    "survey.agencies.impact.outstanding.share": "Agencies: impact outstanding",
    "feedback.formal_complaints": "Formal complaints",
}

HEADLINES: Final = (
    "progress.nc.reading.judgement",
    "progress.p_levels.average",
    "inclusion.permanent_exclusions",
    "teaching.outstanding.share",
    "survey.schools.effective.share",
    "survey.parents.given_ideas.share",
)
"""What a reader meets first: progress, inclusion, teaching, and what schools and parents said."""

GROUPS: Final = (
    ("survey.schools.", "Schools"),
    ("survey.parents.", "Parents and carers"),
    ("survey.children.", "Children"),
    ("survey.agencies.", "Agencies"),
)
"""By how its id begins, under which smaller heading a figure stands in its section."""


def label(id_: str, words: str) -> str:
    """Return a figure's short name; of one that has none, its words."""
    return LABELS.get(id_, words)


def name_of(id_: str, words: str) -> FigureName:
    """Return as what a figure is read today."""
    return FigureName(
        figure=id_,
        section=HEADINGS.get(id_, "Other figures"),
        group=next((heading for begins, heading in GROUPS if id_.startswith(begins)), ""),
        label=label(id_, words),
    )


def names_in(content: EditionContent) -> Mapping[str, FigureName]:
    """Return as what the figures of an edition are read, by figure."""
    return {one.figure: one for one in content.names}


def dimension(name: str) -> str:
    """Return by what a figure is broken down, as a person reads it."""
    return "EAL" if name == "eal" else name.replace("-", " ")
