"""The county's school terms: when support is given, judged and assessed."""

from datetime import date, timedelta

# First Monday and last Friday of each term, and the Mondays of the half-term weeks.
TERMS = (
    (date(2016, 9, 5), date(2016, 12, 16)), (date(2017, 1, 9), date(2017, 3, 31)),
    (date(2017, 4, 24), date(2017, 7, 21)),
    (date(2017, 9, 4), date(2017, 12, 22)), (date(2018, 1, 8), date(2018, 3, 23)),
    (date(2018, 4, 9), date(2018, 7, 20)),
    (date(2018, 9, 3), date(2018, 12, 21)), (date(2019, 1, 7), date(2019, 4, 5)),
    (date(2019, 4, 22), date(2019, 7, 19)),
)  # fmt: skip
HALF_TERMS = (
    date(2016, 10, 24), date(2017, 2, 20), date(2017, 5, 29),
    date(2017, 10, 23), date(2018, 2, 12), date(2018, 5, 28),
    date(2018, 10, 22), date(2019, 2, 18), date(2019, 5, 27),
)  # fmt: skip
YEARS = ("2017-18", "2018-19")


def school_mondays(first: date, last: date) -> list[date]:
    """Return the Mondays of the school weeks from one day to another, both included."""
    mondays = [
        begin + timedelta(days=7 * week)
        for begin, end in TERMS
        for week in range((end - begin).days // 7 + 1)
    ]
    return [day for day in mondays if first <= day <= last and day not in HALF_TERMS]


def first_day(academic_year: str) -> date:
    """Return the first day, 1 September, of a year given as "2018-19"."""
    return date(int(academic_year[:4]), 9, 1)


def last_day(academic_year: str) -> date:
    """Return the last day, 31 August, of a year given as "2018-19"."""
    return date(int(academic_year[:4]) + 1, 8, 31)


def year_before(academic_year: str) -> str:
    """Return the label of the year before: "2017-18" for "2018-19"."""
    start = int(academic_year[:4]) - 1
    return f"{start}-{(start + 1) % 100:02}"
