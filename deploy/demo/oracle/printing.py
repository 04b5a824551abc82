"""How the second opinion is printed, in the publication's manner."""

from fractions import Fraction

COMPARED = "change"
NOT_KNOWN = "not known"
# Decimals where they are not those of the kind (shares and means one, counts none).
DECIMALS = {
    "progress.p_levels.average": 2,
    "inclusion.at_risk_of_exclusion.share": 0,
    "teaching.good_or_outstanding.share": 0,
    "teaching.outstanding.share": 0,
    "survey.schools.return_rate": 0,
    "survey.parents.return_rate": 0,
    "survey.agencies.impact.good_or_outstanding.share": 0,
    "survey.agencies.impact.outstanding.share": 0,
}
IN_WORDS = {
    ("feedback.formal_complaints", Fraction(0)): "none",
    ("qdd.teams_achieving_key_areas.share", Fraction(100)): "all teams",
}


def half_up(number: Fraction, decimals: int) -> Fraction:
    """Return a number rounded once to so many decimals; a half goes away from zero.

    Decimals may be negative: -1 rounds to the nearest ten.
    """
    scale = Fraction(10) ** decimals
    whole = int(abs(number) * scale + Fraction(1, 2))
    return Fraction(whole if number >= 0 else -whole) / scale


def decimal(number: Fraction, decimals: int) -> str:
    """Write a number rounded half up, without the noughts at its end."""
    rounded = half_up(number, decimals)
    text = f"{abs(rounded.numerator) * 10**decimals // rounded.denominator:0{decimals + 1}}"
    whole, part = (text[:-decimals], text[-decimals:].rstrip("0")) if decimals else (text, "")
    return f"{'-' if rounded < 0 else ''}{whole}{'.' if part else ''}{part}"


def nearest(count: Fraction) -> int:
    """Return a count to the nearest ten from 100, and to the nearest five below."""
    return int(half_up(count, -1) if count >= 100 else 5 * half_up(count / 5, 0))


def approximate(count: Fraction) -> str:
    """Write a count as an approximation; a headcount under five says no more than that."""
    return f"approximately {nearest(count)}" if not 0 < count < 5 else "fewer than 5"


def printed(id_: str, value: Fraction | str | None) -> str:
    """Return a figure's value as the publication prints it."""
    if not isinstance(value, Fraction):
        return value or NOT_KNOWN
    if id_ == COMPARED:
        return f"{decimal(value, 1)} percentage points"
    if id_ == "service.teachers.headcount":
        return approximate(value)
    if (id_, value) in IN_WORDS:
        return IN_WORDS[id_, value]
    if id_.endswith(("share", "rate")):
        return f"{decimal(value, DECIMALS.get(id_, 1))}%"
    decimals = 1 if id_.endswith(("average", "fte")) else 0
    return decimal(value, DECIMALS.get(id_, decimals))
