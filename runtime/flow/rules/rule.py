"""What a rule is."""

from __future__ import annotations

import re
from typing import ClassVar, Final

_WORD: Final = re.compile(r"(?<!^)(?=[A-Z0-9])")


class Rule:
    """Something that a flow file can do wrong; the class of each rule is named after its id."""

    level: ClassVar[str] = "error"
    """`error`: the flow is never run. `warning`: it runs, but hardly as it was meant."""

    @classmethod
    def id(cls) -> str:
        """Return the id, such as `unknown-action` of the class `UnknownAction`."""
        return _WORD.sub("-", cls.__name__).lower()
