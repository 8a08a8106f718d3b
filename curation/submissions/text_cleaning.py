"""What visitors type, made fit to keep and to read. Pure: texts in, texts and answers out."""

import re
import unicodedata

# Eight marks on one letter are more than any script needs; a heap of them covers the lines around.
MOST_MARKS = 8
MOST_LINKS = 5
BREAK = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
LINK = re.compile(r"(?:https?://|www\.)\S*", re.IGNORECASE)
# Turn the order of signs around, also of the words beside them, or cannot be seen at all.
HIDDEN = frozenset("\u200b\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


def clean_text(text: str) -> str:
    """Without what no database or reader can take: controls, lone surrogates, turned-around runs, heaps of marks.

    Lines end in a line feed; letters are composed (NFC), so that equal words are equal texts.
    """
    kept: list[str] = []
    marks = 0
    for sign in BREAK.sub("\n", text):
        category = unicodedata.category(sign)
        if (category in ("Cc", "Cs") and sign not in "\n\t") or sign in HIDDEN:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return unicodedata.normalize("NFC", "".join(kept)).strip()


def one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in it, of any script."""
    return any(sign.isalnum() for sign in text)


def is_only_links(text: str) -> bool:
    return bool(LINK.search(text)) and not says_something(LINK.sub(" ", text))


def has_too_many_links(text: str) -> bool:
    return len(LINK.findall(text)) > MOST_LINKS
