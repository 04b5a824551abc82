"""Complaints, compliments, and the checks of their registers."""

from services.survey.feedback.commands.checks import (
    CheckRegister,
    check_register,
    month_of,
    void_register_check,
)
from services.survey.feedback.commands.complaints import (
    CloseComplaint,
    CorrectComplaint,
    RecordComplaint,
    close_complaint,
    correct_complaint,
    raise_concern_about_complaint,
    record_complaint,
    void_complaint,
)
from services.survey.feedback.commands.compliments import (
    CorrectCompliment,
    RecordCompliment,
    correct_compliment,
    record_compliment,
    void_compliment,
)

__all__ = [
    "CheckRegister",
    "CloseComplaint",
    "CorrectComplaint",
    "CorrectCompliment",
    "RecordComplaint",
    "RecordCompliment",
    "check_register",
    "close_complaint",
    "correct_complaint",
    "correct_compliment",
    "month_of",
    "raise_concern_about_complaint",
    "record_complaint",
    "record_compliment",
    "void_complaint",
    "void_compliment",
    "void_register_check",
]
