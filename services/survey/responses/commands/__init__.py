"""Responses, and what depends on them of a wave."""

from services.survey.responses.commands.responses import (
    CorrectResponse,
    RecordResponse,
    ResponseRow,
    ResponseVoidRow,
    VoidResponse,
    correct_response,
    record_response,
    void_response,
)
from services.survey.responses.commands.waves import (
    CorrectWave,
    correct_wave,
    void_wave,
)

__all__ = [
    "CorrectResponse",
    "CorrectWave",
    "RecordResponse",
    "ResponseRow",
    "ResponseVoidRow",
    "VoidResponse",
    "correct_response",
    "correct_wave",
    "record_response",
    "void_response",
    "void_wave",
]
