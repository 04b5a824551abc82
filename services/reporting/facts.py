"""Fact tables: one row for each thing that happened, in whole numbers, days and codes."""

from sqlalchemy import JSON, Boolean, Column, Date, Integer, String, Table, Uuid

from libs.common.persistence.db import tables

metadata = tables()

CODE = 40
"""The room any code may take: there may come longer ones than those of today."""
BESPOKE = 50
"""The room a code may take with the word that says of what it is."""


def _fact(name: str, *columns: Column) -> Table:  # type: ignore[type-arg]  # columns of all types
    return Table(f"fact_{name}", metadata, *columns)


team = _fact(
    "team",
    Column("team_id", Uuid, primary_key=True),
    Column("formed_on", Date),
    Column("disbanded_on", Date),
)
staff = _fact(
    "staff",
    Column("staff_id", Uuid, primary_key=True),
    Column("post", String(40)),
    Column("appointed_on", Date),
    Column("left_on", Date),
)
contract = _fact(
    "contract",
    Column("staff_id", Uuid, primary_key=True),
    Column("from_on", Date, primary_key=True),
    Column("fte_hundredths", Integer, nullable=False),
)
case = _fact(
    "case",
    Column("case_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False, index=True),
    Column("plan_type", String(40)),
    Column("started_on", Date, index=True),
    Column("ended_on", Date),
    Column("end_reason", String(40)),
)
visit = _fact(
    "visit",
    Column("case_id", Uuid, primary_key=True),
    Column("week_beginning", Date, primary_key=True),
    Column("planned", Integer, nullable=False),
    Column("attended", Integer, nullable=False),
)
review = _fact(
    "review",
    Column("review_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("plan_type", String(40), nullable=False),
    Column("due_on", Date),
    Column("held_on", Date, nullable=False),
    Column("met", Integer, nullable=False),
    Column("partly_met", Integer, nullable=False),
    Column("not_met", Integer, nullable=False),
    Column("not_applicable", Integer, nullable=False),
    Column("recommendation", String(CODE), nullable=False),
)
continuation = _fact(
    "continuation",
    Column("review_id", Uuid, primary_key=True),
    Column("decision", String(CODE), nullable=False),
    Column("differs", Boolean, nullable=False),
    Column("decided_on", Date, nullable=False),
)
risk = _fact(
    "risk",
    Column("case_id", Uuid, primary_key=True),
    Column("assessed_on", Date, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("level", String(CODE), nullable=False),
)
exclusion = _fact(
    "exclusion",
    Column("exclusion_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("category", String(CODE)),
    Column("starts_on", Date),
    Column("upheld_on", Date),
    Column("rescinded_on", Date),
)
result = _fact(
    "result",
    Column("assessment_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False),
    Column("academic_year", String(7), index=True),
    Column("term", String(CODE)),
    Column("subject", String(CODE)),
    Column("scheme", String(40)),
    Column("scheme_version", Integer),
    Column("scale", String(10)),
    Column("value_tenths", Integer),
    Column("assessed_on", Date),
    Column("moderated", Boolean),
    Column("void", Boolean, nullable=False),
    Column("recorded_at", String(32)),
)
criteria = _fact(
    "criteria",
    Column("criteria_id", Uuid, primary_key=True),
    Column("academic_year", String(7), nullable=False),
    Column("version", Integer, nullable=False),
    Column("progress", JSON, nullable=False),
    Column("cohort", JSON, nullable=False),
    Column("minimum_months", Integer, nullable=False),
    Column("minimum_terms", Integer, nullable=False),
    Column("minimum_judged", Integer, nullable=False),
    Column("signed_on", Date),
)
judgement = _fact(
    "judgement",
    Column("judgement_id", Uuid, primary_key=True),
    Column("staff_id", Uuid, nullable=False),
    Column("academic_year", String(7), nullable=False),
    Column("judgement", String(CODE), nullable=False),
    Column("kinds_of_evidence", Integer, nullable=False),
)
dialogue = _fact(
    "dialogue",
    Column("dialogue_id", Uuid, primary_key=True),
    Column("team_id", Uuid, nullable=False),
    Column("academic_year", String(7), nullable=False),
    Column("areas", Integer, nullable=False),
    Column("achieved", Integer, nullable=False),
)
wave = _fact(
    "wave",
    Column("wave_id", Uuid, primary_key=True),
    Column("audience", String(CODE), nullable=False),
    Column("academic_year", String(7), nullable=False),
    Column("questionnaire", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("issued", Integer, nullable=False),
)
response = _fact(
    "response",
    Column("response_id", Uuid, primary_key=True),
    Column("audience", String(CODE)),
    Column("academic_year", String(7), index=True),
    Column("standing", String(CODE)),
    Column("void", Boolean, nullable=False),
)
answer = _fact(
    "answer",
    Column("response_id", Uuid, primary_key=True),
    Column("question", String(40), primary_key=True),
    Column("state", String(CODE), nullable=False),
    Column("value", String(40)),
)
delivery = _fact(
    "delivery",
    Column("delivery_id", Uuid, primary_key=True),
    Column("kind", String(BESPOKE), nullable=False),
    Column("course", String(40)),
    Column("delivered_on", Date, nullable=False),
    Column("delegates", Integer, nullable=False),
)
rating = _fact(
    "rating",
    Column("rating_id", Uuid, primary_key=True),
    Column("delivery_id", Uuid, nullable=False, index=True),
    Column("content", Integer),
    Column("methods", Integer),
)
complaint = _fact(
    "complaint",
    Column("complaint_id", Uuid, primary_key=True),
    Column("received_on", Date, nullable=False),
    Column("formal", Boolean, nullable=False),
)
compliment = _fact(
    "compliment",
    Column("compliment_id", Uuid, primary_key=True),
    Column("received_on", Date, nullable=False),
)
register_check = _fact(
    "register_check",
    Column("check_id", Uuid, primary_key=True),
    Column("kind", String(CODE), nullable=False),
    Column("month", String(7), nullable=False),
)
