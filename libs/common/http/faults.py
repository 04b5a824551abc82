"""What each code of a fault means: of one of the `errors` of a refusal, at its place.

Here are those that any service gives; each service has a table of its own besides. What would be
right is said in the fault's own sentence.
"""

from collections.abc import Mapping
from typing import Final

from libs.common.http.problems import Problem

MEND: Final = "Put right what `pointer`, `parameter` or `column` names, as `detail` says."


def faults(**means: str) -> Mapping[str, Problem]:
    """Return a table of faults by their codes; an underscore stands for a hyphen."""
    return {code.replace("_", "-"): Problem(text, MEND) for code, text in means.items()}


FAULTS: Final = faults(
    missing="It cannot be left out here.",
    unknown_field="There is no such field here.",
    wrong_type="It is of another kind: text where a number belongs, say.",
    wrong_form="It is not written in the form that it needs.",
    out_of_range="The number is too small or too large.",
    too_short="There is too little of it.",
    too_long="There is too much of it.",
    unknown_code="It is none of the codes that there are.",
    blank="It has nothing in it that a person can read.",
    control_character="It has a character that no person can read.",
    too_many_marks="One letter has more accents than any language writes.",
    not_emptied="It cannot be emptied: leave it out, or say what it is.",
    several="It means several records: name the one that is meant more closely.",
    named_twice="A record is named by our id and by the county's key at once.",
    unknown_parameter="The address takes no such parameter.",
    repeated_parameter="A parameter is there twice.",
    cursor_not_valid="The cursor is none that this list gave out.",
    nothing_asked="A search has to say by what.",
    differs="The record has another value.",
    repeated="The same is listed twice.",
    too_early="The day is so long ago that it is a slip.",
    in_the_future="The day or time is yet to come.",
    too_far_ahead="The day is further ahead than anything is planned.",
    not_in_post="Somebody is not in post then.",
    not_answered="A question has to be answered.",
    missing_column="A column that every file needs is not there.",
    unknown_column="There is no such column.",
    repeated_column="A column is there twice.",
    column_within_column="One column holds a part of what another holds.",
    too_many_columns="The file has too many columns.",
    unknown_sheet="The workbook has no sheet of this name.",
    not_of_this_file="It says something of another kind of file.",
    error_in_cell="A cell shows an error of the spreadsheet's.",
    formula_without_value="The workbook does not keep the value of a formula.",
)
