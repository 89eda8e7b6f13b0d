"""The log: one line for each record, on stderr, without secrets."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO
from urllib.parse import unquote, urlsplit

from .settings import Settings

_MASK: Final = "***"
_BEARER: Final = re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}")
_FRAMES: Final = 8


class LineFormatter(logging.Formatter):
    """Writes a record as `TIME LEVEL LOGGER MESSAGE`, an exception with the places it came through.

    Args:
        secrets: Texts that must not be seen.
        given: More of them, which may become more.
        with_tracebacks: Write exceptions as Python does, over several lines.
    """

    def __init__(
        self, secrets: frozenset[str], given: Collection[str] = (), *, with_tracebacks: bool = False
    ) -> None:
        super().__init__()
        self._secrets = secrets
        self._given = given
        self._with_tracebacks = with_tracebacks

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        text = _one_line(record.getMessage())
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            text += f": {_one_line(summary(error))}"
        line = f"{time.replace('+00:00', 'Z')} {record.levelname} {record.name} {text}"
        if error is not None and self._with_tracebacks:
            line += "\n" + "".join(traceback.format_exception(error)).rstrip()
        return self._masked(line)

    def _masked(self, line: str) -> str:
        secrets = self._secrets.union(tuple(self._given))  # one step: other threads add to it
        for secret in sorted(secrets, key=len, reverse=True):
            line = line.replace(secret, _MASK).replace(_one_line(secret), _MASK)
        return _BEARER.sub(rf"\1{_MASK}", line)


def summary(error: BaseException) -> str:
    """Return an exception, its causes, and the places that it came through, innermost first."""
    said: list[str] = []
    current: BaseException | None = error
    while current is not None and len(said) < _FRAMES:
        said.append(_with_places(current))
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)
    return "; because of ".join(said)


def _with_places(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    what = "".join(traceback.format_exception_only(error)).strip()
    return f"{what} [{' < '.join(reversed(places))}]" if places else what


def _one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")


def log_to(
    stream: TextIO,
    settings: Settings,
    given: Collection[str] = (),
    *,
    with_tracebacks: bool = False,
) -> logging.Handler:
    """Write the log of this process to *stream*, from the configured level on.

    Returns:
        The handler; `logging.getLogger("cartflow").removeHandler` ends it.

    Args:
        stream: stderr, as a rule.
        settings: `log_level`, and the secrets that must not be seen.
        given: More secrets, those of flows; they may become more while the log is written.
        with_tracebacks: Write exceptions as Python does.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter(_secrets(settings), given, with_tracebacks=with_tracebacks))
    log = logging.getLogger("cartflow")
    log.addHandler(handler)
    log.setLevel(settings["log_level"])
    return handler


def _secrets(settings: Settings) -> frozenset[str]:
    url = settings["database_url"]
    password = urlsplit(url).password or ""
    # the name of a file is no secret, and who reads the log at night wants to know it
    hidden = settings.secrets - {url} if url.startswith("sqlite:") else settings.secrets
    return hidden | frozenset(filter(None, (password, unquote(password))))
