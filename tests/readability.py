"""How hard English is to read, by the Flesch-Kincaid grade: the years of school that its sentences ask for."""

import re

VOWELS = re.compile(r"[aeiouy]+")


def grade(text: str) -> float:
    """0.39 × words a sentence + 11.8 × syllables a word − 15.59 (Kincaid and others, 1975). A line ends a sentence."""
    sentences = [part for part in re.split(r"[.!?]+[”’\")]*\s+|\n", text) if re.search(r"\w", part)]
    found = [word for part in sentences for word in words(part)]
    return 0.39 * len(found) / len(sentences) + 11.8 * sum(map(syllables, found)) / len(found) - 15.59


def words(text: str) -> list[str]:
    return re.findall(r"[a-z]+(?:[’'][a-z]+)*", text.lower())


def syllables(word: str) -> int:
    """Groups of vowels, without the ones that are written and not said."""
    plain = re.sub(r"[’']", "", word)
    plain = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeiouydt])ed$|(?<=[^aeiouysxzcgh])es$", "", plain)
    return max(1, len(VOWELS.findall(plain)))
