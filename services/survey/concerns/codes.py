"""Of what a text may be a sign, to whom a concern is passed, what came of it: closed lists."""

from typing import Literal

Sign = Literal[
    "hurt-by-others",
    "sexual-harm",
    "self-harm",
    "afraid",
    "not-cared-for",
    "violence-at-home",
    "bullied",
    "kept-secret",
    "running-away",
    "drink-drugs-weapons",
    "named-by-an-adult",
]
ConcernState = Literal["raised", "acknowledged", "closed"]
ConcernStep = Literal["acknowledge", "pass-on", "close", "reopen"]
PassedTo = Literal[
    "childrens-social-care",
    "school-safeguarding-lead",
    "local-authority-designated-officer",
    "police",
    "health-service",
    "support-teacher",
    "somebody-else",
]
ConcernOutcome = Literal[
    "acted-on-by-others", "known-already", "support-given", "no-sign-of-harm", "not-traceable"
]
