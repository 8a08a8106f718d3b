"""Puts the invented town into the database, and takes it out again."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from random import Random
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from core.fields import ChoiceSetField
from demo import data_files, shorthand
from demo.data_files import Row
from directory.kinds.registry import kinds
from directory.models import (
    Channel,
    HoursException,
    Listing,
    OpeningInterval,
    Organization,
    Place,
    Verification,
)
from directory.vocabulary import ChannelType, CheckMethod, Mode, Status
from groups.models import Meeting, SupportGroup

SOURCE = "demo"
# What the page of a listing names as its source.
SOURCE_NAME = "the sample town"
ZONE = "America/Los_Angeles"
# Stands before each slug, so that no address of a real listing is taken.
PREFIX = "sample-"
# How one is reached where a row does not say; one of them, by chance.
WAYS = {
    "support-groups": (("website",), ("call", "website"), ("email", "website"), ("text", "website"), ()),
    "therapists": (("call", "email", "website"), ("call", "website"), ("email", "website"), ("call",)),
    "peer-programs": (("call", "website"), ("text", "call"), ("call", "email")),
    "treatment": (("call", "website"), ("call",)),
    "recovery-housing": (("call",), ("call", "website"), ("text", "call"), ("email",)),
    "community": (("website",), ("call", "website"), ("email",)),
    "self-help": (("website",),),
}
# Read by a function here, not taken over as the value of a field.
SHORT_FORMS = {"kind", "slug", "place", "org", "reach", "hours", "closed", "meets", "replaced_by"}
# Degrees: about half a kilometre around the point of the ZIP.
SPREAD = 0.005
CHECKED_SHARE = 0.65


class TownLoader:
    """One loading of the town. `today` is the day from which the dates in the files count."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self.numbers = count()
        self.organizations: dict[str, Organization] = {}
        self.places: dict[str, Place] = {}
        self.listings: dict[str, Listing] = {}

    def build(self) -> int:
        """Writes all of it and returns how many listings there are."""
        facts = data_files.read_toml("places")
        for row in facts["organization"]:
            self.organizations[row["key"]] = organization(row)
        for row in facts["place"]:
            self.places[row["key"]] = place(row, facts["zip"])
        all_rows = list(data_files.town_listings())
        for row in all_rows:
            self.listings[row["slug"]] = self.listing(row)
        self.replace(all_rows)
        related: dict[type[models.Model], Callable[[Row], Iterator[Any]]] = {
            Channel: self.channels,
            OpeningInterval: self.intervals,
            HoursException: self.exceptions,
            Verification: self.checks,
            Meeting: self.meetings,
        }
        for model, wanted in related.items():
            model._default_manager.bulk_create([each for row in all_rows for each in wanted(row)])
        return len(self.listings)

    def listing(self, row: Row) -> Listing:
        model = kinds[row["kind"]].model
        listing = model(
            kind=row["kind"],
            slug=PREFIX + row["slug"],
            sample=True,
            source=SOURCE,
            source_ref=row["slug"],
            provenance={"*": {"source": SOURCE_NAME}},
            place=self.places.get(row.get("place", "")),
            organization=self.organizations.get(row.get("org", "")),
            **{"status": Status.PUBLISHED, **self.values(model, row)},
        )
        listing.save()
        return listing

    def values(self, model: type[Listing], row: Row) -> dict[str, Any]:
        """The row's own fields, with what most of the town has in common where it says nothing."""
        modes = Mode.IN_PERSON if "place" in row else Mode.PHONE if row["kind"] == "hotlines" else ""
        timed = any(key in row for key in ("hours", "meets", "always_open"))
        country = "" if row["kind"] == "self-help" else "US"
        common = {"modes": modes, "languages": "en", "country": country, "zone": ZONE if timed else ""}
        if row["kind"] == "support-groups":
            common |= {"payment": "free", **self.attendance_slips(row)}
        given = {**common, **{key: value for key, value in row.items() if key not in SHORT_FORMS}}
        return {name: self.value(model._meta.get_field(name), value) for name, value in given.items()}

    def value(self, field: Any, value: Any) -> Any:
        if isinstance(field, ChoiceSetField):
            return tuple(sorted(value.split()))
        if isinstance(field, models.DateField):
            return shorthand.parse_day(value, self.today)
        return value.strip() if isinstance(value, str) else value

    def attendance_slips(self, row: Row) -> dict[str, str]:
        return {
            "attendance_slips": seeded_random(row, "slips").choice(["yes", "yes", "no", ""])
            if "place" in row
            else ""
        }

    def replace(self, all_rows: list[Row]) -> None:
        for row in all_rows:
            if "replaced_by" in row:
                listing = self.listings[row["slug"]]
                listing.replaced_by = self.listings[row["replaced_by"]]
                listing.save(update_fields=["replaced_by"])

    def channels(self, row: Row) -> Iterator[Channel]:
        ways = row["reach"] if "reach" in row else seeded_random(row, "ways").choice(WAYS[row["kind"]])
        for position, text in enumerate(ways):
            kind, body, note = shorthand.parse_channel(text)
            dial, display = self.address(kind, row["slug"])
            yield Channel(
                listing=self.listings[row["slug"]],
                type=kind, dial=dial, display=display, body=body, note=note, position=position,
            )  # fmt: skip

    def address(self, kind: str, slug: str) -> tuple[str, str]:
        """What to dial and what to show. Only the hundred numbers that belong to nobody are given out."""
        if kind in (ChannelType.CALL, ChannelType.TEXT, ChannelType.TTY, ChannelType.VIDEOPHONE):
            last = next(self.numbers) % 100
            return f"+140855501{last:02}", f"408-555-01{last:02}"
        if kind == ChannelType.EMAIL:
            return f"hello@{slug}.example.org", f"hello@{slug}.example.org"
        if kind == ChannelType.WEBSITE:
            return f"https://{slug}.example.org/", f"{slug}.example.org"
        return f"https://example.org/{kind}/{slug}", f"example.org/{kind}/{slug}"

    def intervals(self, row: Row) -> Iterator[OpeningInterval]:
        for text in row.get("hours", ()):
            for fields in shorthand.parse_opening(text):
                yield OpeningInterval(listing=self.listings[row["slug"]], **fields)

    def exceptions(self, row: Row) -> Iterator[HoursException]:
        for text in row.get("closed", ()):
            yield HoursException(
                listing=self.listings[row["slug"]], **shorthand.parse_exception(text, self.today)
            )

    def checks(self, row: Row) -> Iterator[Verification]:
        """Most were checked on some day of the last year, some twice; the rest never."""
        luck = seeded_random(row, "checks")
        if luck.random() > CHECKED_SHARE:
            return
        days_ago = luck.randint(1, 240)
        for ago in (days_ago, days_ago + 120)[: luck.choice([1, 1, 1, 2])]:
            how, on = luck.choice(check_method(row)), shorthand.parse_day(-ago, self.today)
            yield Verification(listing=self.listings[row["slug"]], verified_on=on, method=how)

    def meetings(self, row: Row) -> Iterator[Meeting]:
        group = self.listings[row["slug"]]
        if not isinstance(group, SupportGroup):
            return
        for text in row.get("meets", ()):
            for fields in shorthand.parse_meetings(text, self.today):
                yield Meeting(group=group, zone=group.zone, **fields, **joining(group, fields))


