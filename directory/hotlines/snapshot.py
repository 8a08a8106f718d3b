"""Snapshots of the hotlines of each country, kept in files so that /now/ works without the database.

The page /now/ turns the listings of a country into snapshots, shows them, and writes them to a file in the state folder
whenever they differ from the file. It does not matter who changed the listings, or how. When the database fails, the
page shows the snapshots from the file, or the hotlines that ship with the site where the file is missing or damaged.
Texts are stored as they were entered. Everything else becomes words only when it is shown, so that one file serves all
languages.
"""

import datetime
import json
from collections.abc import Collection, Iterable
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
from directory.reference_data.parser import ChannelFact, HotlineFact
from directory.vocabulary import Concern

SNAPSHOT_FORMAT = 1
SUBSTANCES = frozenset((Concern.ALCOHOL, Concern.OPIOIDS, Concern.OTHER_DRUGS))
CHANNEL_TYPES = ("call", "text", "chat", "app", "videophone", "tty")
"""The types of channel that reach a person; a website does not."""


@dataclass(frozen=True, kw_only=True)
class HotlineSnapshot:
    """What /now/ needs of one hotline, as plain values.

    Times are wall clock times in `zone`, as "HH:MM". Dates are ISO dates. Weekday 0 is Monday.
    """

    kind: str
    """The slug of the kind of listing."""
    slug: str
    name: str
    text_language: str = "en"
    is_main: bool = False
    sample: bool = False
    concerns: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    channels: tuple[tuple[str, str, str, str], ...] = ()
    """The type of the channel, what to dial, what to show, and the word to send."""
    always_open: bool = False
    zone: str = ""
    intervals: tuple[tuple[int, str, str], ...] = ()
    """Weekday, opening and closing time."""
    exceptions: tuple[tuple[str, str, str], ...] = ()
    """Date, opening and closing time; both times are empty where it is closed all day."""
    hours_note: str = ""
    deaf_access: str = ""
    """How a deaf person reaches it, in one sentence."""
    hours_known_on: str = ""
    """The day on which the hours were known; empty where they never become too old."""

    def opening_hours(self) -> Hours | None:
        """Return the opening hours, or None where they are not known."""
        if not self.always_open and not (self.intervals and self.zone):
            return None
        exceptions: dict[datetime.date, tuple[tuple[datetime.time, datetime.time], ...]] = {}
        for day, opens, closes in self.exceptions:
            date = datetime.date.fromisoformat(day)
            times = ((_parse_time(opens), _parse_time(closes)),) if opens else ()
            exceptions[date] = exceptions.get(date, ()) + times
        weekly = tuple(
            Interval(weekday, _parse_time(opens), _parse_time(closes))
            for weekday, opens, closes in self.intervals
        )
        return Hours(
            zone=self.zone or "UTC", intervals=weekly, exceptions=exceptions, always=self.always_open
        )

    def availability(self, at: AskedAt) -> Availability:
        """Return whether somebody answers at that moment, and until when or from when on."""
        known_on = datetime.date.fromisoformat(self.hours_known_on) if self.hours_known_on else None
        oldest = freshness.oldest_reliable_day("hours", self.kind, at.today)
        too_old = known_on if known_on and known_on < oldest else None
        return hours_availability(self.opening_hours(), self.hours_note, at, too_old=too_old)

    def actions(self) -> list[Action]:
        """Return an action, such as a call, for each channel of the line."""
        actions = (
            channel_action(Channel(type=channel_type, dial=dial, display=display, body=body))
            for channel_type, dial, display, body in self.channels
        )
        return [Action(action.label, action.href, action.icon, self.name) for action in actions]


def snapshot_from_listing(listing: Listing) -> HotlineSnapshot:
    """Return the snapshot of a published hotline that was loaded with the rows that a card needs."""
    is_main = freshness.is_main_hotline(listing)
    known_on = None if is_main else freshness.known_on(listing, "hours")
    return HotlineSnapshot(
        kind=listing.kind,
        slug=listing.slug,
        name=listing.name,
        text_language=listing.text_language,
        is_main=is_main,
        sample=listing.sample,
        concerns=tuple(listing.concerns),
        audiences=tuple(listing.audiences),
        channels=_channel_values(listing.channels.all()),
        always_open=listing.always_open,
        zone=listing.zone,
        intervals=tuple(
            (row.weekday, _format_time(row.opens), _format_time(row.closes))
            for row in listing.intervals.all()
        ),
        exceptions=tuple(
            (row.date.isoformat(), _format_time(row.opens), _format_time(row.closes))
            for row in listing.exceptions.all()
        ),
        hours_note=listing.hours_note,
        deaf_access=listing.kind_instance.deaf_access,
        hours_known_on=known_on.isoformat() if known_on else "",
    )


