"""Banding schemes: versioned data, read and checked once at start (domain brief 5.3)."""

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

FOLDER = Path(__file__).parent


class SchemePart(BaseModel):
    """A part of a scheme file; what it does not know is an error of whoever wrote the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Position(SchemePart):
    """A place on a scale; ``value_tenths`` is null where nothing may be subtracted."""

    code: str
    value_tenths: int | None


class Scale(SchemePart):
    """Ordered positions on an axis of their own: values of two scales are never compared."""

    scale: str
    words: str
    positions: tuple[Position, ...]

    @model_validator(mode="after")
    def _ordered(self) -> "Scale":
        values = [position.value_tenths for position in self.positions]
        known = [value for value in values if value is not None]
        if known and (len(known) != len(values) or known != sorted(set(known))):
            raise ValueError(f"scale {self.scale}: values must rise, all or none given")
        return self


class Scheme(SchemePart):
    """A scheme in one version."""

    scheme: str
    version: int
    valid_from: date
    valid_to: date | None
    subjects: tuple[str, ...]
    scales: tuple[Scale, ...]

    @model_validator(mode="after")
    def _unambiguous(self) -> "Scheme":
        codes = [position.code for scale in self.scales for position in scale.positions]
        if len(codes) != len(set(codes)):
            raise ValueError(f"{self.scheme} v{self.version}: a position code is there twice")
        return self

    def find(self, code: str) -> tuple[Scale, Position] | None:
        """Return the scale and position of a code."""
        for scale in self.scales:
            for position in scale.positions:
                if position.code == code:
                    return scale, position
        return None


@cache
def schemes() -> tuple[Scheme, ...]:
    """Return every scheme; raises ValidationError naming what is wrong in a file."""
    files = sorted(FOLDER.glob("*.json"))
    return tuple(Scheme.model_validate_json(path.read_text()) for path in files)


def scheme_on(day: date) -> Scheme | None:
    """Return the scheme in force on a day."""
    for scheme in schemes():
        if scheme.valid_from <= day and (scheme.valid_to is None or day <= scheme.valid_to):
            return scheme
    return None
