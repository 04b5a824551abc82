"""The aggregates of the survey service, the verbs they allow and the errors they raise."""

from services.survey.domain.delivery import Delivery, Rating
from services.survey.domain.feedback import Complaint, Compliment, RegisterCheck
from services.survey.domain.response import AnswerText, Response
from services.survey.domain.tables import (
    KnownCase,
    KnownChild,
    Owned,
    Referenced,
    known_case,
    known_child,
    known_school,
    known_staff,
    known_team,
    metadata,
)
from services.survey.domain.wave import Recipient, Wave

__all__ = [
    "AnswerText",
    "Complaint",
    "Compliment",
    "Delivery",
    "KnownCase",
    "KnownChild",
    "Owned",
    "Rating",
    "Recipient",
    "Referenced",
    "RegisterCheck",
    "Response",
    "Wave",
    "known_case",
    "known_child",
    "known_school",
    "known_staff",
    "known_team",
    "metadata",
]
