"""Turn texts into the terms that the search compares: folded words and their stems."""

import re
import threading
from functools import lru_cache
from typing import Any

import Stemmer

from core.text import WORD, fold

# "A.A." and "n. a." are typed as one word as well.
INITIALS = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}", re.UNICODE)
# All initials contain this, and it is searched for much faster.
DOTTED = re.compile(r"\.\s?[^\W\d_]\.")
ALGORITHMS = {"en": "english", "es": "spanish"}


class _Stemmers(threading.local):
    """One stemmer for each language and thread: a stemmer holds the word that it works on."""

    def __init__(self) -> None:
        self.by_language: dict[str, Any] = {}

    def stem(self, word: str, language: str) -> str:
        if language not in self.by_language:
            self.by_language[language] = Stemmer.Stemmer(ALGORITHMS[language])
        return str(self.by_language[language].stemWord(word))


_stemmers = _Stemmers()


def fold_text(text: str) -> str:
    """Return a text in lower case, without accents, apostrophes and the dots of initials. Takes any text."""
    folded = fold(text)
    return INITIALS.sub(_join_initials, folded) if DOTTED.search(folded) else folded


def _join_initials(initials: re.Match[str]) -> str:
    """Return initials as one word with a space after it: "aa " for "a. a."."""
    return "".join(char for char in initials[0] if char not in ". \t\n") + " "


def folded_words(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return WORD.findall(fold_text(text))


@lru_cache(maxsize=200_000)
def stem_word(word: str, language: str = "en") -> str:
    """Return the index term of a folded word in a text of this language, a code such as "en" or "es-MX"."""
    language = language[:2]
    return _stemmers.stem(word, language) if language in ALGORITHMS and word.isascii() else word


def index_terms(text: str, language: str = "en") -> list[str]:
    """Return the index terms of a text, in order."""
    return [stem_word(word, language) for word in folded_words(text)]


def possible_stems(word: str) -> tuple[str, ...]:
    """Return the index terms that a folded word has in texts of any language, without repetition."""
    return tuple(dict.fromkeys((stem_word(word, "en"), stem_word(word, "es"), word)))
