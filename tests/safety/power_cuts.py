"""Simulate power cuts: replay the writes of a program, and lose a share of those that were not synced before the cut.

As on a real disk, the lost writes may be any of them. `trace_events` reads the output of strace (Debian package
strace). `events_from_commits` makes the same events from a SQLite write-ahead log and the moments of its syncs.
"""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

SYSTEM_CALL = re.compile(
    r'(?P<call>pwrite64|write|fdatasync|fsync|ftruncate)\(\d+<(?P<path>[^>]*)>(?:, "(?P<data>[^"]*)")?'
    r"(?:, (?P<first>\d+))?(?:, (?P<second>\d+))?\) += (?P<result>-?\d+)"
)
SQL_BEGIN = b"BEGIN"


class Event(NamedTuple):
    """One event: `kind` is write, truncate, sync or said, and `at` is the offset or length in bytes."""

    kind: str
    file: str = ""
    at: int = 0
    data: bytes = b""


@dataclass
class SimulatedDisk:
    """The synced content of each file, and the writes that are not synced yet."""

    safe: dict[str, bytearray] = field(default_factory=dict)
    waiting: dict[str, list[Event]] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        if event.kind == "sync":
            for waiting in self.waiting.pop(event.file, []):
                apply_event(self.safe.setdefault(event.file, bytearray()), waiting)
        elif event.kind != "said":
            self.waiting.setdefault(event.file, []).append(event)

    def after_a_cut(self, share: float, chance: random.Random) -> dict[str, bytes]:
        """Return the files after a power cut that this share of the unsynced writes survived."""
        found = {name: bytearray(content) for name, content in self.safe.items()}
        for name, events in self.waiting.items():
            for event in events:
                if chance.random() < share:
                    apply_event(found.setdefault(name, bytearray()), event)
        return {name: bytes(content) for name, content in found.items()}


def apply_event(content: bytearray, event: Event) -> None:
    if event.kind == "truncate":
        del content[event.at :]
        content.extend(bytes(event.at - len(content)))
        return
    content.extend(bytes(max(0, event.at - len(content))))
    content[event.at : event.at + len(event.data)] = event.data


def trace_events(path: Path) -> Iterator[Event]:
    """Return the events after the word BEGIN in a trace by strace -y -xx."""
    begun = False
    with path.open() as lines:
        for line in lines:
            found = SYSTEM_CALL.search(line)
            if found is None or int(found["result"]) < 0:
                continue
            event = parse_event(found)
            begun = begun or event.data.startswith(SQL_BEGIN)
            if begun:
                yield event


def parse_event(found: re.Match[str]) -> Event:
    file, data = unescape(found["path"]).decode().rpartition("/")[2], unescape(found["data"] or "")
    if found["call"] == "write":
        return Event("said", data=data)
    if found["call"] == "ftruncate":
        return Event("truncate", file, int(found["first"]))
    if found["call"] == "pwrite64":
        return Event("write", file, int(found["second"]), data)
    return Event("sync", file)


def unescape(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", "")) if text.startswith("\\x") else text.encode()


def events_from_commits(log: str, grown: Iterable[bytes], *, synced: bool) -> Iterator[Event]:
    """Return the events of a write-ahead log that grew at each commit, each commit with its acknowledgement."""
    at = 0
    for number, data in enumerate(grown):
        yield Event("write", log, at, data)
        at += len(data)
        if synced:
            yield Event("sync", log)
        yield Event("said", data=f"ACK {number}\n".encode())
