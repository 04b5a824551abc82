"""Responses, and what depends on them of a wave."""

from services.survey.responses.commands.heard import (
    forget_whose,
    hear_typed,
    raise_concern_about_response,
)
from services.survey.responses.commands.open_links import record_open_response
from services.survey.responses.commands.pool import hold, mix_answers
from services.survey.responses.commands.responses import (
    CorrectResponse,
    FilledIn,
    RecordResponse,
    ResponseRow,
    ResponseVoidRow,
    VoidResponse,
    check_filled_in,
    correct_response,
    fill_in_again,
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
    "FilledIn",
    "RecordResponse",
    "ResponseRow",
    "ResponseVoidRow",
    "VoidResponse",
    "check_filled_in",
    "correct_response",
    "correct_wave",
    "fill_in_again",
    "forget_whose",
    "hear_typed",
    "hold",
    "mix_answers",
    "raise_concern_about_response",
    "record_open_response",
    "record_response",
    "void_response",
    "void_wave",
]
