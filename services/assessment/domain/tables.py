"""The declarative base, and what the service knows of others' things from their events."""

from sqlalchemy import Column, Date, Integer, String, Table, Uuid

from libs.common.db import Base, tables

metadata = tables()


class Owned(Base, kw_only=True):
    """Every table of the assessment service's own derives from this."""

    __abstract__ = True
    metadata = metadata


known_child = Table(
    "known_child",
    metadata,
    Column("child_id", Uuid, primary_key=True),
    Column("school_id", Uuid),  # where they are now, as far as that was heard
    Column("school_on", Date),  # the day from which they are there
)

known_staff = Table(
    "known_staff",
    metadata,
    Column("staff_id", Uuid, primary_key=True),
    Column("team_id", Uuid),
    Column("team_on", Date),  # the day from which they are in that team
    Column("reference", String(64), index=True),
)

known_team = Table(
    "known_team",
    metadata,
    Column("team_id", Uuid, primary_key=True),
    Column("code", String(40), index=True),
)

known_school = Table(
    "known_school",
    metadata,
    Column("school_id", Uuid, primary_key=True),
    Column("urn", Integer, nullable=False, index=True),
)

known_case = Table(
    "known_case",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("child_id", Uuid, nullable=False, index=True),
    Column("staff_id", Uuid),
    Column("team_id", Uuid),
    Column("ended_on", Date),
    Column("end_reason", String(40)),
)
