import pytest

from core.text import alphanumerics, fold, fold_words, slug


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("St. John’s", "st. johns"),
        ("O'Fallon", "ofallon"),
        ("CAFÉ", "cafe"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("ＡＢＣ １２", "abc 12"),
        ("ℌello", "hello"),
        ("A.A.", "a.a."),
        ("", ""),
        ("\ud800", "\ud800"),
    ],
)
def test_fold_text(text, folded):
    assert fold(text) == folded
    assert fold(folded) == folded


def test_fold_words_separates_words_by_one_space():
    assert fold_words("  St. Mary’s—Hall_2 ") == "st marys hall 2"
    assert fold_words("…") == ""


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("Grupo de la Mañana", 80, "grupo-de-la-manana"),
        ("Ärzte & Co.", 80, "arzte-co"),
        ("one two three", 8, "one-two"),
        ("один два", 80, ""),
    ],
)
def test_slug_text(text, limit, expected):
    assert slug(text, limit=limit) == expected


def test_alphanumerics_drop_signs_and_case():
    assert alphanumerics("AB-c 1_2") == "abc12"
