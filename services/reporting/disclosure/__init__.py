"""The disclosure gate: it alone turns raw cells into what can be sent.

Who computes figures puts a `Table` of raw cells in and gets a `GatedTable` out, in which each cell
has a value, as it is printed and what it is of, or is withheld and says so. Nothing that answers a
request, draws a page or writes a file has anything to do with raw cells.
"""

from services.reporting.disclosure.gate import Gate
from services.reporting.disclosure.profile import Profile, profile_of
from services.reporting.disclosure.scope import SUMS, is_gated, kin, outer
from services.reporting.disclosure.tables import Place, Table

__all__ = ["SUMS", "Gate", "Place", "Profile", "Table", "is_gated", "kin", "outer", "profile_of"]
