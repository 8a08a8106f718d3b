"""Crisis lines that can be shown when nothing else can: as plain values, kept in a file per country.

"Now" turns the country's lines into these values, shows them, and keeps them under the state folder whenever they
differ from what is kept; whoever changed them, and by whatever way, is of no account. Without a database the kept
ones are shown; where none were kept, or the file is torn, the lines that ship with the site. Texts stand as they
were entered; everything else becomes words when it is shown, so that one file serves all languages.
"""

import datetime
import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from core.cache import register_clear
from core.files import write_atomically
from core.recurrence import Hours, Interval
from core.weekdays import WEEKDAY_KEYS
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import AskedAt, Availability, hours_availability
from directory.listings.cards import Action, channel_action
from directory.models import Channel, Hotline, Listing
from directory.reference_data import parser
from directory.reference_data.parser import HotlineFact
from directory.vocabulary import Concern

FORMAT = 1
SUBSTANCES = frozenset((Concern.ALCOHOL, Concern.OPIOIDS, Concern.OTHER_DRUGS))
WAYS = ("call", "text", "chat", "app", "videophone", "tty")
"""Ways to a person; a website is none."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line as it is kept. Times are wall clock, "HH:MM", in `zone`; days are ISO; 0 is Monday."""

    kind: str
    """The slug of the kind of listing that it is."""
    slug: str
    name: str
    lang: str = "en"
    is_main: bool = False
    sample: bool = False
    concerns: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    ways: tuple[tuple[str, str, str, str], ...] = ()
    """Way, what to dial, what to show, and the word to send."""
    always: bool = False
    zone: str = ""
    intervals: tuple[tuple[int, str, str], ...] = ()
    exceptions: tuple[tuple[str, str, str], ...] = ()
    """Day, opens and closes; both empty where it is closed all day."""
    hours_note: str = ""
    deaf_access: str = ""
    """How a deaf person reaches it, in one sentence."""
    known: str = ""
    """The day on which the hours were known; empty where they never grow too old."""

    def hours(self) -> Hours | None:
        if not self.always and not (self.intervals and self.zone):
            return None
        other: dict[datetime.date, tuple[tuple[datetime.time, datetime.time], ...]] = {}
        for day, opens, closes in self.exceptions:
            date = datetime.date.fromisoformat(day)
            other[date] = other.get(date, ()) + (((clock(opens), clock(closes)),) if opens else ())
        weekly = tuple(Interval(day, clock(opens), clock(closes)) for day, opens, closes in self.intervals)
        return Hours(zone=self.zone or "UTC", intervals=weekly, exceptions=other, always=self.always)

    def moment(self, at: AskedAt) -> Availability:
        known = datetime.date.fromisoformat(self.known) if self.known else None
        oldest = freshness.oldest_reliable_day("hours", self.kind, at.today)
        return hours_availability(
            self.hours(), self.hours_note, at, too_old=known if known and known < oldest else None
        )

    def actions(self) -> list[Action]:
        found = (
            channel_action(Channel(type=way, dial=dial, display=display, body=body))
            for way, dial, display, body in self.ways
        )
        return [Action(each.label, each.href, each.icon, self.name) for each in found]


def clock(text: str) -> datetime.time:
    return datetime.time.fromisoformat(text)


def of_listing(listing: Listing) -> Line:
    """A published hotline, read with all that a card needs."""
    main = freshness.is_main_hotline(listing)
    known = None if main else freshness.known_on(listing, "hours")
    return Line(
        kind=listing.kind,
        slug=listing.slug,
        name=listing.name,
        lang=listing.text_language,
        is_main=main,
        sample=listing.sample,
        concerns=tuple(listing.concerns),
        audiences=tuple(listing.audiences),
        ways=tuple(
            (way.type, way.dial, way.display, way.body) for way in listing.channels.all() if way.type in WAYS
        ),
        always=listing.always_open,
        zone=listing.zone,
        intervals=tuple(
            (row.weekday, short(row.opens), short(row.closes)) for row in listing.intervals.all()
        ),
        exceptions=tuple(
            (row.date.isoformat(), short(row.opens), short(row.closes)) for row in listing.exceptions.all()
        ),
        hours_note=listing.hours_note,
        deaf_access=listing.kind_instance.deaf_access,
        known=known.isoformat() if known else "",
    )


