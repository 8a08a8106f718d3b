"""The words of the made-up listings: everyday words and words of the field, then invented ones.

The frequency of a word falls with its rank as in real text (Zipf's law). So a search finds words that nearly every
listing has, and words that only two of them have.
"""

from random import Random

import numpy as np

VOCABULARY = 60_000
ZIPF = 1.07
EVERYDAY = (
    "the and of for we to a in you with is our are people who on by or all at be from can your they as it this"
    " have not will one that time no if when day every out up"
).split()
FIELD = (
    "recovery support group sober meeting hope family grief help care women men young open step friends addiction"
    " alcohol opioid drugs gambling eating peer coach sponsor mentor trauma therapy therapist counseling treatment"
    " detox medication buprenorphine methadone naltrexone naloxone housing living home community church online phone"
    " weekly evening morning night weekend free welcome newcomers beginners discussion speaker meditation mindfulness"
    " serenity courage change strength journey balance growth wellness healing together circle fellowship anonymous"
    " relapse craving trigger anxiety depression stress sleep anger parents children teens veterans spanish english"
    " outpatient residential intensive insurance medicaid sliding scale payment ride food yoga fitness hiking music"
    " art reading book podcast course workshop class center house clinic hospital county valley river north south"
    " east west downtown harbor lake hill park bridge garden school library hall room street safe kind calm steady"
    " listen talk learn share walk build mend trust begin again new life first light"
).split()
ONSETS = "b c d f g h j k l m n p r s t v w br ch cl dr fl gr pl pr sh sl st th tr".split()
VOWELS = "a e i o u ai ea ie oo ou".split()
CODAS = ["", "", "", "l", "m", "n", "r", "s", "t", "ck", "nd", "nt", "rn", "st"]
FIRST_NAMES = (
    "Alma Ana Ben Carla Chidi Dana Elena Emeka Farah Grace Hana Ines Jamal Jonah Kai Kofi Lena Lior Mara Mateo Mei"
    " Nadia Noor Omar Priya Quinn Rosa Ruth Sam Sofia Tariq Thea Uma Victor Wanda Xenia Yara Zoe"
).split()
SUFFIXES = "LCSW LMFT LPC PhD PsyD LPCC LADC MD PMHNP LMHC".split()


def vocabulary() -> list[str]:
    """Return all words, the most frequent first; they are the same in each run."""
    chance = Random("the words of the made-up base")
    words = dict.fromkeys([*EVERYDAY[:12], *FIELD[:40], *EVERYDAY[12:], *FIELD[40:]])
    while len(words) < VOCABULARY:
        words[invent_word(chance)] = None
    return list(words)


def invent_word(chance: Random) -> str:
    """Return a word such as "brailon" or "shound", which can be pronounced, mistyped and stemmed."""
    syllables = (
        chance.choice(ONSETS) + chance.choice(VOWELS) + chance.choice(CODAS)
        for _number in range(chance.choice((2, 2, 2, 3)))
    )
    return "".join(syllables)


def frequencies() -> np.ndarray:
    """Return the cumulative probability of the words by rank, with the shape (VOCABULARY,)."""
    weights = 1 / np.arange(1, VOCABULARY + 1) ** ZIPF
    return np.cumsum(weights / weights.sum())
