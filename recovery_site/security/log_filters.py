"""Log filters: a log says what failed in the code, and nothing of who asked for what."""

import logging
import traceback
from types import TracebackType

MAX_FRAMES = 4


class RemoveRequestData(logging.Filter):
    """Remove a request's address, path, query and body, and the messages of errors, from log records.

    Django's messages about requests contain the path as an argument and the request as an attribute; only the status is
    kept. Of an error the type and the place in the code are kept. Its message is removed, because it may quote what a
    person typed.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Remove private data from a record and return whether to log it."""
        if _is_about_request(record):
            # An operator can do nothing about visitors' mistakes and about requests for other hosts.
            if record.levelno < logging.ERROR or getattr(record, "status_code", 500) < 500:
                return False
            record.msg = f"A page failed with status {getattr(record, 'status_code', 500)}."
            record.args = ()
        if record.exc_info and record.exc_info[1]:
            record.msg, record.args = f"{record.getMessage()} {describe_error(record.exc_info[1])}", ()
        record.exc_info, record.exc_text = None, None
        return True


def describe_error(error: BaseException) -> str:
    """Return the type of an error and its place in the code, the innermost frame first, without its message."""
    return f"{type(error).__name__} at {_frames_text(error.__traceback__)}"


def _is_about_request(record: logging.LogRecord) -> bool:
    """Return whether a log record is about a request and may so hold what a visitor sent."""
    return getattr(record, "request", None) is not None or record.name.startswith("django.security")


def _frames_text(trace: TracebackType | None) -> str:
    """Return the last frames of a traceback as one line, the innermost first."""
    frames = traceback.extract_tb(trace)[-MAX_FRAMES:]
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
