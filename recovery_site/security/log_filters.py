"""Logs say what went wrong in the code and nothing of who asked for what."""

import logging
import traceback
from types import TracebackType


class WithoutRequests(logging.Filter):
    """Keeps a request's address, path, query and body out of the log, and the words of errors.

    Django's messages about requests carry the path as an argument and the request as an attribute. What is left is
    the status. Of an error, a page's or any other, it is said where in the code it happened: file, line and type, never
    the error's own words, since these may quote what a person typed.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if is_about_a_request(record):
            # What a visitor got wrong, and hosts that are not ours, is nothing to act on.
            if record.levelno < logging.ERROR or getattr(record, "status_code", 500) < 500:
                return False
            record.msg = f"A page failed with status {getattr(record, 'status_code', 500)}."
            record.args = ()
        if record.exc_info and record.exc_info[1]:
            record.msg, record.args = f"{record.getMessage()} {happened(record.exc_info[1])}", ()
        record.exc_info, record.exc_text = None, None
        return True


def is_about_a_request(record: logging.LogRecord) -> bool:
    return getattr(record, "request", None) is not None or record.name.startswith("django.security")


def happened(error: BaseException) -> str:
    """What kind of error, and where in the code, the innermost place first; nothing of what it says."""
    return f"{type(error).__name__} at {where(error.__traceback__)}"


def where(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames[-4:]))
