"""Who was asked and who answered, whatever the audience: to be read by audience."""

from services.reporting.evaluate import Figure, Need, share
from services.reporting.figures.surveys import ALL_FORMS
from services.reporting.presentation import NOT_RUN, Unit

HEADING = "Questionnaires"
"""The heading of these figures."""

SENT = Need(absent=NOT_RUN, population=ALL_FORMS, where=lambda form: form.issued)

FIGURES = (
    Figure(
        id="questionnaires.issued",
        words="Questionnaires issued, of all audiences.",
        population=ALL_FORMS,
        part=lambda form: form.issued,
        needs=(SENT,),
    ),
    Figure(
        id="questionnaires.returned",
        words="Questionnaires that came back and count, of all audiences.",
        population=ALL_FORMS,
        part=lambda form: form.returned,
        needs=(SENT,),
    ),
    Figure(
        id="questionnaires.return_rate",
        words="Share of the questionnaires issued that came back and count: read it by audience,"
        " for the audiences differ.",
        population=ALL_FORMS,
        part=lambda form: form.returned,
        of=lambda form: form.issued,
        fold=share,
        unit=Unit.PER_CENT,
        base="questionnaires issued",
        needs=(SENT,),
    ),
)
