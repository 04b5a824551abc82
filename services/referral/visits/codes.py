"""Why a visit is missed."""

from typing import Literal

Missed = Literal["teacher-absent", "child-absent", "school-closed", "school-request", "other"]
