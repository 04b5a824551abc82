"""An exact value as it is sent, read as a number again."""

from fractions import Fraction


def number(value: str | None) -> Fraction | None:
    """Return an exact value as a number; None where it is a word, or is not there."""
    try:
        return None if value is None else Fraction(value)
    except ValueError:
        return None
