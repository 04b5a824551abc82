"""The report as its author writes it: Markdown whose every number is bound to a figure.

The source stays in the county's keeping. What is read from it is refused where a number stands in
it that is bound to nothing, so that no sentence outlives the figure it was written for.
"""

from services.reporting.narrative.compiling import Block, Narrative, Section, Sentence, compiled
from services.reporting.narrative.source import Source, faults, parsed

__all__ = [
    "Block",
    "Narrative",
    "Section",
    "Sentence",
    "Source",
    "compiled",
    "faults",
    "parsed",
]
