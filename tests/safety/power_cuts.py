"""Power cuts, without cutting any power: what a program wrote to its files is replayed, and at the cut a share of what
was not synced yet is lost, as a disk may lose it, in any order.

`traced` reads what strace (Debian package strace) wrote; `from_commits` makes the same events from a SQLite log of
changes and the moments at which it was synced.
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
    """`kind`: write, truncate, sync, said. `at` is the offset or length in bytes."""

    kind: str
    file: str = ""
    at: int = 0
    data: bytes = b""


@dataclass
class SimulatedDisk:
    """What is safe on the disk of each file, and what is only on its way there."""

    safe: dict[str, bytearray] = field(default_factory=dict)
    waiting: dict[str, list[Event]] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        if event.kind == "sync":
            for waiting in self.waiting.pop(event.file, []):
                apply_event(self.safe.setdefault(event.file, bytearray()), waiting)
        elif event.kind != "said":
            self.waiting.setdefault(event.file, []).append(event)

    def after_a_cut(self, share: float, chance: random.Random) -> dict[str, bytes]:
        """The files as they are found again; of what was on its way, that share arrived."""
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
    """The events after the word BEGIN in a trace by strace -y -xx."""
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
    """Events of a log of changes that was appended to at each commit, and each commit acknowledged."""
    at = 0
    for number, data in enumerate(grown):
        yield Event("write", log, at, data)
        at += len(data)
        if synced:
            yield Event("sync", log)
        yield Event("said", data=f"ACK {number}\n".encode())
