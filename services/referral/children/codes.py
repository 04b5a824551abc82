"""The closed lists of what is recorded of a child."""

from typing import Literal

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
