"""The Service Plan that was agreed for a year."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from libs.common.persistence.db import Aggregate
from services.reporting.tables import Owned


class ServicePlan(Aggregate, Owned, kw_only=True):
    """A year's plan; what it was before stays in the change log."""

    __tablename__ = "service_plan"

    academic_year: Mapped[str] = mapped_column(String(7), unique=True)
    agreed_on: Mapped[date]
    vision: Mapped[str] = mapped_column(Text)
    priorities: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
