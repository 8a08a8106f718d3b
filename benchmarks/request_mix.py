"""URLs of the search page as visitors ask for them, with words and towns of the made-up listings.

They are the same for the same seed. Each pattern of a request is as frequent as its weight says, and each word as
frequent as it is in the listings.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar
from urllib.parse import urlencode

import numpy as np

from benchmarks import vocabulary
from benchmarks.rows import RowWriter, kind_shares
from directory.kinds.registry import kinds

Item = TypeVar("Item")
Parameters = list[tuple[str, str]]
LETTERS = "abcdefghijklmnoprstuvw"
SHORTEST_MISTYPED = 5  # letters
RADIUS = "25km"
FACETS = (
    ("language", ("en", "es", "ase", "fr")), ("payment", ("free", "donation", "sliding-scale", "insurance")),
    ("concern", ("alcohol", "opioids", "family", "grief")), ("access", ("step-free", "restroom", "parking")),
    ("audience", ("women", "men", "lgbtq", "young", "veterans")),
)  # fmt: skip


class RequestMix:
    """Random requests, the same ones for the same seed."""

    def __init__(self, writer: RowWriter, seed: object) -> None:
        """Draw words and towns from those of a writer."""
        self.chance = Random(f"mix {seed}")
        self.words, self.towns = writer.words, writer.towns
        self.word_chances, self.town_chances = writer.word_chances, writer.town_chances

    def urls(self, count: int) -> list[tuple[str, str]]:
        """Return the name of the pattern and the URL of each request, in random order."""
        patterns = [pattern for pattern, weight in PATTERNS.items() for _number in range(weight)]
        self.chance.shuffle(patterns)
        return [
            (pattern.__name__, f"/find/?{urlencode(pattern(self))}")
            for pattern in (patterns[number % len(patterns)] for number in range(count))
        ]

    def word(self, shortest: int = 2) -> str:
        """Return a random word that is neither an everyday word nor too short."""
        while True:
            word = self.draw(self.words, self.word_chances)
            if word not in vocabulary.EVERYDAY and len(word) >= shortest:
                return word

    def draw(self, items: Sequence[Item], chances: np.ndarray) -> Item:
        """Return a random item; the chances are cumulative."""
        return items[min(int(np.searchsorted(chances, self.chance.random())), len(items) - 1)]

    def kind(self) -> Parameters:
        """Ask for a kind."""
        shares = kind_shares()
        return [("kind", self.chance.choices(list(shares), list(shares.values()))[0])]

    def place(self) -> Parameters:
        """Ask for a place."""
        town = self.draw(self.towns, self.town_chances)
        return [("near", town.zip or f"{town.name}, {town.region or town.country}"), ("radius", RADIUS)]

    def kind_and_place(self) -> Parameters:
        """Ask for a kind near a place."""
        return self.kind() + self.place()

    def one_word(self) -> Parameters:
        """Ask for a word."""
        return [("q", self.word())]

    def two_words_and_kind(self) -> Parameters:
        """Ask for two words and a kind."""
        return [("q", f"{self.word()} {self.word()}"), *self.kind()]

    def typo(self) -> Parameters:
        """Ask for a mistyped word."""
        word = self.word(SHORTEST_MISTYPED)
        place = self.chance.randrange(1, len(word))
        replacement = self.chance.choice(
            ["", self.chance.choice(LETTERS), self.chance.choice(LETTERS) + word[place]]
        )
        return [("q", word[:place] + replacement + word[place + 1 :])]

    def word_place_and_facets(self) -> Parameters:
        """Ask for a word near a place with options of two filters."""
        facets = self.chance.sample(FACETS, 2)
        return [
            ("q", self.word()),
            *self.place(),
            *((key, self.chance.choice(options)) for key, options in facets),
        ]

    def starting_soon(self) -> Parameters:
        """Ask for online meetings that start soon."""
        return [*(("kind", slug) for slug in kinds.meeting_slugs()), ("mode", "online"), ("when", "soon")]

    def page_50(self) -> Parameters:
        """Ask for a late page of a kind."""
        return [*self.kind(), ("page", "50")]

    def nothing(self) -> Parameters:
        """Ask for everything."""
        return []


# How often each pattern comes, of 200.
PATTERNS: dict[Callable[[RequestMix], Parameters], int] = {
    RequestMix.kind: 20,
    RequestMix.kind_and_place: 30,
    RequestMix.one_word: 30,
    RequestMix.two_words_and_kind: 25,
    RequestMix.typo: 25,
    RequestMix.word_place_and_facets: 30,
    RequestMix.starting_soon: 20,
    RequestMix.page_50: 10,
    RequestMix.nothing: 10,
}
