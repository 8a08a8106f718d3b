"""Loading the demo town into the database, and removing it."""

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
# The source that the page of a listing names.
SOURCE_NAME = "the sample town"
ZONE = "America/Los_Angeles"
# Begins each slug, so that the town takes no address from a real listing.
SLUG_PREFIX = "sample-"
# Channels of listings whose row names none; the loader picks one set at random.
DEFAULT_CHANNELS = {
    "support-groups": (("website",), ("call", "website"), ("email", "website"), ("text", "website"), ()),
    "therapists": (("call", "email", "website"), ("call", "website"), ("email", "website"), ("call",)),
    "peer-programs": (("call", "website"), ("text", "call"), ("call", "email")),
    "treatment": (("call", "website"), ("call",)),
    "recovery-housing": (("call",), ("call", "website"), ("text", "call"), ("email",)),
    "community": (("website",), ("call", "website"), ("email",)),
    "self-help": (("website",),),
}
# Keys of a row that are no fields; a function in this module reads each.
SHORT_FORMS = {"kind", "slug", "place", "org", "reach", "hours", "closed", "meets", "replaced_by"}
# In degrees; places are spread about half a kilometre around the point of their ZIP.
SPREAD = 0.005
CHECKED_SHARE = 0.65


class TownLoader:
    """Creates all rows of the town once. `today` is the day from which the dates in the data files count."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self.numbers = count()
        self.organizations: dict[str, Organization] = {}
        self.places: dict[str, Place] = {}
        self.listings: dict[str, Listing] = {}

    def build(self) -> int:
        """Create all rows and return how many listings there are."""
        places = data_files.read_toml("places")
        for row in places["organization"]:
            self.organizations[row["key"]] = create_organization(row)
        for row in places["place"]:
            self.places[row["key"]] = create_place(row, places["zip"])
        all_rows = list(data_files.town_listings())
        for row in all_rows:
            self.listings[row["slug"]] = self.create_listing(row)
        self.set_replacements(all_rows)
        related: dict[type[models.Model], Callable[[Row], Iterator[Any]]] = {
            Channel: self.channels,
            OpeningInterval: self.intervals,
            HoursException: self.exceptions,
            Verification: self.verifications,
            Meeting: self.meetings,
        }
        for model, build_rows in related.items():
            model._default_manager.bulk_create([each for row in all_rows for each in build_rows(row)])
        return len(self.listings)

    def create_listing(self, row: Row) -> Listing:
        """Create the listing that a row of the demo data describes, with everything that belongs to it."""
        model = kinds[row["kind"]].model
        listing = model(
            kind=row["kind"],
            slug=SLUG_PREFIX + row["slug"],
            sample=True,
            source=SOURCE,
            source_ref=row["slug"],
            provenance={"*": {"source": SOURCE_NAME}},
            place=self.places.get(row.get("place", "")),
            organization=self.organizations.get(row.get("org", "")),
            **{"status": Status.PUBLISHED, **self.field_values(model, row)},
        )
        listing.save()
        return listing

    def field_values(self, model: type[Listing], row: Row) -> dict[str, Any]:
        """Return the values of the listing's fields: those of the row, and defaults that suit most of the town."""
        modes = Mode.IN_PERSON if "place" in row else Mode.PHONE if row["kind"] == "hotlines" else ""
        has_times = any(key in row for key in ("hours", "meets", "always_open"))
        country = "" if row["kind"] == "self-help" else "US"
        defaults = {"modes": modes, "languages": "en", "country": country, "zone": ZONE if has_times else ""}
        if row["kind"] == "support-groups":
            defaults |= {"payment": "free", **self.attendance_slips(row)}
        given = {**defaults, **{key: value for key, value in row.items() if key not in SHORT_FORMS}}
        return {name: self.parse_value(model._meta.get_field(name), value) for name, value in given.items()}

    def parse_value(self, field: Any, value: Any) -> Any:
        """Return the value of a field from the value in a row."""
        if isinstance(field, ChoiceSetField):
            return tuple(sorted(value.split()))
        if isinstance(field, models.DateField):
            return shorthand.parse_day(value, self.today)
        return value.strip() if isinstance(value, str) else value

    def attendance_slips(self, row: Row) -> dict[str, str]:
        """Return whether the group of a row signs attendance slips, chosen at random."""
        return {
            "attendance_slips": seeded_random(row, "slips").choice(["yes", "yes", "no", ""])
            if "place" in row
            else ""
        }

    def set_replacements(self, all_rows: list[Row]) -> None:
        """Set `replaced_by` once all listings exist."""
        for row in all_rows:
            if "replaced_by" in row:
                listing = self.listings[row["slug"]]
                listing.replaced_by = self.listings[row["replaced_by"]]
                listing.save(update_fields=["replaced_by"])

    def channels(self, row: Row) -> Iterator[Channel]:
        """Yield the channels of a row, or those of a random default for its kind."""
        ways = (
            row["reach"]
            if "reach" in row
            else seeded_random(row, "ways").choice(DEFAULT_CHANNELS[row["kind"]])
        )
        for position, text in enumerate(ways):
            kind, body, note = shorthand.parse_channel(text)
            dial, display = self.channel_address(kind, row["slug"])
            yield Channel(
                listing=self.listings[row["slug"]],
                type=kind, dial=dial, display=display, body=body, note=note, position=position,
            )  # fmt: skip

    def channel_address(self, kind: str, slug: str) -> tuple[str, str]:
        """Return what to dial and what to show; telephone numbers end in 555-01xx, which belongs to nobody."""
        if kind in (ChannelType.CALL, ChannelType.TEXT, ChannelType.TTY, ChannelType.VIDEOPHONE):
            last = next(self.numbers) % 100
            return f"+140855501{last:02}", f"408-555-01{last:02}"
        if kind == ChannelType.EMAIL:
            return f"hello@{slug}.example.org", f"hello@{slug}.example.org"
        if kind == ChannelType.WEBSITE:
            return f"https://{slug}.example.org/", f"{slug}.example.org"
        return f"https://example.org/{kind}/{slug}", f"example.org/{kind}/{slug}"

    def intervals(self, row: Row) -> Iterator[OpeningInterval]:
        """Yield the opening hours that a row of the demo data gives in its short form."""
        for text in row.get("hours", ()):
            for fields in shorthand.parse_opening(text):
                yield OpeningInterval(listing=self.listings[row["slug"]], **fields)

    def exceptions(self, row: Row) -> Iterator[HoursException]:
        """Yield the days with other hours of a row."""
        for text in row.get("closed", ()):
            yield HoursException(
                listing=self.listings[row["slug"]], **shorthand.parse_exception(text, self.today)
            )

    def verifications(self, row: Row) -> Iterator[Verification]:
        """Yield checks of the last year: two for some listings, one for most, none for the rest."""
        random = seeded_random(row, "checks")
        if random.random() > CHECKED_SHARE:
            return
        days_ago = random.randint(1, 240)
        for days in (days_ago, days_ago + 120)[: random.choice([1, 1, 1, 2])]:
            yield Verification(
                listing=self.listings[row["slug"]],
                method=random.choice(possible_check_methods(row)),
                verified_on=shorthand.parse_day(-days, self.today),
            )

    def meetings(self, row: Row) -> Iterator[Meeting]:
        """Yield the meetings of a group that a row of the demo data gives in its short form."""
        group = self.listings[row["slug"]]
        if not isinstance(group, SupportGroup):
            return
        for text in row.get("meets", ()):
            for fields in shorthand.parse_meetings(text, self.today):
                joining = join_addresses(group, fields)
                facts = {key: value for key, value in fields.items() if key not in ("link", "code")}
                yield Meeting(group=group, **{"zone": group.zone, **facts, **joining})


