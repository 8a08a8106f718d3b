"""Typing errors: one slip in a short word, two in a long one, and never a word that exists."""

import random
import string

import pytest

from directory.listings.availability import AskedAt
from directory.models import SynonymEntry
from directory.search import engine
from directory.search.parsing import spelling
from directory.search.parsing.spelling import WordList, correct_word, edit_distance, max_errors
from directory.search.query import SearchQuery
from tests.builders import make_listing

WORDS = """
    copperkettle counselor therapist recovery withdrawal motivation nutrition relaxation buprenorphine naltrexone
    boundaries aftercare wednesday thursday meditation mindfulness outpatient residential abstinencia convulsiones
    alucinaciones desintoxicacion rehabilitacion terapeuta metadona 回復支援団体協会 группаподдержки
""".split()
SIGNS = string.ascii_lowercase


def slips(word: str, count: int, chance: random.Random) -> str:
    """The word with so many letters left out, put in, exchanged or swapped."""
    for _number in range(count):
        place, letter = chance.randrange(len(word)), chance.choice(SIGNS)
        head, tail = word[:place], word[place:]
        word = chance.choice([head + tail[1:], head + letter + tail, head + letter + tail[1:],
                              head + tail[1::-1] + tail[2:]])  # fmt: skip
    return word


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("", "", 0), ("a", "", 1), ("abcd", "acbd", 1), ("copperketel", "copperkettle", 2), ("ab", "cd", 2),
     ("meeting", "meeting", 0), ("kitten", "sitting", 3)],
)  # fmt: skip
def test_distance(one, other, apart) -> None:
    assert edit_distance(one, other) == edit_distance(other, one) == apart


@pytest.mark.parametrize(("word", "most"), [("kettle", 1), ("kettles", 1), ("kettling", 2), ("копилка", 1)])
def test_only_a_word_of_eight_letters_may_have_two_slips(word, most) -> None:
    assert max_errors(word) == most


def test_every_word_within_two_slips_is_a_candidate() -> None:
    """Compared with the edit distance of every pair, for words that resemble each other."""
    chance = random.Random("two slips")
    known = {*WORDS, *(slips(word, 3, chance) for word in WORDS * 20)}
    words = WordList(known)
    for typed in (slips(word, 2, chance) for word in WORDS * 10):
        near = {
            word for word in known if word.isalpha() and edit_distance(typed, word) <= 2 and len(word) >= 8
        }
        if len(typed) >= spelling.MIN_LENGTH_FOR_TWO_ERRORS:
            assert near <= words.similar_words(typed, 2)
            assert all(
                edit_distance(typed, word) <= 2 for word in words.similar_words(typed, 2) if word.isascii()
            )


def test_candidates_are_bounded(monkeypatch) -> None:
    """Those that share the most pairs of letters are compared."""
    monkeypatch.setattr(spelling, "MAX_CANDIDATES", 3)
    words = WordList(["copperkettle", *("copp" + sign + "rkettle" for sign in "abcdfgh")])
    assert len(words.similar_words("copperketel", 2)) <= 3
    assert "copperkettle" in words.similar_words("copperketel", 2)


def test_a_list_without_words_offers_none() -> None:
    assert WordList().similar_words("copperketel", 1) == WordList().similar_words("copperketel", 2) == set()
    assert WordList(["tea"]).similar_words("copperketel", 2) == set()


@pytest.mark.parametrize(
    ("typed", "known", "meant"),
    [
        ("copperketel", [("copperkettle", 1)], "copperkettle"),
        ("conselling", [("counseling", 5), ("counselling", 1)], "counselling"),
        ("xountainx", [("mountaine", 2), ("fountains", 7)], "fountains"),
        ("xountainx", [("mountains", 7), ("fountains", 7)], "fountains"),
        ("ketel", [("kettle", 1)], None),
        ("copperketele", [("potterkettle", 1)], None),
    ],
)  # fmt: skip
def test_fewest_slips_win_and_of_equals_the_most_frequent(typed, known, meant) -> None:
    assert correct_word(typed, known, max_errors(typed)) == meant


def find(text: str) -> engine.Results:
    return engine.search(SearchQuery(q=text), spot=None, at=AskedAt.now_in_zone())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["copperketel", "coperketle", "copperrkettel", "Coppperkettles", "cpperkettl", "copperkettle"]
)
def test_two_slips_in_a_long_word_find_what_was_meant(typed) -> None:
    listing = make_listing("therapists", name="Copperkettle House")
    found = find(typed)
    assert found.ids == (listing.pk,)
    assert found.corrected == ("" if typed == "copperkettle" else "copperkettle")


@pytest.mark.django_db
def test_one_slip_is_preferred_to_two_however_frequent() -> None:
    for _number in range(3):
        make_listing("therapists", name="Copperkettles House")
    meant = make_listing("therapists", name="Copperketal House")
    assert find("copperketel").ids == (meant.pk,)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["ketels", "ketel", "kettels"])
def test_a_shorter_word_may_have_one_slip(typed) -> None:
    make_listing("therapists", name="Kettle Marmot House")
    assert (find(typed).corrected == "kettle") is (edit_distance(typed, "kettle") == 1)


@pytest.mark.django_db
@pytest.mark.parametrize("word", ["copperketel", "kettling", "motivator"])
def test_a_word_that_exists_is_never_corrected(word) -> None:
    """Whether a listing, plain speech or a guide has it."""
    for _number in range(3):
        make_listing("therapists", name="Copperkettle Nettling Motivation House")
    make_listing("therapists", name="Copperketel House")
    SynonymEntry.objects.create(phrases="kettling\nmotivator", meanings="kind=hotlines")
    assert find(word).corrected == ""


@pytest.mark.django_db
def test_two_slips_in_plain_speech_are_corrected() -> None:
    SynonymEntry.objects.create(phrases="copperkettle", meanings="kind=hotlines")
    line = make_listing("hotlines")
    assert find("copperketel ").ids == (line.pk,)
