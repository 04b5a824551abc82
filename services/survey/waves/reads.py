"""Waves and whom they go to, as they are listed, found and shown."""

from typing import Final

from libs.common.contracts.survey import Audience
from libs.common.core.fields import Identifier, Reference, YearLabel
from libs.common.http.requests import router
from libs.common.reading import (
    Key,
    Listing,
    PartOf,
    Within,
    add_reads,
    equal,
    true_or_false,
)
from services.survey.queries import by_child, by_school
from services.survey.waves.api import WAVE, RecipientView, recipients_shown
from services.survey.waves.codes import State
from services.survey.waves.domain import Recipient, Wave
from services.survey.waves.queries import by_wave

routes = router()

WAVES: Final = Listing(
    things="waves",
    one="wave",
    kind=Wave,
    view=WAVE.view,
    views=WAVE.views,
    permission="wave.read",
    tag="waves",
    summary="List waves.",
    keys=[Key("by-reference/{reference:path}", {"reference": (Wave.reference, Reference)})],
    filters={
        "audience": equal(Wave.audience, Audience),
        "academic_year": equal(Wave.academic_year, YearLabel),
        "state": equal(Wave.state, State),
        "questionnaire": equal(Wave.questionnaire),
    },
    days={"issued_on": Wave.issued_on, "closes_on": Wave.closes_on},
    sorts={"issued_on": Wave.issued_on, "closes_on": Wave.closes_on},
)
add_reads(routes, WAVES)

RECIPIENTS: Final = Listing(
    things="recipients",
    one="recipient",
    kind=Recipient,
    view=RecipientView,
    views=recipients_shown,
    permission="recipient.read",
    tag="waves",
    summary="List recipients of waves. Addresses are not shown.",
    part_of=PartOf(Wave, Recipient.wave_id),
    within=[Within(Wave, "waves/{wave_id}/recipients", {"wave_id": Recipient.wave_id})],
    keys=[
        Key(
            "by-wave/{wave_id}/{reference:path}",
            {
                "wave_id": (Recipient.wave_id, Identifier),
                "reference": (Recipient.reference, Reference),
            },
        )
    ],
    filters={
        "wave": by_wave(Recipient.wave_id),
        "child": by_child(Recipient.child_id),
        "school": by_school(Recipient.school_id),
        "cancelled": true_or_false(Recipient.cancelled_on.is_not(None), "Cancelled, or not."),
    },
    sorts={"reference": Recipient.reference},
)
add_reads(routes, RECIPIENTS)
