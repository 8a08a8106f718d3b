"""The town as rows: what the data files say, with what a fellowship shares and the therapists that are made up.

A row is a mapping from a field of the listing (or a short form that `town` reads) to its value; sets are words with
blanks between them. What a row leaves out is unknown, and shown as such.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from django.utils.text import slugify

Row = dict[str, Any]

HERE = Path(__file__).parent / "data"
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
    with (HERE / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def town_listings() -> Iterator[Row]:
    """Every listing of the town with its `kind` and `slug`, in the same order and with the same values each time."""
    fellowships = read_toml("fellowships")
    for kind, names in FILES.items():
        rows = [row for name in names for row in read_toml(name)["listing"]]
        for row in [*rows, *(made_up_therapists() if kind == "therapists" else ())]:
            shared = fellowships[row["fellowship"]] if kind == "support-groups" else {}
            yield {"kind": kind, "slug": slugify(row["name"]), **shared, **row}


def made_up_therapists() -> Iterator[Row]:
    """Therapists of the plain sort, put together from people.toml; some facts are left out as nobody gave them."""
    facts = read_toml("people")
    for number, name in enumerate(facts["names"]):
        chance = Random(name)  # noqa: S311  (nothing here is secret, and all of it must come out alike)
        one = facts["way"][number % len(facts["way"])]
        opening = facts["openings"][number % len(facts["openings"])]
        yield {
            "name": f"{name}, {one['suffix']}",
            "summary": opening,
            **{key: one[key] for key in ("credentials", "approaches", "concerns")},
            **place_and_modes(chance, number),
            **payment_terms(chance, one["price"]),
            "offers": chance.choice(["individual", "individual group", "individual couples family"]),
            "languages": chance.choice(["en", "en", "en es", "en zh", "en tl", "en vi", "en ko", "en fa"]),
        }


def place_and_modes(chance: Random, number: int) -> Row:
    if chance.random() < 0.2:
        return {"modes": "online phone"}
    modes = "in-person online" if chance.random() < 0.5 else "in-person"
    access = chance.choice(["", "step-free", "step-free parking", "transit", "step-free restroom transit"])
    return {"place": THERAPIST_PLACES[number % len(THERAPIST_PLACES)], "modes": modes, "access": access}


def payment_terms(chance: Random, price: list[int]) -> Row:
    low, high = price
    terms: Row = {"payment": chance.choice(["self-pay insurance", "medicaid sliding-scale", "self-pay", ""])}
    if chance.random() < 0.7:
        terms |= {"price_low": low, "price_high": high}
    if chance.random() < 0.8:
        answer = "yes" if chance.random() < 0.6 else "no"
        terms |= {"accepting": answer, "accepting_on": -chance.randint(1, 60)}
    return terms
