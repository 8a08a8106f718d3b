"""What a person types becomes conditions that the index can answer."""

import pytest

from directory.search.words import Facet, Need, Phrase, Term, Wording, fold, read, terms


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Café", "cafe"),
        ("Cafe\u0301", "cafe"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ＡＡ", "aa"),
        ("can’t", "cant"),
        ("ıstanbul İstanbul", "istanbul istanbul"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_terms_are_in_order() -> None:
    assert terms("Al-Anon: for Families") == ["al", "anon", "for", "families"]


def test_words_are_all_needed_and_the_last_may_be_unfinished() -> None:
    wording = read("harbor nig", {})
    assert wording.needs[0] == Need((Term("harbor"),), "harbor")
    assert wording.needs[1] == Need((Term("nig"), Term("nig", prefix=True)), "nig")


def test_quotes_and_minus() -> None:
    assert read('"first light" -closed ', {}) == Wording(
        needs=(Need((Phrase(("first", "light")),)),),
        bars=(Need((Term("closed"), Facet("format", "closed")), "closed"),),
    )


def test_words_name_kinds_and_facets() -> None:
    assert Facet("kind", "therapists") in read("therapist", {}).needs[0].options
    assert Facet("fellowship", "aa") in read("AA", {}).needs[0].options
    assert Facet("audience", "women") in read("women", {}).needs[0].options


@pytest.mark.parametrize("text", ["", "   ", '"', "-", '""', "%", "\0", "💜", "." * 300, '-"'])
def test_signs_alone_ask_for_nothing(text: str) -> None:
    assert read(text, {}) == Wording()
