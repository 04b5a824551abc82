"""What was told of a child and of a plan, as from its day: `dated` reads what holds when."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.core.dated import State
from libs.common.persistence.db import refers_to
from services.referral.tables import Owned


class ChildSchool(Owned, kw_only=True):
    """The school whose roll a child was told to be on, from a day on."""

    __tablename__ = "child_school"

    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    until_on: Mapped[date]
    """The last day of which that was told again."""
    school_id: Mapped[UUID] = mapped_column(refers_to("school.id"))
    void: Mapped[bool] = mapped_column(default=False)

    @property
    def said(self) -> State:
        """The school, as what was told is read."""
        return {"school_id": self.school_id}

    @said.setter
    def said(self, said: State) -> None:
        self.school_id = said["school_id"]


class _Fields(Owned, kw_only=True):
    """Fields that were told from a day on; one that was left out is not among them."""

    __abstract__ = True

    from_on: Mapped[date] = mapped_column(primary_key=True, sort_order=1)
    until_on: Mapped[date] = mapped_column(sort_order=1)
    said: Mapped[dict[str, Any]] = mapped_column(JSON, sort_order=1)
    void: Mapped[bool] = mapped_column(default=False, sort_order=1)


class ChildCharacteristics(_Fields, kw_only=True):
    """What was told to be so of a child from a day on."""

    __tablename__ = "child_characteristics"

    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), primary_key=True)


class ListedPlans(_Fields, kw_only=True):
    """The references of all plans that a child was told to have from a day on."""

    __tablename__ = "listed_plans"

    child_id: Mapped[UUID] = mapped_column(refers_to("child.id"), primary_key=True)


class PlanSays(_Fields, kw_only=True):
    """What a plan was told to say from a day on."""

    __tablename__ = "plan_terms"

    plan_id: Mapped[UUID] = mapped_column(refers_to("plan.id"), primary_key=True)
