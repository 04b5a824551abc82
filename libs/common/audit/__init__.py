"""The audit's seal: rows chained by a key the database does not hold, so that a change shows."""

from libs.common.audit.anchor import Anchors, AnchorUnreadable
from libs.common.audit.chain import AuditFiles, AuditKeyRefused, Chain, make_key, read_key
from libs.common.audit.sealer import Pace, Sealer, Unsealed
from libs.common.audit.verify import Verdict, verify

__all__ = [
    "AnchorUnreadable",
    "Anchors",
    "AuditFiles",
    "AuditKeyRefused",
    "Chain",
    "Pace",
    "Sealer",
    "Unsealed",
    "Verdict",
    "make_key",
    "read_key",
    "verify",
]
