"""What an e-mail address looks like."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 254
_FORM: Final = re.compile(r"[^\s@\x00-\x1f]+@[^\s@.\x00-\x1f]+(\.[^\s@.\x00-\x1f]+)+")


def is_email(text: str) -> bool:
    """Return whether *text* may be an address, to which mail could be sent."""
    return len(text) <= LONGEST and text.isprintable() and bool(_FORM.fullmatch(text))
