"""Normalize texts: fold case and accents for comparisons, and make slugs for addresses."""

import re
import unicodedata
from functools import lru_cache

# Signs that people type for an apostrophe.
APOSTROPHES = re.compile("['`´‘’ʻʼʿʾ′]")
# Letters that Unicode does not decompose, and what people type who do not have them on the keyboard.
PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return a text in lower case, without accents and apostrophes, and with plain letters for full-width ones.

    Other punctuation and spaces stay. Takes any text.
    """
    if text.isascii():
        return text.replace("'", "").replace("`", "").lower()
    folded = APOSTROPHES.sub("", text).casefold()
    if folded.isascii():
        return folded
    # A compatibility form may decompose into capitals, so case is folded a second time.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", folded).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(PLAIN_LETTERS)


@lru_cache(maxsize=10_000)
def fold_words(text: str) -> str:
    """Return the folded words of a text with one space between them: "St. Mary’s" gives "st marys"."""
    return " ".join(WORD.findall(fold(text)))


def slug(text: str, *, limit: int = 80) -> str:
    """Return a text as a slug for URLs: ASCII words in lower case, joined by hyphens, at most `limit` characters.

    It is empty where no letter of the text has an ASCII form.
    """
    words = fold_words(text).encode("ascii", "ignore").decode().split()
    return "-".join(words)[:limit].strip("-")


def alphanumerics(text: str) -> str:
    """Return the letters and digits of a text without case."""
    return "".join(char for char in text.casefold() if char.isalnum())
