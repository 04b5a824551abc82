"""The questions in the questionnaires' own words, which a test compares."""

from collections.abc import Mapping
from typing import Final

QUESTIONS: Final[Mapping[tuple[str, str], str]] = {
    (
        "schools",
        "effective",
    ): "How effective is the support that your pupils receive from the service?",
    (
        "schools",
        "impact",
    ): "How would you judge the impact of the support on your pupils' progress?",
    (
        "parents",
        "knew_learning",
    ): "Did you know what your child was learning with the support teacher?",
    ("parents", "given_ideas"): "Were you given ideas for helping your child at home?",
    ("children", "better_at_work"): "Are you getting better at your work?",
    (
        "children",
        "helps_class_work",
    ): "Does your support teacher help you with your work in class?",
    ("agencies", "impact"): "How would you judge the impact of the service's work on children?",
}
"""By audience and question."""
