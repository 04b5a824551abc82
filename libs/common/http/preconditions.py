"""What a caller may ask of a thing's version before it is changed or sent (RFC 9110, section 13).

An ETag is a version in quotes. A weak one, which a compressing proxy makes of ours, is taken as the
same: it stands for the same version.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from libs.common.core.errors import PreconditionFailed

Precondition = Callable[[int | None, bool], None]
"""Given the version that is there, None for nothing, and whether the thing itself is, raises
PreconditionFailed unless that fits: a week that is not there yet has the version of its case."""

ETAG: Final = re.compile(r'(?:W/)?"([1-9][0-9]{0,17})"')
_ETAGS: Final = re.compile(rf"{ETAG.pattern}(?:\s*,\s*{ETAG.pattern})*")
ANY: Final = "*"


def precondition(headers: Mapping[str, str], method: str) -> Precondition | None:
    """Return what a PUT by the caller's own key asks of the version there is, if anything.

    ``If-Match`` changes only that version, or with ``*`` only what is there; ``If-None-Match: *``
    makes only what is not there yet.
    """
    match, none_match = headers.get("if-match"), headers.get("if-none-match")
    if method != "PUT" or (match is None and none_match is None):
        return None
    wanted = None if match is None else versions(match)
    unwanted = None if none_match is None else versions(none_match)

    def check(version: int | None, there: bool) -> None:
        fits = wanted is None or _is_among(version, there, wanted)
        if not fits or (unwanted is not None and _is_among(version, there, unwanted)):
            raise PreconditionFailed(code="changed-meanwhile")

    return check


def _is_among(version: int | None, there: bool, versions: frozenset[int] | str) -> bool:
    return there if isinstance(versions, str) else version in versions


def versions(header: str) -> frozenset[int] | str:
    """Return the versions that a header names, or `ANY`; raises PreconditionFailed for others."""
    if header.strip() == ANY:
        return ANY
    if not _ETAGS.fullmatch(header.strip()):
        raise PreconditionFailed(
            code="version-not-valid", detail="If-Match and If-None-Match take ETags of ours, or *."
        )
    return frozenset(int(number) for number in ETAG.findall(header))


def is_known(headers: Mapping[str, str], etag: str) -> bool:
    """Say whether a reader has this very version already, so that it need not be sent again."""
    known = headers.get("if-none-match", "").strip()
    return known == ANY or ETAG.findall(etag)[0] in ETAG.findall(known)
