"""Load the facts that ship with the site into the database: add new ones and update changed ones.

A field that a curator corrected stays (`corrected_by` under its name in `Listing.provenance`; "channels" and
"intervals" are such names too). Curators decide whether an existing listing is published. A listing whose fact no
longer ships is paused with a reason, since the site must not offer a withdrawn number. It is published again with its
fact.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.db import models, transaction

from core.weekdays import WEEKDAY_KEYS
from directory.kinds.registry import kinds
from directory.models import Channel, Listing, OpeningInterval
from directory.models.hotline import Hotline
from directory.reference_data.parser import (
    ChannelFact,
    HotlineFact,
    HoursFact,
    MutualAidFact,
    NationalFinderFact,
    SourcedFact,
    read_hotlines,
    read_national_finders,
)
from directory.vocabulary import ChannelType, Mode, Status

SOURCE = "facts"
WITHDRAWN = "No longer among the facts that come with this site."
# How a person takes part, by type of channel.
MODES = {
    ChannelType.CALL: Mode.PHONE,
    ChannelType.TEXT: Mode.PHONE,
    ChannelType.TTY: Mode.PHONE,
    ChannelType.VIDEOPHONE: Mode.PHONE,
    ChannelType.CHAT: Mode.ONLINE,
}
ROW_FIELDS = {
    "channels": ("type", "dial", "display", "body", "note", "position"),
    "intervals": ("weekday", "opens", "closes"),
}

Rows = Sequence[models.Model]


@dataclass(frozen=True, kw_only=True)
class PreparedFact:
    """A fact in the form of the database: values by field, and unsaved rows by related name, in order."""

    slug: str
    values: dict[str, Any]
    source: dict[str, str]
    rows: dict[str, Rows] = field(default_factory=dict)


def load_hotlines() -> Counter[str]:
    """Load the hotlines, and return how many are "new", "changed", "same" and "withdrawn"."""
    return sync_listings(Hotline, [prepare_hotline(fact) for fact in read_hotlines()])


def prepare_hotline(fact: HotlineFact) -> PreparedFact:
    """Return the values and rows of a hotline."""
    own = {
        "is_main": fact.is_main,
        "national_finder": fact.national_finder,
        "who_answers": fact.who_answers,
        "what_to_expect": "\n".join(fact.what_to_expect),
        "deaf_access": fact.deaf_access,
    }
    hours = {"always_open": fact.always_open, "zone": fact.zone, "hours_note": fact.hours_note}
    modes = {MODES[ChannelType(way.type)] for way in fact.channels if way.type in MODES}
    return PreparedFact(
        slug=fact.slug,
        values={**shared_values(fact), **own, **hours, "modes": tuple(sorted(modes))},
        source=source_values(fact),
        rows={"channels": channels(fact, website=fact.website), "intervals": intervals(fact.hours)},
    )


def load_national_finders() -> Counter[str]:
    """Load the national finders, and return how many are "new", "changed", "same" and "withdrawn"."""
    done: Counter[str] = Counter()
    facts = read_national_finders()
    for slug, kind in kinds.items():
        prepared = [prepare_finder(fact) for fact in facts if fact.kind == slug]
        done += sync_listings(kind.model, prepared) if kind.finder_fields else Counter()
    return done


def prepare_finder(fact: NationalFinderFact) -> PreparedFact:
    """Return the values and rows of a national finder."""
    own = {
        name: value if isinstance(value, str) else tuple(sorted(value)) for name, value in fact.own.items()
    }
    return PreparedFact(
        slug=fact.slug,
        values={
            **shared_values(fact),
            **own,
            "modes": tuple(sorted(fact.modes)),
            "national_finder": True,
        },
        source=source_values(fact),
        rows={"channels": channels(fact, website=fact.website)},
    )


def shared_values(fact: HotlineFact | MutualAidFact | NationalFinderFact) -> dict[str, Any]:
    """Return the values of the fields that every kind has. Sets are sorted, so that equal facts are equal."""
    sets = ("concerns", "languages", "audiences", "payment")
    plain = {name: getattr(fact, name) for name in ("name", "summary", "country")}
    return {**plain, **{name: tuple(sorted(getattr(fact, name))) for name in sets}, "text_language": "en"}


def source_values(fact: SourcedFact) -> dict[str, str]:
    """Return the provenance of a fact: its page, and when and how it was copied."""
    page = {"page_date": fact.page_date_text} if fact.page_date_text else {}
    return {
        "source": SOURCE,
        "url": fact.source,
        "copied": fact.copied.isoformat(),
        "copied_is": fact.copied_is,
        **page,
    }


def channels(
    fact: HotlineFact | MutualAidFact | NationalFinderFact, *, website: str, finder: str = ""
) -> list[Channel]:
    """Return unsaved channels: those of the fact in its order, then its meeting finder, then its website."""
    pages = [(finder, "Find a meeting"), (website, urlsplit(website).netloc.removeprefix("www."))]
    ways = [
        *fact.channels,
        *(ChannelFact(type="website", dial=page, display=words) for page, words in pages if page),
    ]
    return [
        Channel(
            type=way.type, dial=way.dial, display=way.display, body=way.body, note=way.note, position=position
        )
        for position, way in enumerate(ways)
    ]


def intervals(hours: Iterable[HoursFact]) -> list[OpeningInterval]:
    """Return unsaved opening intervals, one for each day of a row, sorted by weekday and start."""
    found = [
        OpeningInterval(weekday=WEEKDAY_KEYS.index(day), opens=clock(row.opens), closes=clock(row.closes))
        for row in hours
        for day in row.days
    ]
    return sorted(found, key=lambda each: (each.weekday, each.opens))


def clock(text: str) -> datetime.time:
    """Return the time of day that a text such as "09:30" means."""
    return datetime.time.fromisoformat(text)


@transaction.atomic
def sync_listings(model: type[Listing], facts: Sequence[PreparedFact]) -> Counter[str]:
    """Bring the listings of one kind up to date with the facts that ship. A second run writes nothing.

    Return how many are "new", "changed", "same" and "withdrawn".
    """
    stored = {
        each.source_ref: each
        for each in model._default_manager.filter(source=SOURCE).prefetch_related("channels", "intervals")
    }
    done = Counter({"new": 0, "changed": 0, "same": 0, "withdrawn": 0})
    for fact in facts:
        listing = stored.pop(fact.slug, None)
        if listing is None:
            create_listing(model, fact)
        done["new" if listing is None else "changed" if update_listing(listing, fact) else "same"] += 1
    done["withdrawn"] = sum(withdraw_listing(listing) for listing in stored.values())
    return done


def create_listing(model: type[Listing], fact: PreparedFact) -> None:
    """Create a published listing with the values and related rows of a shipped fact."""
    listing = model._default_manager.create(
        kind=kinds.for_model(model).slug,
        slug=free_slug(fact.slug),
        status=Status.PUBLISHED,
        source=SOURCE,
        source_ref=fact.slug,
        provenance={"*": fact.source},
        **fact.values,
    )
    for name, rows in fact.rows.items():
        write_rows(listing, name, rows)


def free_slug(slug: str) -> str:
    """Return the slug, with "-facts" after it where a listing of another source has it already."""
    return f"{slug}-{SOURCE}" if Listing.objects.filter(slug=slug).exists() else slug


def update_listing(listing: Listing, fact: PreparedFact) -> bool:
    """Write what differs from the fact and was not corrected here. Return whether anything was written."""
    corrected = {name for name, how in listing.provenance.items() if how.get("corrected_by")}
    values = {**fact.values, "provenance": {**listing.provenance, "*": fact.source}}
    if listing.status_reason == WITHDRAWN:
        values |= {"status": Status.PUBLISHED, "status_reason": ""}
    changed = [
        name for name, value in values.items() if name not in corrected and getattr(listing, name) != value
    ]
    for name in changed:
        setattr(listing, name, values[name])
    if changed:
        listing.save(update_fields=changed)
    others = [
        name for name, rows in fact.rows.items() if name not in corrected and has_changed(listing, name, rows)
    ]
    for name in others:
        getattr(listing, name).all().delete()
        write_rows(listing, name, fact.rows[name])
    return bool(changed or others)


def has_changed(listing: Listing, name: str, rows: Rows) -> bool:
    """Return whether the stored rows of a related name differ from these, in content or in order."""

    def facts(row: models.Model) -> list[Any]:
        return [getattr(row, each) for each in ROW_FIELDS[name]]

    return [facts(row) for row in getattr(listing, name).all()] != [facts(row) for row in rows]


def write_rows(listing: Listing, name: str, rows: Rows) -> None:
    """Insert unsaved rows of a related name for a listing."""
    for row in rows:
        row.listing = listing  # type: ignore[attr-defined]
    getattr(listing, name).bulk_create(rows)


def withdraw_listing(listing: Listing) -> bool:
    """Pause a published listing whose fact no longer ships, unless a curator set its status.

    Return whether it was paused.
    """
    kept = listing.provenance.get("status", {}).get("corrected_by")
    if listing.status != Status.PUBLISHED or kept:
        return False
    listing.status, listing.status_reason = Status.PAUSED, WITHDRAWN
    listing.save(update_fields=["status", "status_reason"])
    return True
