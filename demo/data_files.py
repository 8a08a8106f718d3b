"""The rows of the demo town, from its data files and from the lists of names and texts for invented therapists.

A row maps a field of the listing, or a short form that `loader` reads, to its value. Sets are words separated by
spaces. A field that a row lacks is unknown, and pages show it as unknown.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from django.utils.text import slugify

Row = dict[str, Any]

DATA_FOLDER = Path(__file__).parent / "data"
FILES = {
    "support-groups": ("groups_town", "groups_near_and_far", "groups_more"),
    "therapists": ("therapists",),
    "peer-programs": ("peer_programs",),
    "hotlines": ("hotlines",),
    "treatment": ("treatment",),
    "recovery-housing": ("recovery_housing",),
    "community": ("community",),
    "self-help": ("self_help",),
}
THERAPIST_PLACES = (
    "thimble", "glass-acorn", "blue-heron", "third-bell", "plum-whistle", "silver-loom", "apricot", "maple-drum",
    "brick-swallow", "button-mill", "marmalade", "private-garden",
)  # fmt: skip


def read_toml(name: str) -> dict[str, Any]:
    """Return the content of a data file."""
    with (DATA_FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def town_listings() -> Iterator[Row]:
    """Yield every listing of the town with its `kind` and `slug`, always in the same order and with the same values."""
    fellowships = read_toml("fellowships")
    for kind, names in FILES.items():
        rows = [row for name in names for row in read_toml(name)["listing"]]
        for row in [*rows, *(invented_therapists() if kind == "therapists" else ())]:
            shared = fellowships[row["fellowship"]] if kind == "support-groups" else {}
            yield {"kind": kind, "slug": slugify(row["name"]), **shared, **row}


def invented_therapists() -> Iterator[Row]:
    """Yield therapists that are combined from people.toml; some facts are left out, as in real data."""
    facts = read_toml("people")
    for number, name in enumerate(facts["names"]):
        random = Random(name)  # noqa: S311 - the result is repeatable
        profile = facts["way"][number % len(facts["way"])]
        opening = facts["openings"][number % len(facts["openings"])]
        yield {
            "name": f"{name}, {profile['suffix']}",
            "summary": opening,
            **{key: profile[key] for key in ("credentials", "approaches", "concerns")},
            **place_and_modes(random, number),
            **payment_terms(random, profile["price"]),
            "offers": random.choice(["individual", "individual group", "individual couples family"]),
            "languages": random.choice(["en", "en", "en es", "en zh", "en tl", "en vi", "en ko", "en fa"]),
        }


def place_and_modes(random: Random, number: int) -> Row:
    """Return the place and the modes of a therapist."""
    if random.random() < 0.2:
        return {"modes": "online phone"}
    modes = "in-person online" if random.random() < 0.5 else "in-person"
    access = random.choice(["", "step-free", "step-free parking", "transit", "step-free restroom transit"])
    return {"place": THERAPIST_PLACES[number % len(THERAPIST_PLACES)], "modes": modes, "access": access}


def payment_terms(random: Random, price: list[int]) -> Row:
    """Return the prices of a therapist and whether they accept new clients."""
    low, high = price
    terms: Row = {"payment": random.choice(["self-pay insurance", "medicaid sliding-scale", "self-pay", ""])}
    if random.random() < 0.7:
        terms |= {"price_low": low, "price_high": high}
    if random.random() < 0.8:
        answer = "yes" if random.random() < 0.6 else "no"
        terms |= {"accepting": answer, "accepting_on": -random.randint(1, 60)}
    return terms
