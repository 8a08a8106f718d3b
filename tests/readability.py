"""Measure how hard English is to read, by the Flesch-Kincaid grade: years of school that a reader needs."""

import re

VOWELS = re.compile(r"[aeiouy]+")


def grade(text: str) -> float:
    """Return 0.39 × words a sentence + 11.8 × syllables a word − 15.59 (Kincaid and others, 1975).

    The end of a line ends a sentence.
    """
    sentences = [part for part in re.split(r"[.!?]+[”’\")]*\s+|\n", text) if re.search(r"\w", part)]
    all_words = [word for part in sentences for word in words(part)]
    per_sentence = len(all_words) / len(sentences)
    per_word = sum(map(syllables, all_words)) / len(all_words)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59


def words(text: str) -> list[str]:
    """Return the words of an English text in lower case."""
    return re.findall(r"[a-z]+(?:[’'][a-z]+)*", text.lower())


def syllables(word: str) -> int:
    """Return the number of groups of vowels in a word, without silent ones."""
    plain = re.sub(r"[’']", "", word)
    plain = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeiouydt])ed$|(?<=[^aeiouysxzcgh])es$", "", plain)
    return max(1, len(VOWELS.findall(plain)))
