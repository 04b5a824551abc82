"""What a delivery may be, and how each kind is published."""

from typing import Final

from libs.common.contracts.survey import BespokeKind, TrainingKind

TRAINING: Final[dict[str, TrainingKind]] = {"course": "course", "network": "network"}
BESPOKE: Final[dict[str, BespokeKind]] = {
    "bespoke-assessment": "assessment",
    "bespoke-consultancy": "consultancy",
    "bespoke-training": "training",
}
