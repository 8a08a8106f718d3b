"""Logs say what went wrong in the code and nothing of who asked for what."""

import logging
import traceback


class WithoutRequests(logging.Filter):
    """Keeps a request's address, path, query and body out of the log.

    Django's messages about requests carry the path as an argument and the request as an attribute. What is left is
    the status and, for an error, where in the code it happened: file, line and type, never the error's own words,
    since these may quote what a person typed.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "request", None) is None and not record.name.startswith("django.security"):
            return True
        # What a visitor got wrong, and hosts that are not ours, is nothing to act on.
        if record.levelno < logging.ERROR or getattr(record, "status_code", 500) < 500:
            return False
        record.msg = f"A page failed with status {getattr(record, 'status_code', 500)}."
        record.args = ()
        if record.exc_info and record.exc_info[0]:
            record.msg += f" {record.exc_info[0].__name__} at {where(record.exc_info[2])}"
        record.exc_info, record.exc_text = None, None
        return True


def where(trace: object) -> str:
    frames = traceback.extract_tb(trace)  # type: ignore[arg-type]
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames[-4:]))
