"""What people ask of the search page, as addresses: the same ones for the same seed, drawn from the made-up base's own
words and towns.

Each way of asking comes as often as its weight says; words come as often as they stand in the listings.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar
from urllib.parse import urlencode

import numpy as np

from benchmarks import words
from benchmarks.rows import KINDS, Writer

Thing = TypeVar("Thing")
Pairs = list[tuple[str, str]]
LETTERS = "abcdefghijklmnoprstuvw"
SHORTEST_MISTYPED = 5  # letters
RADIUS = "25km"
FACETS = (
    ("language", ("en", "es", "ase", "fr")), ("payment", ("free", "donation", "sliding-scale", "insurance")),
    ("concern", ("alcohol", "opioids", "family", "grief")), ("access", ("step-free", "restroom", "parking")),
    ("audience", ("women", "men", "lgbtq", "young", "veterans")),
)  # fmt: skip


class Mix:
    def __init__(self, writer: Writer, seed: object) -> None:
        self.chance = Random(f"mix {seed}")
        self.words, self.towns = writer.words, writer.towns
        self.word_chances, self.town_chances = writer.word_chances, writer.town_chances

    def addresses(self, count: int) -> list[tuple[str, str]]:
        """Way of asking and address of each request, in an order left to chance."""
        ways = [way for way, weight in WAYS.items() for _number in range(weight)]
        self.chance.shuffle(ways)
        return [
            (way.__name__, f"/find/?{urlencode(way(self))}")
            for way in (ways[number % len(ways)] for number in range(count))
        ]

    def word(self, shortest: int = 2) -> str:
        """One that says something: neither everyday nor too short."""
        while True:
            word = self.drawn(self.words, self.word_chances)
            if word not in words.EVERYDAY and len(word) >= shortest:
                return word

    def drawn(self, things: Sequence[Thing], chances: np.ndarray) -> Thing:
        return things[min(int(np.searchsorted(chances, self.chance.random())), len(things) - 1)]

    def a_kind(self) -> Pairs:
        return [("kind", self.chance.choices(list(KINDS), list(KINDS.values()))[0])]

    def place(self) -> Pairs:
        town = self.drawn(self.towns, self.town_chances)
        return [("near", town.zip or f"{town.name}, {town.region or town.country}"), ("radius", RADIUS)]

    def kind(self) -> Pairs:
        return self.a_kind()

    def kind_and_place(self) -> Pairs:
        return self.a_kind() + self.place()

    def one_word(self) -> Pairs:
        return [("q", self.word())]

    def two_words_and_kind(self) -> Pairs:
        return [("q", f"{self.word()} {self.word()}"), *self.a_kind()]

    def typo(self) -> Pairs:
        word = self.word(SHORTEST_MISTYPED)
        place = self.chance.randrange(1, len(word))
        instead = self.chance.choice(
            ["", self.chance.choice(LETTERS), self.chance.choice(LETTERS) + word[place]]
        )
        return [("q", word[:place] + instead + word[place + 1 :])]

    def word_place_and_facets(self) -> Pairs:
        facets = self.chance.sample(FACETS, 2)
        return [("q", self.word()), *self.place(), *((key, self.chance.choice(few)) for key, few in facets)]

    def starting_soon(self) -> Pairs:
        return [("kind", "support-groups"), ("mode", "online"), ("when", "soon")]

    def page_50(self) -> Pairs:
        return [*self.a_kind(), ("page", "50")]

    def nothing(self) -> Pairs:
        return []


# How often each comes, of 200.
WAYS: dict[Callable[[Mix], Pairs], int] = {
    Mix.kind: 20, Mix.kind_and_place: 30, Mix.one_word: 30, Mix.two_words_and_kind: 25, Mix.typo: 25,
    Mix.word_place_and_facets: 30, Mix.starting_soon: 20, Mix.page_50: 10, Mix.nothing: 10,
}  # fmt: skip
