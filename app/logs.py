"""Log lines: one event a line, in UTC, and nobody can forge one by sending a line break.

What goes into a log is an id, a method, a path, a name: never a form, a header or a password.
"""

import logging
import time
import unicodedata

from flask.logging import wsgi_errors_stream

FORMAT = "%(asctime)sZ %(levelname)s %(name)s: %(message)s"
DETAIL = "  | "
"""Begins the lines of a traceback, which no event begins with."""


class OneLine(logging.Formatter):
    """Times in UTC; control characters and line separators of the message are written out."""

    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03d"

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The line, without what would end it early."""
        return written_out(super().formatMessage(record))

    def formatException(self, ei) -> str:
        """The traceback, every line marked as a part of the event."""
        return "\n".join(DETAIL + written_out(line) for line in super().formatException(ei).splitlines())


def written_out(text: str) -> str:
    """The text with control characters as escapes, so that a terminal can't be steered by it either."""
    return "".join(char if unicodedata.category(char) not in _ENDING else _escaped(char) for char in text)


_ENDING = ("Cc", "Cf", "Zl", "Zp", "Cs")


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode()


def init_app(app) -> None:
    """Write the log to the standard error; once per process, whoever makes the application."""
    root = logging.getLogger()
    if not any(isinstance(handler.formatter, OneLine) for handler in root.handlers):
        handler = logging.StreamHandler(wsgi_errors_stream)
        handler.setFormatter(OneLine(FORMAT))
        root.addHandler(handler)
    app.logger.setLevel(logging.INFO)
