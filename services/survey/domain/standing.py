"""Whether a filled-in questionnaire counts (domain brief 8.1 and 8.7)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from libs.common.contracts.survey import Standing
from libs.common.core.clock import local_day


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day, in London, on which answers count: its closing day and any days of grace."""

    closes_on: date
    grace_days: int

    def passed(self, received_at: datetime) -> bool:
        """Say whether an instant is after 23:59:59 in London on the last day.

        The day in London decides, so the last Sunday of October is 25 hours long and its close
        comes once (domain brief, trap 71).
        """
        return local_day(received_at) > self.closes_on + timedelta(days=self.grace_days)


def standing_of(
    received_at: datetime, deadline: Deadline, *, counted_already: bool, answered: int
) -> Standing:
    """Return what a response counts as: the first rule that applies says so.

    A second one of a recipient whose answers count already is a duplicate, whatever else it is;
    then one after the deadline is late; then one that answers no question, not even in free text,
    has too few.
    """
    if counted_already:
        return "duplicate"
    if deadline.passed(received_at):
        return "late"
    return "counted" if answered else "too-few-answers"
