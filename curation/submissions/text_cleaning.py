"""Clean the texts that visitors type, and judge whether they say something. Pure functions on texts."""

import re
import unicodedata

# More combining marks on one letter than any script needs would cover the lines around it.
MAX_COMBINING_MARKS = 8
MAX_LINKS = 5
LINE_BREAK = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
LINK = re.compile(r"(?:https?://|www\.)\S*", re.IGNORECASE)
# Characters that reverse the order of the text around them, or that cannot be seen.
INVISIBLE_CHARACTERS = frozenset("\u200b\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


def clean_text(text: str) -> str:
    """Return `text` without control characters, lone surrogates, invisible characters and piles of combining marks.

    Lines end in a line feed. Letters are composed (NFC), so that equal words are equal texts.
    """
    characters: list[str] = []
    marks = 0
    for character in LINE_BREAK.sub("\n", text):
        category = unicodedata.category(character)
        if (category in ("Cc", "Cs") and character not in "\n\t") or character in INVISIBLE_CHARACTERS:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= MAX_COMBINING_MARKS:
            characters.append(character)
    return unicodedata.normalize("NFC", "".join(characters)).strip()


def clean_line(text: str) -> str:
    """Return `text` cleaned, on one line, with single spaces."""
    return " ".join(clean_text(text).split())


def has_letters_or_digits(text: str) -> bool:
    """Return whether the text has a letter or a digit of any script."""
    return any(character.isalnum() for character in text)


def is_only_links(text: str) -> bool:
    """Return whether the text has links and no words beside them."""
    return bool(LINK.search(text)) and not has_letters_or_digits(LINK.sub(" ", text))


def has_too_many_links(text: str) -> bool:
    """Return whether the text has more than `MAX_LINKS` links."""
    return len(LINK.findall(text)) > MAX_LINKS
