"""What a code of the list may be of."""

from typing import Literal

from libs.common.contracts.survey import TrainingKind

CourseKind = Literal[TrainingKind, "bespoke"]