def seeded_random(row: Mapping[str, Any], purpose: str) -> Random:
    """Return a random generator that gives the same values for the same listing, whatever else is in the files."""
    return Random(f"{row['slug']} {purpose}")  # noqa: S311


def possible_check_methods(row: Row) -> list[str]:
    """Return the check methods that fit a row: a visit needs a place, and self-help is checked on its website only."""
    if row["kind"] == "self-help":
        return [CheckMethod.WEBSITE]
    return [method for method in CheckMethod.values if method != CheckMethod.VISITED or "place" in row]


def join_addresses(group: Listing, fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the link and the number for joining a meeting online or by phone."""
    modes = fields["modes"] or group.modes
    link = "/".join(filter(None, ("https://example.org/join", group.source_ref, fields.get("link"))))
    last = seeded_random({"slug": group.source_ref}, "number").randint(0, 99)
    code = f",,{fields['code']}#" if "code" in fields else ""
    return {
        "join_url": link if Mode.ONLINE in modes else "",
        "join_phone": f"+140855501{last:02}{code}" if Mode.PHONE in modes else "",
    }


def create_organization(row: Row) -> Organization:
    """Create the organization that a row of the demo data describes."""
    return Organization.objects.create(
        name=row["name"], website=f"https://{row['key']}.example.org/", source=SOURCE
    )


def create_place(row: Row, zips: Mapping[str, tuple[str, float, float]]) -> Place:
    """Create the place that a row of the demo data describes."""
    city, latitude, longitude = zips[row["zip"]]
    random = seeded_random({"slug": row["key"]}, "point")
    shift = [round(random.uniform(-SPREAD, SPREAD), 5) for _axis in range(2)]
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
    """Load the town and return how many listings were added, which is 0 where it is loaded already."""
    if Listing.objects.filter(source=SOURCE).exists():
        return 0
    return TownLoader(timezone.localdate()).build()


@transaction.atomic
def remove_town() -> int:
    """Remove the town and return how many listings were removed.

    A place or organization stays if a listing outside the town uses it.
    """
    listings = Listing.objects.filter(source=SOURCE)
    count = listings.count()
    listings.delete()
    for model in (Place, Organization):
        model.objects.filter(source=SOURCE, listing=None).delete()
    Place.objects.filter(source=SOURCE).update(source="", source_ref="")
    Organization.objects.filter(source=SOURCE).update(source="")
    return count
