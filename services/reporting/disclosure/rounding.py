"""Counts rounded where a profile says so: after something was withheld, before it is printed."""

from fractions import Fraction

from services.reporting.disclosure.suppression import Kind
from services.reporting.evaluate import Folded
from services.reporting.presentation import half_up


def rounded(folded: Folded, kind: Kind, to: int | None) -> Folded:
    """Return a value of counts rounded half up to a multiple of ``to``; a mean stays as it is.

    A share is of the rounded counts: of the exact ones it would give them away.
    """
    if to is None or kind is Kind.MEAN or not isinstance(folded.value, Fraction):
        return folded
    counts = {name: _to(number, to) for name, number in folded.counts.items()}
    if not folded.basis:
        return folded._replace(value=Fraction(_to(folded.value, to)), counts=counts)
    part, of = (_to(number, to) for number in folded.basis)
    value = Fraction(100 * part, of) if of else None
    return folded._replace(value=value, basis=(part, of), counts=counts)


def _to(number: Fraction | int, to: int) -> int:
    return int(half_up(Fraction(number) / to, 0)) * to
