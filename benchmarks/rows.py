"""Make the rows of the made-up listings, batch by batch.

The same seed gives the same rows. Each batch has a random generator of its own, so a small database is the beginning of
a larger one. Places follow the population (to the power of 0.8; 55% of them are in the United States). The first value
of each vocabulary is common and the last one rare. Every phone number belongs to nobody (555-01xx).
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Model, TextChoices
from django.utils.text import slugify

from benchmarks import vocabulary as made_up_words
from core.fields import pack_set
from directory import vocabulary
from directory.geo import gazetteer
from directory.kinds.registry import kinds
from directory.models import Channel, Listing, OpeningInterval, Organization, Place, Verification
from groups.models import Meeting, SupportGroup

BATCH = 10_000
SEED = 8
NEWEST = datetime.date(2026, 11, 1)
# The shares of the kinds, in proportion to one another. A kind that is not listed here has the smallest share.
SHARES = {
    "support-groups": 25, "therapists": 38, "treatment": 14, "peer-programs": 7, "recovery-housing": 6,
    "community": 6, "self-help": 3, "hotlines": 1,
}  # fmt: skip
SMALLEST_SHARE = 1
NAMES = {
    "support-groups": "{a} {b} Group", "therapists": "{first} {b}, {suffix}", "treatment": "{a} {b} Clinic",
    "peer-programs": "{a} {b} Peers", "recovery-housing": "{a} {b} House", "community": "{a} {b} Company",
    "self-help": "The {a} {b}", "hotlines": "{a} {b} Line",
}  # fmt: skip
DEFAULT_NAME = "{a} {b}"
# How a person takes part in the kinds that have no place.
MODES_WITHOUT_PLACE = {"hotlines": ("phone",), "self-help": ("online",)}
US_SHARE = 0.55
JITTER_DEGREES = 0.06  # 6 to 7 km
WORDS_EACH = 40
LISTINGS_A_PLACE = 2
LISTINGS_AN_ORGANIZATION = 50
POOL = 4096

Rows = dict[type[Model], tuple[tuple[str, ...], list[tuple[Any, ...]]]]


@dataclass(frozen=True)
class Town:
    """A town, or the part of a US town with one ZIP code."""

    name: str
    region: str
    country: str
    zip: str
    zone: str
    latitude: float
    longitude: float


def kind_shares() -> Mapping[str, int]:
    """Return the share of each kind of the registry, by slug."""
    return {slug: SHARES.get(slug, SMALLEST_SHARE) for slug in dict.fromkeys((*SHARES, *kinds))}


def load_towns() -> tuple[list[Town], np.ndarray]:
    """Return the towns of the gazetteer and the cumulative chance of each; a US town counts once for each ZIP code."""
    rows = list(gazetteer.read_rows())
    zips = defaultdict(list)
    for row in rows:
        if row["is_zip"]:
            zips[row["name"], row["region"]].append(row)
    weight_of: dict[Town, float] = {}
    for row in rows:
        if row["is_zip"] or not row["population"]:
            continue
        parts = zips.get((row["name"], row["region"])) if row["country"] == "US" else None
        for part in parts or [row]:
            weight_of.setdefault(_town(row, part), row["population"] ** 0.8 / len(parts or [row]))
    weights = np.array(list(weight_of.values()))
    in_us = np.array([town.country == "US" for town in weight_of])
    weights[in_us] *= US_SHARE / weights[in_us].sum()
    weights[~in_us] *= (1 - US_SHARE) / weights[~in_us].sum()
    return list(weight_of), np.cumsum(weights)


def _town(row: dict[str, Any], part: dict[str, Any]) -> Town:
    code = part["key"] if part["is_zip"] else ""
    point = part["latitude"], part["longitude"]
    return Town(row["name"], row["region"], row["country"], code, row["zone"], *point)


class RowWriter:
    """Makes batches of rows; holds what all batches share: words, towns and sets of values to draw from."""

    def __init__(self, seed: int = SEED) -> None:
        """Load the words and towns."""
        self.seed = seed
        self.words, self.word_chances = made_up_words.vocabulary(), made_up_words.frequencies()
        self.towns, self.town_chances = load_towns()
        shares = kind_shares()
        self.kinds = np.repeat(list(shares), list(shares.values()))
        self.pools: dict[tuple[type[TextChoices], float], list[str]] = {}

    def batch(self, first: int, size: int) -> Rows:
        """Return the rows of the listings with the numbers from `first` to `first + size - 1`, by model.

        `first - 1` must be a multiple of BATCH; otherwise ValueError is raised.
        """
        self.chance = np.random.default_rng((self.seed, first // BATCH))
        self.rows: dict[type[Model], list[tuple[Any, ...]]] = defaultdict(list)
        self._draw(first)
        for number in range(first, first + size):
            self._add_listing(number, number - first)
        return {model: (MODEL_FIELDS[model], rows) for model, rows in self.rows.items()}

    def _draw(self, first: int) -> None:
        """Draw all random numbers of a batch at once."""
        chance = self.chance
        self.kind_of = self.kinds[chance.integers(0, len(self.kinds), BATCH)].tolist()
        ranks = np.searchsorted(self.word_chances, chance.random((BATCH, WORDS_EACH)))
        self.text_of = [[self.words[rank] for rank in row] for row in ranks.tolist()]
        # Names consist of rarer words: everyday words would not tell them apart.
        rarer = np.searchsorted(self.word_chances, 0.3 + 0.7 * chance.random((BATCH, 2)))
        self.name_of = [[self.words[rank].title() for rank in row] for row in rarer.tolist()]
        self.dice = chance.random((BATCH, 24)).tolist()
        places = np.searchsorted(self.town_chances, chance.random(BATCH)).clip(max=len(self.towns) - 1)
        self.town_of = [self.towns[index] for index in places.tolist()]
        self.jitter = chance.normal(0, JITTER_DEGREES, (BATCH, 2)).tolist()
        if (first - 1) % BATCH:
            raise ValueError("A batch begins where one ends.")

    def _add_listing(self, number: int, index: int) -> None:
        kind, dice = self.kind_of[index], self.dice[index]
        place_index = index - index % LISTINGS_A_PLACE
        modes = self._modes(kind, dice[0])
        place = self._place(number - (index - place_index), place_index) if "in-person" in modes else None
        text = self.text_of[index]
        first, second = self.name_of[index]
        name = NAMES.get(kind, DEFAULT_NAME).format(
            a=first, b=second,
            first=made_up_words.FIRST_NAMES[int(dice[1] * len(made_up_words.FIRST_NAMES))],
            suffix=made_up_words.SUFFIXES[int(dice[2] * len(made_up_words.SUFFIXES))],
        )  # fmt: skip
        town = self.town_of[place_index]
        from_feed = dice[3] < 0.6
        has_hours = not kinds[kind].has_meetings and kind != "self-help" and dice[4] < 0.15
        is_hotline = kinds[kind].is_crisis_line
        self._add(
            Listing,
            number, kind, f"{number:07d}-{slugify(name)}", name, " ".join(text[:8]).capitalize() + ".",
            " ".join(text).capitalize() + ".", self._organization(number, dice[5]), place, pack_set(modes),
            self._some(vocabulary.Concern, dice[6]), self._some(vocabulary.Language, dice[7], 0.9),
            self._some(vocabulary.Audience, dice[8], 0.35), self._some(vocabulary.Payment, dice[9], 0.8),
            self._some(vocabulary.Access, dice[10], 0.4), town.country if is_hotline else "",
            town.zone if has_hours else "", is_hotline and dice[11] < 0.5,
            "published" if dice[12] < 0.97 else "draft",
            "made-up" if from_feed else "", str(number) if from_feed else "",
            f"{self._day(dice[13], 900)} 12:00:00+00:00",
        )  # fmt: skip
        self._add_own_row(kind, number, index, town)
        self._add_related_rows(number, dice, has_hours)

    def _add(self, model: type[Model], *values: Any) -> None:
        self.rows[model].append(values)

    def _modes(self, kind: str, die: float) -> tuple[str, ...]:
        if kind in MODES_WITHOUT_PLACE:
            return MODES_WITHOUT_PLACE[kind]
        if die < 0.7:
            return ("in-person",)
        return ("in-person", "online") if die < 0.85 else ("online",)

    def _place(self, number: int, index: int) -> int:
        """Add the place of a listing unless it is there already, and return its key.

        Listings that share a place have the key of the first of them.
        """
        if not self.rows[Place] or self.rows[Place][-1][0] != number:
            town, (north, east) = self.town_of[index], self.jitter[index]
            dice = self.dice[index]
            self._add(
                Place,
                number, f"{self.name_of[index][0]} Hall" if dice[14] < 0.6 else "",
                f"{1 + int(dice[15] * 2000)} {self.name_of[index][1]} Street", town.name, town.region, town.zip,
                town.country, round(min(89.0, max(-89.0, town.latitude + north)), 5),
                round((town.longitude + east + 180) % 360 - 180, 5), town.zone, dice[16] < 0.03,
            )  # fmt: skip
        return number

    def _organization(self, number: int, die: float) -> int | None:
        """Return the key of the organization of a listing, or None.

        One in fifty listings adds an organization; most others belong to one of an earlier batch.
        """
        if number % LISTINGS_AN_ORGANIZATION == 0:
            self._add(Organization, number, f"{self.name_of[number % BATCH - 1][0]} Network")
            return number
        last = (number - 1) // BATCH * BATCH // LISTINGS_AN_ORGANIZATION
        return (1 + int((die / 0.6) ** 2 * last)) * LISTINGS_AN_ORGANIZATION if last and die < 0.6 else None

    def _some(self, facet: type[TextChoices], die: float, share: float = 1.0) -> str:
        """Return a set of values as the database stores it; it is empty for all but `share` of the listings."""
        if (facet, share) not in self.pools:
            self.pools[facet, share] = _pool(facet, share)
        return self.pools[facet, share][int(die * POOL)]

    def _one(self, facet: type[TextChoices], die: float) -> str:
        return facet.values[int(die**2 * len(facet.values))]

    def _day(self, die: float, days: int) -> datetime.date:
        return NEWEST - datetime.timedelta(days=int(die * days))

    def _add_own_row(self, kind: str, number: int, index: int, town: Town) -> None:
        """Add the row with the facts of its kind, and the meetings of a group."""
        dice = self.dice[index][17:]
        values: dict[str, tuple[Any, ...]] = {
            "support-groups": (self._one(vocabulary.Fellowship, dice[0]),),
            "therapists": (
                self._some(vocabulary.Credential, dice[0]), self._some(vocabulary.Approach, dice[1]),
                "yes" if dice[2] < 0.4 else "no" if dice[2] < 0.6 else "",
                str(self._day(dice[3], 120)) if dice[2] < 0.6 else None, *self._price(dice[4]),
            ),
            "treatment": (
                self._some(vocabulary.Care, dice[0]), self._some(vocabulary.Medication, dice[1], 0.6),
                self._some(vocabulary.Age, dice[2]),
            ),
            "peer-programs": (self._some(vocabulary.PeerProgramType, dice[0]),),
            "recovery-housing": (self._one(vocabulary.HouseLevel, dice[0]), self._one(vocabulary.YesNo, dice[1])),
            "community": (self._some(vocabulary.CommunityCategory, dice[0]),),
            "self-help": (self._one(vocabulary.Medium, dice[0]),),
            "hotlines": ("trained volunteers",),
        }  # fmt: skip
        self._add(kinds[kind].model, number, *values.get(kind, ()))
        if kinds[kind].model is SupportGroup:
            for meeting in range(1 + int(dice[5] ** 2 * 3)):
                self._add_meeting(number, index, meeting, town)

    def _price(self, die: float) -> tuple[int | None, int | None]:
        return (None, None) if die < 0.4 else (60 + 10 * int(die * 10), 90 + 10 * int(die * 12))

    def _add_meeting(self, number: int, index: int, meeting: int, town: Town) -> None:
        one, two, three, four = self.dice[(index + meeting * 7 + 1) % BATCH][:4]
        # Most meetings are in the evening.
        hour = 17 + int(one * 30) % 4 if one < 0.6 else 6 + int(one * 150) % 14
        monthly = two < 0.04
        modes = self._modes(self.kind_of[index], self.dice[index][0])
        online = "online" in modes
        # Of the groups that meet in both ways, some meet in one way on one day and in the other on another.
        own_modes = pack_set([modes[meeting % 2]]) if len(modes) == 2 and four < 0.7 else ""
        self._add(
            Meeting,
            f"{number:09x}{meeting:03d}", number, "monthly" if monthly else "weekly", int(three * 7),
            f"|{1 + int(four * 4)}|" if monthly else "",
            f"{hour:02d}:{(0, 0, 0, 30, 30, 15, 45)[int(two * 7)]:02d}:00", 90 if four < 0.2 else 60, town.zone,
            self._some(vocabulary.Format, four, 0.8), f"https://meet.example/{number}" if online else "",
            three < 0.98, own_modes, self._some(vocabulary.Language, one, 0.3),
            self._some(vocabulary.Audience, two, 0.3), "yes" if one < 0.2 else "no" if one > 0.95 else "",
        )  # fmt: skip

    def _add_related_rows(self, number: int, dice: Sequence[float], has_hours: bool) -> None:
        """Add the channels, opening hours and verifications of a listing."""
        phone = f"{200 + number * 7 % 700}55501{number % 100:02d}"
        shown = f"{phone[:3]}-{phone[3:6]}-{phone[6:]}"
        if dice[11] < 0.75:
            self._add(Channel, number, "call", f"+1{phone}", shown, 0)
        if dice[14] < 0.1:
            self._add(Channel, number, "text", f"+1{phone}", shown, 1)
        if dice[15] < 0.3:
            self._add(Channel, number, "website", f"https://place-{number}.example/", "", 2)
        if has_hours:
            opens, closes = 7 + int(dice[16] * 4), 16 + int(dice[13] * 5)
            for weekday in range(5):
                self._add(OpeningInterval, number, weekday, f"{opens:02d}:00:00", f"{closes:02d}:00:00")
        if dice[12] < 0.4:
            on = self._day(dice[9], 400)
            how = self._one(vocabulary.CheckMethod, dice[10])
            self._add(Verification, number, str(on), how, str(on + datetime.timedelta(days=365)))


# By slug of the kind: the fields of its model that get made-up values.
OWN_FIELDS = {
    "support-groups": ("fellowship",),
    "therapists": ("credentials", "approaches", "accepting", "accepting_on", "price_low", "price_high"),
    "treatment": ("care", "medications", "ages"),
    "peer-programs": ("program_type",),
    "recovery-housing": ("level", "medication_friendly"),
    "community": ("category",),
    "self-help": ("medium",),
    "hotlines": ("who_answers",),
}
MODEL_FIELDS: dict[type[Model], tuple[str, ...]] = {
    Organization: ("id", "name"),
    Place: (
        "id", "name", "street", "city", "region", "postal_code", "country", "latitude", "longitude", "zone", "private",
    ),
    Listing: (
        "id", "kind", "slug", "name", "summary", "description", "organization_id", "place_id", "modes", "concerns",
        "languages", "audiences", "payment", "access", "country", "zone", "always_open", "status", "source",
        "source_ref", "created",
    ),
    **{kind.model: ("listing_ptr_id", *OWN_FIELDS.get(slug, ())) for slug, kind in kinds.items()},
    Meeting: (
        "public_id", "group_id", "repeat", "weekday", "weeks", "start", "minutes", "zone", "formats", "join_url",
        "active", "modes", "languages", "audiences", "attendance_slips",
    ),
    Channel: ("listing_id", "type", "dial", "display", "position"),
    OpeningInterval: ("listing_id", "weekday", "opens", "closes"),
    Verification: ("listing_id", "verified_on", "method", "due_on"),
}  # fmt: skip


def _pool(facet: type[TextChoices], share: float) -> list[str]:
    """Return sets of one to four values each; the first values of the vocabulary are the most frequent."""
    chance = np.random.default_rng([POOL, len(facet.values), int(share * 100)])
    weights = 1 / np.arange(1, len(facet.values) + 1)
    sizes = chance.choice([1, 2, 3, 4], POOL, p=[0.55, 0.25, 0.13, 0.07]).clip(max=len(facet.values))
    drawn = (chance.choice(facet.values, size, replace=False, p=weights / weights.sum()) for size in sizes)
    sets = [pack_set(each.tolist()) for each in drawn]
    empty = round(POOL * (1 - share))
    return [*[""] * empty, *sets[empty:]]
