"""Reading: what one declaration of a thing gives of it: one, a page of many, and a file of all."""

from libs.common.reading.fields import Fields, allowed, permitted
from libs.common.reading.filters import (
    Column,
    Filter,
    equal,
    in_address,
    named,
    of_children,
    several,
    true_or_false,
)
from libs.common.reading.listing import Key, Listing, PartOf, Within, each
from libs.common.reading.routes import add_reads, export_grants
from libs.common.reading.searches import Search, add_search
from libs.common.reading.steps import answering, with_steps

__all__ = [
    "Column",
    "Fields",
    "Filter",
    "Key",
    "Listing",
    "PartOf",
    "Search",
    "Within",
    "add_reads",
    "add_search",
    "allowed",
    "answering",
    "each",
    "equal",
    "export_grants",
    "in_address",
    "named",
    "of_children",
    "permitted",
    "several",
    "true_or_false",
    "with_steps",
]
