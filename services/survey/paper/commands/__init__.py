"""Paper: printed, and keyed when it comes back."""

from services.survey.paper.commands.keying import (
    CorrectForm,
    FieldOfForm,
    KeyForm,
    PlanKeying,
    ResolveForm,
    correct_paper_form,
    key_form,
    plan_keying,
    recipient_of,
    resolve_form,
    void_paper_form,
)
from services.survey.paper.commands.printing import MOST_FORMS, Papers, PrintForms, print_forms

__all__ = [
    "MOST_FORMS",
    "CorrectForm",
    "FieldOfForm",
    "KeyForm",
    "Papers",
    "PlanKeying",
    "PrintForms",
    "ResolveForm",
    "correct_paper_form",
    "key_form",
    "plan_keying",
    "print_forms",
    "recipient_of",
    "resolve_form",
    "void_paper_form",
]
