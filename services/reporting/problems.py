"""What the refusals of reporting alone mean, and what to do about each."""

from collections.abc import Mapping
from typing import Final

from libs.common.http.faults import faults
from libs.common.http.problems import Problem

PROBLEMS: Final[Mapping[str, Problem]] = {
    "being-rebuilt": Problem(
        "After an upgrade the figures are being put together again from all events.",
        "Ask again after the time that Retry-After says.",
    ),
    "edition-published-already": Problem(
        "The edition is published, and stays as it is.",
        "Open a draft of the year: what was wrong is put right by a new edition.",
    ),
    "edition-void": Problem("The draft was withdrawn.", "Open another draft of the year."),
    "draft-open": Problem(
        "There is a draft of the year already.", "Sign it, cut it anew, or withdraw it."
    ),
    "exception-decided": Problem(
        "The exception is allowed already, or was withdrawn.", "Ask for another one."
    ),
    "second-person-needed": Problem(
        "An exception is allowed by another person, of the other of two roles.",
        "Have the Head of Service allow what the administrator asked for, or the other way round.",
    ),
    "year-not-over": Problem(
        "The year had not ended on the day as at whose end its figures are known.",
        "Cut the draft anew at a day from the last of the year on.",
    ),
    "not-in-review": Problem(
        "The draft is not being reviewed as it is now.", "Send it to be reviewed."
    ),
    "not-ready-to-sign": Problem(
        "Something is to be seen to before the draft is signed; all of it is listed.",
        "Settle findings, answer notes, look at changed sentences, redrive dead letters;"
        " send what changed to be reviewed again.",
    ),
    "note-answered": Problem("The note is answered.", "Write another note."),
    "found-otherwise": Problem(
        "The finding is another now than the one that was named.", "Read the findings again."
    ),
    "already-entered": Problem(
        "There is a published value of that figure and year.", "Correct it."
    ),
    "published-value-void": Problem("The value was withdrawn.", "Enter it again."),
}

FAULTS: Final = faults(
    changed_since_review="The draft says something else than when it was sent to be reviewed.",
    dead_letters="Events are set aside; redrive them, for the figures lack them.",
    finding_open="Something was found that nobody followed up or accepted as it is now.",
    front_matter_not_valid="What stands before the first section is not TOML.",
    missing_title="The report has no title.",
    missing_section="A section that the report needs is not there.",
    no_front_matter="A source begins with TOML between two lines of +++.",
    no_plan="The report shows the Service Plan, and none is recorded for the year.",
    no_section="Text stands before the first heading.",
    no_source="The draft has no source, or one that binds what is no longer there.",
    not_a_binding="A binding stands in one sentence on one line, between {{ and }}.",
    not_bound_here="A title, heading or name binds nothing that changes.",
    not_a_heading="A section begins with ## Words {#id}.",
    contradicts_counts="The value is another than the counts make.",
    counts_of_no_share="Counts are told of a figure in per cent alone.",
    not_both="Of the count and what it is of one is missing.",
    note_open="A note of the review is not answered.",
    sentence_changed="A figure in the sentence is another than when somebody last looked.",
    unbound_number="A number in the source is bound to no figure.",
    unknown_binding="A binding stands for nothing.",
    untyped_change="A change does not say whether it is percentage points.",
    before_cut="An edition is signed after the day of its cut.",
    before_plan="A priority's status is of the day of its plan or later.",
    day_not_over="What was known on a day is known once the day is over.",
    group_not_named="A group is named by the dimension and its label together.",
    not_to_come="An exception ends on a day to come.",
    not_a_reading_day="Gated values are read as known at the end of a term in the law.",
    not_divided="The figure cannot be broken down so.",
)
"""What is wrong at a place of what was sent."""