def seeded_random(row: Mapping[str, Any], what: str) -> Random:
    """The same luck for the same listing each time, whatever stands before it in the files."""
    return Random(f"{row['slug']} {what}")  # noqa: S311


def check_method(row: Row) -> list[str]:
    """How somebody could have made sure: nobody visits a podcast."""
    if row["kind"] == "self-help":
        return [CheckMethod.WEBSITE]
    return [how for how in CheckMethod.values if how != CheckMethod.VISITED or "place" in row]


def joining(group: Listing, fields: Mapping[str, Any]) -> dict[str, str]:
    """The link and the number to join by, for what takes place online or by phone."""
    modes = fields["modes"] or group.modes
    link = f"https://example.org/join/{group.source_ref}" if Mode.ONLINE in modes else ""
    last = seeded_random({"slug": group.source_ref}, "number").randint(0, 99)
    return {"join_url": link, "join_phone": f"+140855501{last:02}" if Mode.PHONE in modes else ""}


def organization(row: Row) -> Organization:
    return Organization.objects.create(
        name=row["name"], website=f"https://{row['key']}.example.org/", source=SOURCE
    )


def place(row: Row, zips: Mapping[str, tuple[str, float, float]]) -> Place:
    city, latitude, longitude = zips[row["zip"]]
    luck = seeded_random({"slug": row["key"]}, "point")
    shift = [round(luck.uniform(-SPREAD, SPREAD), 5) for _axis in range(2)]
    on_map = row.get("point", True)
    return Place.objects.create(
        **{name: row.get(name, "") for name in ("name", "street", "area", "notes")},
        city=city, region="CA", country="US", postal_code=row["zip"], zone=ZONE,
        latitude=round(latitude + shift[0], 5) if on_map else None,
        longitude=round(longitude + shift[1], 5) if on_map else None,
        private=row.get("private", False), approximate=row.get("approximate", False),
        source=SOURCE, source_ref=row["key"],
    )  # fmt: skip


@transaction.atomic
def load_town() -> int:
    """How many listings were added; none where the town is there already."""
    if Listing.objects.filter(source=SOURCE).exists():
        return 0
    return TownLoader(timezone.localdate()).build()


@transaction.atomic
def remove_town() -> int:
    """How many listings were taken away. A place or organization that a listing of one's own uses stays."""
    listings = Listing.objects.filter(source=SOURCE)
    gone = listings.count()
    listings.delete()
    for model in (Place, Organization):
        ours = model.objects.filter(source=SOURCE)
        ours.filter(listing=None).delete()
    Place.objects.filter(source=SOURCE).update(source="", source_ref="")
    Organization.objects.filter(source=SOURCE).update(source="")
    return gone
