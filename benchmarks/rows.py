"""The made-up base as rows, batch by batch. The same seed gives the same rows, and a small base is the beginning of a
larger one, since each batch has a chance of its own.

Where people live there is more to find (population to the power of 0.8, 55% of it in the United States); a quarter
are support groups with meetings; facets are skewed, so that the first value of each is common and the last rare.
Every telephone number is one that belongs to nobody (555-01xx).
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Model, TextChoices
from django.utils.text import slugify

from benchmarks import words
from core.fields import pack_set
from directory import vocabulary
from directory.geo import gazetteer
from directory.kinds.registry import kinds
from directory.models import Channel, Listing, OpeningInterval, Organization, Place, Verification
from groups.models import Meeting

BATCH = 10_000
SEED = 8
NEWEST = datetime.date(2026, 11, 1)
# Share of each kind; the rest of 100.
KINDS = {
    "support-groups": 25, "therapists": 38, "treatment": 14, "peer-programs": 7, "recovery-housing": 6,
    "community": 6, "self-help": 3, "hotlines": 1,
}  # fmt: skip
NAMES = {
    "support-groups": "{a} {b} Group", "therapists": "{first} {b}, {suffix}", "treatment": "{a} {b} Clinic",
    "peer-programs": "{a} {b} Peers", "recovery-housing": "{a} {b} House", "community": "{a} {b} Company",
    "self-help": "The {a} {b}", "hotlines": "{a} {b} Line",
}  # fmt: skip
US_SHARE = 0.55
JITTER_DEGREES = 0.06  # 6 to 7 km
WORDS_EACH = 40
LISTINGS_A_PLACE = 2
LISTINGS_AN_ORGANIZATION = 50
POOL = 4096

Rows = dict[type[Model], tuple[tuple[str, ...], list[tuple[Any, ...]]]]


@dataclass(frozen=True)
class Town:
    name: str
    region: str
    country: str
    zip: str
    zone: str
    latitude: float
    longitude: float


def towns() -> tuple[list[Town], np.ndarray]:
    """Where listings may be, and the cumulative chance of each. A US town is one town for each of its ZIPs."""
    rows = list(gazetteer.read_rows())
    zips = defaultdict(list)
    for row in rows:
        if row["is_zip"]:
            zips[row["name"], row["region"]].append(row)
    found: dict[Town, float] = {}
    for row in rows:
        if row["is_zip"] or not row["population"]:
            continue
        parts = zips.get((row["name"], row["region"])) if row["country"] == "US" else None
        for part in parts or [row]:
            found.setdefault(town(row, part), row["population"] ** 0.8 / len(parts or [row]))
    weights = np.array(list(found.values()))
    at_home = np.array([each.country == "US" for each in found])
    weights[at_home] *= US_SHARE / weights[at_home].sum()
    weights[~at_home] *= (1 - US_SHARE) / weights[~at_home].sum()
    return list(found), np.cumsum(weights)


def town(row: dict[str, Any], part: dict[str, Any]) -> Town:
    code = part["key"] if part["is_zip"] else ""
    point = part["latitude"], part["longitude"]
    return Town(row["name"], row["region"], row["country"], code, row["zone"], *point)


class Writer:
    """Makes batches; holds what they share: words, towns, and for each facet a pool of sets to draw from."""

    def __init__(self, seed: int = SEED) -> None:
        self.seed = seed
        self.words, self.word_chances = words.vocabulary(), words.frequencies()
        self.towns, self.town_chances = towns()
        self.kinds = np.repeat(list(KINDS), list(KINDS.values()))
        self.pools: dict[tuple[type[TextChoices], float], list[str]] = {}

    def batch(self, first: int, size: int) -> Rows:
        """Rows of the listings numbered `first` to `first + size - 1`; `first - 1` is a multiple of BATCH."""
        self.chance = np.random.default_rng((self.seed, first // BATCH))
        self.rows: dict[type[Model], list[tuple[Any, ...]]] = defaultdict(list)
        self.prepare(first)
        for number in range(first, first + size):
            self.listing(number, number - first)
        return {model: (FIELDS[model], rows) for model, rows in self.rows.items()}

    def prepare(self, first: int) -> None:
        """Everything that chance decides for a whole batch, drawn at once."""
        chance = self.chance
        self.kind_of = self.kinds[chance.integers(0, len(self.kinds), BATCH)].tolist()
        ranks = np.searchsorted(self.word_chances, chance.random((BATCH, WORDS_EACH)))
        self.text_of = [[self.words[rank] for rank in row] for row in ranks.tolist()]
        # Names are made of the rarer words: the everyday ones say nothing.
        rarer = np.searchsorted(self.word_chances, 0.3 + 0.7 * chance.random((BATCH, 2)))
        self.name_of = [[self.words[rank].title() for rank in row] for row in rarer.tolist()]
        self.dice = chance.random((BATCH, 24)).tolist()
        places = np.searchsorted(self.town_chances, chance.random(BATCH)).clip(max=len(self.towns) - 1)
        self.town_of = [self.towns[index] for index in places.tolist()]
        self.jitter = chance.normal(0, JITTER_DEGREES, (BATCH, 2)).tolist()
        if (first - 1) % BATCH:
            raise ValueError("A batch begins where one ends.")

    def listing(self, number: int, index: int) -> None:
        kind, dice = self.kind_of[index], self.dice[index]
        home = index - index % LISTINGS_A_PLACE
        modes = self.modes(kind, dice[0])
        place = self.place(number - (index - home), home) if "in-person" in modes else None
        text = self.text_of[index]
        first, second = self.name_of[index]
        name = NAMES[kind].format(
            a=first, b=second,
            first=words.FIRST_NAMES[int(dice[1] * len(words.FIRST_NAMES))],
            suffix=words.SUFFIXES[int(dice[2] * len(words.SUFFIXES))],
        )  # fmt: skip
        town = self.town_of[home]
        fed = dice[3] < 0.6
        timed = kind not in ("support-groups", "self-help") and dice[4] < 0.15
        self.add(
            Listing,
            number, kind, f"{number:07d}-{slugify(name)}", name, " ".join(text[:8]).capitalize() + ".",
            " ".join(text).capitalize() + ".", self.organization(number, dice[5]), place, pack_set(modes),
            self.some(vocabulary.Concern, dice[6]), self.some(vocabulary.Language, dice[7], 0.9),
            self.some(vocabulary.Audience, dice[8], 0.35), self.some(vocabulary.Payment, dice[9], 0.8),
            self.some(vocabulary.Access, dice[10], 0.4), town.country if kind == "hotlines" else "",
            town.zone if timed else "", kind == "hotlines" and dice[11] < 0.5,
            "published" if dice[12] < 0.97 else "draft", "made-up" if fed else "", str(number) if fed else "",
            f"{self.day(dice[13], 900)} 12:00:00+00:00",
        )  # fmt: skip
        self.own(kind, number, index, town)
        self.beside(number, dice, timed)

    def add(self, model: type[Model], *values: Any) -> None:
        self.rows[model].append(values)

    def modes(self, kind: str, die: float) -> tuple[str, ...]:
        if kind in ("hotlines", "self-help"):
            return ("phone",) if kind == "hotlines" else ("online",)
        if die < 0.7:
            return ("in-person",)
        return ("in-person", "online") if die < 0.85 else ("online",)

    def place(self, number: int, home: int) -> int:
        """Two listings share a place; the key is that of the first of them."""
        if not self.rows[Place] or self.rows[Place][-1][0] != number:
            town, (north, east) = self.town_of[home], self.jitter[home]
            dice = self.dice[home]
            self.add(
                Place,
                number, f"{self.name_of[home][0]} Hall" if dice[14] < 0.6 else "",
                f"{1 + int(dice[15] * 2000)} {self.name_of[home][1]} Street", town.name, town.region, town.zip,
                town.country, round(min(89.0, max(-89.0, town.latitude + north)), 5),
                round((town.longitude + east + 180) % 360 - 180, 5), town.zone, dice[16] < 0.03,
            )  # fmt: skip
        return number

    def organization(self, number: int, die: float) -> int | None:
        """One in fifty listings founds an organization; most of the others belong to one of an earlier batch."""
        if number % LISTINGS_AN_ORGANIZATION == 0:
            self.add(Organization, number, f"{self.name_of[number % BATCH - 1][0]} Network")
            return number
        last = (number - 1) // BATCH * BATCH // LISTINGS_AN_ORGANIZATION
        return (1 + int((die / 0.6) ** 2 * last)) * LISTINGS_AN_ORGANIZATION if last and die < 0.6 else None

    def some(self, facet: type[TextChoices], die: float, share: float = 1.0) -> str:
        """A set of values as it stands in the database; empty for all but `share` of the listings."""
        if (facet, share) not in self.pools:
            self.pools[facet, share] = pool(facet, share)
        return self.pools[facet, share][int(die * POOL)]

    def one(self, facet: type[TextChoices], die: float) -> str:
        return facet.values[int(die**2 * len(facet.values))]

    def day(self, die: float, days: int) -> datetime.date:
        return NEWEST - datetime.timedelta(days=int(die * days))

    def own(self, kind: str, number: int, index: int, town: Town) -> None:
        """The row with the own facts of its kind, and the meetings of a group."""
        dice = self.dice[index][17:]
        values: dict[str, tuple[Any, ...]] = {
            "support-groups": (self.one(vocabulary.Fellowship, dice[0]),),
            "therapists": (
                self.some(vocabulary.Credential, dice[0]), self.some(vocabulary.Approach, dice[1]),
                "yes" if dice[2] < 0.4 else "no" if dice[2] < 0.6 else "",
                str(self.day(dice[3], 120)) if dice[2] < 0.6 else None, *self.price(dice[4]),
            ),
            "treatment": (
                self.some(vocabulary.Care, dice[0]), self.some(vocabulary.Medication, dice[1], 0.6),
                self.some(vocabulary.Age, dice[2]),
            ),
            "peer-programs": (self.some(vocabulary.PeerProgramType, dice[0]),),
            "recovery-housing": (self.one(vocabulary.HouseLevel, dice[0]), self.one(vocabulary.YesNo, dice[1])),
            "community": (self.some(vocabulary.CommunityCategory, dice[0]),),
            "self-help": (self.one(vocabulary.Medium, dice[0]),),
            "hotlines": ("trained volunteers",),
        }  # fmt: skip
        self.add(kinds[kind].model, number, *values[kind])
        if kind == "support-groups":
            for meeting in range(1 + int(dice[5] ** 2 * 3)):
                self.meeting(number, index, meeting, town)

    def price(self, die: float) -> tuple[int | None, int | None]:
        return (None, None) if die < 0.4 else (60 + 10 * int(die * 10), 90 + 10 * int(die * 12))

    def meeting(self, number: int, index: int, meeting: int, town: Town) -> None:
        one, two, three, four = self.dice[(index + meeting * 7 + 1) % BATCH][:4]
        # Evenings above all, then noon.
        hour = 17 + int(one * 30) % 4 if one < 0.6 else 6 + int(one * 150) % 14
        monthly = two < 0.04
        online = "online" in self.modes("support-groups", self.dice[index][0])
        self.add(
            Meeting,
            number, "monthly" if monthly else "weekly", int(three * 7), 1 + int(four * 4) if monthly else None,
            f"{hour:02d}:{(0, 0, 0, 30, 30, 15, 45)[int(two * 7)]:02d}:00", 90 if four < 0.2 else 60, town.zone,
            self.some(vocabulary.Format, four, 0.8), f"https://meet.example/{number}" if online else "",
            three < 0.98,
        )  # fmt: skip

    def beside(self, number: int, dice: Sequence[float], timed: bool) -> None:
        """Ways to reach it, opening hours, checks."""
        phone = f"{200 + number * 7 % 700}55501{number % 100:02d}"
        shown = f"{phone[:3]}-{phone[3:6]}-{phone[6:]}"
        if dice[11] < 0.75:
            self.add(Channel, number, "call", f"+1{phone}", shown, 0)
        if dice[14] < 0.1:
            self.add(Channel, number, "text", f"+1{phone}", shown, 1)
        if dice[15] < 0.3:
            self.add(Channel, number, "website", f"https://place-{number}.example/", "", 2)
        if timed:
            opens, closes = 7 + int(dice[16] * 4), 16 + int(dice[13] * 5)
            for weekday in range(5):
                self.add(OpeningInterval, number, weekday, f"{opens:02d}:00:00", f"{closes:02d}:00:00")
        if dice[12] < 0.4:
            on = self.day(dice[9], 400)
            how = self.one(vocabulary.CheckMethod, dice[10])
            self.add(Verification, number, str(on), how, str(on + datetime.timedelta(days=365)))


FIELDS: dict[type[Model], tuple[str, ...]] = {
    Organization: ("id", "name"),
    Place: (
        "id", "name", "street", "city", "region", "postal_code", "country", "latitude", "longitude", "zone", "private",
    ),
    Listing: (
        "id", "kind", "slug", "name", "summary", "description", "organization_id", "place_id", "modes", "concerns",
        "languages", "audiences", "payment", "access", "country", "zone", "always_open", "status", "source",
        "source_ref", "created",
    ),
    kinds["support-groups"].model: ("listing_ptr_id", "fellowship"),
    kinds["therapists"].model: (
        "listing_ptr_id", "credentials", "approaches", "accepting", "accepting_on", "price_low", "price_high",
    ),
    kinds["treatment"].model: ("listing_ptr_id", "care", "medications", "ages"),
    kinds["peer-programs"].model: ("listing_ptr_id", "program_type"),
    kinds["recovery-housing"].model: ("listing_ptr_id", "level", "medication_friendly"),
    kinds["community"].model: ("listing_ptr_id", "category"),
    kinds["self-help"].model: ("listing_ptr_id", "medium"),
    kinds["hotlines"].model: ("listing_ptr_id", "who_answers"),
    Meeting: (
        "group_id", "repeat", "weekday", "nth", "start", "minutes", "zone", "formats", "join_url", "active",
    ),
    Channel: ("listing_id", "type", "dial", "display", "position"),
    OpeningInterval: ("listing_id", "weekday", "opens", "closes"),
    Verification: ("listing_id", "verified_on", "method", "due_on"),
}  # fmt: skip


def pool(facet: type[TextChoices], share: float) -> list[str]:
    """Sets of one to four values each, the first values of the vocabulary likelier than the last."""
    chance = np.random.default_rng([POOL, len(facet.values), int(share * 100)])
    weights = 1 / np.arange(1, len(facet.values) + 1)
    sizes = chance.choice([1, 2, 3, 4], POOL, p=[0.55, 0.25, 0.13, 0.07]).clip(max=len(facet.values))
    drawn = (chance.choice(facet.values, size, replace=False, p=weights / weights.sum()) for size in sizes)
    sets = [pack_set(each.tolist()) for each in drawn]
    empty = round(POOL * (1 - share))
    return [*[""] * empty, *sets[empty:]]