def snapshot_from_fact(fact: HotlineFact) -> HotlineSnapshot:
    """Return the snapshot of a hotline that ships with the site."""
    return HotlineSnapshot(
        kind=kinds.for_model(Hotline).slug,
        slug=fact.slug,
        name=fact.name,
        is_main=fact.is_main,
        concerns=fact.concerns,
        audiences=fact.audiences,
        channels=_channel_values(fact.channels),
        always_open=fact.always_open,
        zone=fact.zone,
        intervals=tuple(
            (WEEKDAY_KEYS.index(day), row.opens, row.closes) for row in fact.hours for day in row.days
        ),
        hours_note=fact.hours_note,
        deaf_access=fact.deaf_access,
        hours_known_on="" if fact.is_main else fact.copied.isoformat(),
    )


def _channel_values(channels: Iterable[Channel | ChannelFact]) -> tuple[tuple[str, str, str, str], ...]:
    """Return the channels that reach a person, as the values of a snapshot."""
    return tuple(
        (channel.type, channel.dial, channel.display, channel.body)
        for channel in channels
        if channel.type in CHANNEL_TYPES
    )


def _parse_time(text: str) -> datetime.time:
    """Return the time of day that a text such as "09:30" gives."""
    return datetime.time.fromisoformat(text)


def _format_time(time: datetime.time | None) -> str:
    """Return a time of day as "HH:MM", or "" for none."""
    return f"{time:%H:%M}" if time else ""


@lru_cache(maxsize=1)
def bundled_facts() -> tuple[HotlineFact, ...]:
    """Return the hotlines of all countries that ship with the site, read once for each process."""
    return tuple(parser.read_hotlines())


def bundled_snapshots(country: str) -> list[HotlineSnapshot]:
    """Return the hotlines of a country that ship with the site, sorted as `by_country.hotlines_for` sorts them."""
    facts = [fact for fact in bundled_facts() if fact.country == country]

    def sort_key(fact: HotlineFact) -> tuple[bool, bool, int, str]:
        """Return the sort key of a shipped hotline: main and always open lines first, then the widest."""
        rank = narrowness_rank(fact.concerns, fact.audiences, is_finder=fact.national_finder)
        return not fact.is_main, not fact.always_open, rank, fact.name

    return [snapshot_from_fact(fact) for fact in sorted(facts, key=sort_key)]


def narrowness_rank(concerns: Collection[str], audiences: Collection[str], *, is_finder: bool) -> int:
    """Return how far behind a hotline stands among hotlines that can be reached equally well.

    Hotlines for any concern come first, then those for alcohol and drugs, then those for other concerns, then those for
    certain people only. A national finder comes last, since it finds help but gives none.
    """
    if is_finder:
        return 4
    if audiences:
        return 3
    if Concern.ANY in concerns:
        return 0
    return 1 if SUBSTANCES & set(concerns) else 2


def load_without_database(country: str) -> list[HotlineSnapshot]:
    """Return the snapshots of a country from its file, or else the hotlines that ship with the site."""
    return load_snapshots(country) or bundled_snapshots(country)


# ---- Files ----

# What this process last wrote or found in each file.
_file_contents: dict[Path, bytes] = {}
register_clear(_file_contents.clear)


def snapshot_path(country: str) -> Path:
    """Return the path of the file with the snapshots of a country."""
    return Path(settings.STATE_DIR) / "lines" / f"{country}.json"


def save_snapshots(country: str, snapshots: list[HotlineSnapshot]) -> None:
    """Write the snapshots of a country to its file if the file differs.

    The file is replaced as a whole. A failure, such as a full disk, is ignored, since the page itself needs no file.
    """
    path, content = snapshot_path(country), _serialize(snapshots)
    if _file_contents.get(path) == content and path.exists():
        return
    with suppress(OSError):
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            with write_atomically(path, mode=0o600) as file:
                file.write(content)
        _file_contents[path] = content


def load_snapshots(country: str) -> list[HotlineSnapshot]:
    """Return the snapshots from the file of a country; none where the file is missing or damaged."""
    try:
        content = json.loads(snapshot_path(country).read_bytes())
        return (
            [_deserialize(values) for values in content["lines"]]
            if content["format"] == SNAPSHOT_FORMAT
            else []
        )
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _serialize(snapshots: list[HotlineSnapshot]) -> bytes:
    """Return the snapshots as JSON, with the number of the file format."""
    content = {"format": SNAPSHOT_FORMAT, "lines": [asdict(snapshot) for snapshot in snapshots]}
    return json.dumps(content, ensure_ascii=False).encode()


def _deserialize(values: dict[str, Any]) -> HotlineSnapshot:
    """Return a snapshot from JSON values. Raise ValueError, KeyError or TypeError where they are damaged."""
    snapshot = HotlineSnapshot(**{name: _lists_to_tuples(value) for name, value in values.items()})
    # Fail here and not later in the page, where the fallback is no longer possible.
    snapshot.opening_hours(), kinds[snapshot.kind]
    return snapshot


def _lists_to_tuples(value: Any) -> Any:
    """Return a value from JSON with tuples in place of lists, at every depth."""
    return tuple(_lists_to_tuples(item) for item in value) if isinstance(value, list) else value
