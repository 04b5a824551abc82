"""Facts of schools, and of who carries on for one that closed."""

from sqlalchemy import Column, Date, Integer, String, Text, Uuid

from libs.common.contracts import referral as events
from services.reporting.facts.subscribed import learn
from services.reporting.facts.versions import CODE, fact

school = fact(
    "school",
    Column("school_id", Uuid, primary_key=True),
    Column("kind", String(CODE), nullable=False),
    Column("phase", Integer, nullable=False),
    Column("establishment_type", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("opened_on", Date),
    Column("closed_on", Date),
)
learn(events.SchoolRecorded, school)

school_succession = fact(
    "school_succession",
    Column("school_id", Uuid, primary_key=True),
    Column("successor_id", Uuid),
    Column("succeeded_on", Date),
)
learn(events.SchoolSucceeded, school_succession)
