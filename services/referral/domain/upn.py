"""Unique pupil numbers: only whether one is well formed; nothing is ever derived from its parts."""

import re

# No I, O or S: they are taken for figures (domain brief 4.1).
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
FORM = re.compile(rf"[{LETTERS}]\d{{11}}[\d{LETTERS}]")


def is_valid_upn(upn: str) -> bool:
    """Say whether a permanent or temporary number has the right form and check letter.

    Each of positions 2 to 13 counts its figure (a temporary number's last letter its place in the
    alphabet above) times its position; the sum modulo 23 gives the first letter.
    """
    if not FORM.fullmatch(upn):
        return False
    values = [LETTERS.index(c) if c in LETTERS else int(c) for c in upn[1:]]
    total = sum(value * position for position, value in enumerate(values, 2))
    return LETTERS[total % len(LETTERS)] == upn[0]
