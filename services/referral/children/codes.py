"""The closed lists of what is recorded of a child."""

from typing import Final, Literal

YearGroup = Literal["N1", "N2", "R", "1", "2", "3", "4", "5", "6"]
Need = Literal[
    "SPLD", "MLD", "SLD", "PMLD", "SEMH", "SLCN", "HI", "VI", "MSI", "PD", "ASD", "DS", "OTH", "NSA"
]
CeaseReason = Literal[
    "max-age",
    "needs-met",
    "higher-education",
    "employment",
    "transferred",
    "no-longer-engaging",
    "left-england",
    "deceased",
    "other",
    "replaced",
    "moved-away",
    "reception",
]
"""SEN2's nine (domain brief 2.5), and what ends a plan of another kind or makes way for another."""
UpnChange = Literal["permanent-known", "corrected", "withdrawn", "new-identity"]
"""Why a child has a number no more: the permanent one took the place of a temporary one, it was
wrong, it was taken away, or the child has a new identity."""

WORDS: Final = {
    "N1": "Nursery, first year",
    "N2": "Nursery, second year",
    "R": "Reception",
    **{str(year): f"Year {year}" for year in range(1, 7)},
    "SPLD": "Specific learning difficulty",
    "MLD": "Moderate learning difficulty",
    "SLD": "Severe learning difficulty",
    "PMLD": "Profound and multiple learning difficulty",
    "SEMH": "Social, emotional and mental health",
    "SLCN": "Speech, language and communication needs",
    "HI": "Hearing impairment",
    "VI": "Vision impairment",
    "MSI": "Multi-sensory impairment",
    "PD": "Physical disability",
    "ASD": "Autistic spectrum disorder",
    "DS": "Down syndrome",
    "OTH": "Other difficulty or disability",
    "NSA": "SEN support but no specialist assessment of the type of need",
    "F": "Female",
    "M": "Male",
    "U": "Unknown",
}
"""What the national codes of year groups, needs and sex stand for."""