def short(time: datetime.time | None) -> str:
    return f"{time:%H:%M}" if time else ""


def of_fact(fact: HotlineFact) -> Line:
    """A line that ships with the site."""
    return Line(
        kind=kinds.for_model(Hotline).slug,
        slug=fact.slug,
        name=fact.name,
        is_main=fact.is_main,
        concerns=fact.concerns,
        audiences=fact.audiences,
        ways=tuple((way.type, way.dial, way.display, way.body) for way in fact.channels if way.type in WAYS),
        always=fact.always_open,
        zone=fact.zone,
        intervals=tuple(
            (WEEKDAY_KEYS.index(day), row.opens, row.closes) for row in fact.hours for day in row.days
        ),
        hours_note=fact.hours_note,
        deaf_access=fact.deaf_access,
        known="" if fact.is_main else fact.copied.isoformat(),
    )


@lru_cache(maxsize=1)
def shipped() -> tuple[HotlineFact, ...]:
    return tuple(parser.read_hotlines())


def bundled(country: str) -> list[Line]:
    """Return the country's lines that ship with the site, in the order of `helplines.listings`."""
    found = [fact for fact in shipped() if fact.country == country]

    def order(fact: HotlineFact) -> tuple[bool, bool, int, str]:
        narrow = narrowness(fact.concerns, fact.audiences, finder=fact.national_finder)
        return not fact.is_main, not fact.always_open, narrow, fact.name

    return [of_fact(fact) for fact in sorted(found, key=order)]


def narrowness(concerns: Collection[str], audiences: Collection[str], *, finder: bool) -> int:
    """Return how far back a line stands among lines that are equally reachable.

    Lines for anything come first, then those for alcohol and drugs, then those for something else, then those for some
    people only. A national finder is last: it finds help, and is none.
    """
    if finder:
        return 4
    if audiences:
        return 3
    if Concern.ANY in concerns:
        return 0
    return 1 if SUBSTANCES & set(concerns) else 2


def without_database(country: str) -> list[Line]:
    """The lines that were kept, else those that ship."""
    return read(country) or bundled(country)


# ---- the files ----

_kept: dict[Path, bytes] = {}
register_clear(_kept.clear)


def path(country: str) -> Path:
    return Path(settings.VAR) / "lines" / f"{country}.json"


def keep(country: str, lines: list[Line]) -> None:
    """Writes the country's file when it would differ, whole or not at all; a full disk stops nobody."""
    target, content = path(country), packed(lines)
    if _kept.get(target) == content and target.exists():
        return
    with suppress(OSError):
        if not target.exists() or target.read_bytes() != content:
            write(target, content)
        _kept[target] = content


def packed(lines: list[Line]) -> bytes:
    return json.dumps(
        {"format": FORMAT, "lines": [asdict(each) for each in lines]}, ensure_ascii=False
    ).encode()


def write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with write_atomically(target, mode=0o600) as file:
        file.write(content)


def read(country: str) -> list[Line]:
    """What was kept; nothing where there is no file, or none that can be read whole."""
    try:
        held = json.loads(path(country).read_bytes())
        return [unpacked(each) for each in held["lines"]] if held["format"] == FORMAT else []
    except (OSError, ValueError, KeyError, TypeError):
        return []


def unpacked(values: dict[str, Any]) -> Line:
    line = Line(**{name: tuples(value) for name, value in values.items()})
    # A file that somebody damaged must not break the page later.
    line.hours(), kinds[line.kind]
    return line


def tuples(value: Any) -> Any:
    return tuple(tuples(each) for each in value) if isinstance(value, list) else value
