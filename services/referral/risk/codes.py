"""What drives a risk of exclusion."""

from typing import Literal

Driver = Literal[
    "suspension",
    "reduced-timetable",
    "off-site-direction",
    "removal",
    "early-review",
    "semh-need",
    "communication-need",
    "attendance",
    "looked-after",
    "social-care",
    "family-breakdown",
    "school-cannot-meet-need",
]
