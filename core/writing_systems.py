"""Determine the language of a text by its script, for texts that are not in the language of their listing.

A script is written in several languages, so the answer is the one with the most writers, unless some letters say more.
It chooses the voice of a screen reader and the font, and the direction of the text follows from it.
"""

import unicodedata
from functools import lru_cache

# The first word of a letter's name in Unicode → the language.
_LANGUAGES = {
    "HEBREW": "he", "ARABIC": "ar", "CYRILLIC": "ru", "GREEK": "el", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja",
    "CJK": "zh", "THAI": "th", "DEVANAGARI": "hi", "BENGALI": "bn", "GURMUKHI": "pa", "TAMIL": "ta", "GEORGIAN": "ka",
    "ARMENIAN": "hy", "ETHIOPIC": "am", "KHMER": "km",
}  # fmt: skip
# Letters that other languages of the script do not have.
_LETTERS = {"ar": ("fa", set("پچژگکی")), "ru": ("uk", set("іїєґІЇЄҐ"))}
_SAME_SCRIPT = {
    "he": {"yi"},
    "ar": {"fa", "ur", "ps"},
    "ru": {"uk", "bg", "sr", "be", "mk"},
    "hi": {"ne", "mr"},
}


@lru_cache(maxsize=10_000)
def language_of_script(text: str, language: str) -> str:
    """Return `language`, or that of the script in which most letters of the text are written.

    `language` is the one that is stated for the text; it stays where it is written in that script.
    """
    if text.isascii():
        return language
    counts: dict[str, int] = {}
    for char in text[:400]:
        if char.isalpha():
            script = unicodedata.name(char, "").split(" ", 1)[0].split("-", 1)[0]
            counts[script] = counts.get(script, 0) + 1
    if {"HIRAGANA", "KATAKANA"} & counts.keys():
        counts["HIRAGANA"] = sum(counts.pop(script, 0) for script in ("HIRAGANA", "KATAKANA", "CJK"))
    found = _LANGUAGES.get(max(counts, key=lambda script: counts[script], default=""), "")
    others = _SAME_SCRIPT.get(found, set())
    if found in _LETTERS and _LETTERS[found][1] & set(text):
        # The letters rule out the most frequent language, not the others.
        return language if language in others else _LETTERS[found][0]
    return language if not found or language == found or language in others else found
