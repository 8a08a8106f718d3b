"""Texts as the search compares them: folded words and their stems. Pure; knows nothing of listings."""

import re
import threading
from functools import lru_cache
from typing import Any

import Stemmer

from core.text import WORD, fold

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
    """Return a text in lower case, without accents, apostrophes and the dots of initials. Takes any text."""
    folded = fold(text)
    return INITIALS.sub(_join_initials, folded) if DOTTED.search(folded) else folded


def _join_initials(initials: re.Match[str]) -> str:
    """Return "aa " for "a.a."."""
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
