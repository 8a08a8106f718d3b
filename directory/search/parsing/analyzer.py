"""Texts as the search compares them: folded words and their stems. Pure; knows nothing of listings."""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Any

import Stemmer

from directory.geo.gazetteer import APOSTROPHES, PLAIN_LETTERS

WORD = re.compile(r"[^\W_]+")
# "A.A." and "n. a." are said as one word.
INITIALS = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}", re.UNICODE)
# What stands in all of them, and is found far sooner.
DOTTED = re.compile(r"\.\s?[^\W\d_]\.")
ALGORITHMS = {"en": "english", "es": "spanish"}


class _Stemmers(threading.local):
    """One stemmer a language and thread: it keeps the word that it works on in itself."""

    def __init__(self) -> None:
        self.made: dict[str, Any] = {}

    def stem(self, word: str, language: str) -> str:
        if language not in self.made:
            self.made[language] = Stemmer.Stemmer(ALGORITHMS[language])
        return str(self.made[language].stemWord(word))


_stemmers = _Stemmers()


def fold_text(text: str) -> str:
    """Without case, accents, apostrophes, dots in initials, and differences of width. Takes any text."""
    plain = text.isascii()
    bare = text.replace("'", "").replace("`", "").lower() if plain else APOSTROPHES.sub("", text).casefold()
    if not bare.isascii():
        # Once more without case, since a compatibility form may open into capitals.
        spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", bare).casefold())
        bare = "".join(char for char in spread if not unicodedata.combining(char)).translate(PLAIN_LETTERS)
    return INITIALS.sub(join_initials, bare) if DOTTED.search(bare) else bare


def join_initials(initials: re.Match[str]) -> str:
    return "".join(char for char in initials[0] if char not in ". \t\n") + " "


def folded_words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return WORD.findall(fold_text(text))


@lru_cache(maxsize=200_000)
def stem_word(word: str, language: str = "en") -> str:
    """The index term of a folded word, in the language of the text that it stands in (a code such as "en")."""
    language = language[:2]
    return _stemmers.stem(word, language) if language in ALGORITHMS and word.isascii() else word


def index_terms(text: str, language: str = "en") -> list[str]:
    """The index terms of a text, in order."""
    return [stem_word(word, language) for word in folded_words(text)]


def possible_stems(word: str) -> tuple[str, ...]:
    """The index terms that a typed word may have, whatever the language of the texts that hold it."""
    return tuple(dict.fromkeys((stem_word(word, "en"), stem_word(word, "es"), word)))
