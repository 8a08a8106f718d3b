"""What a person types becomes conditions that the index can answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.models import SynonymEntry
from directory.search.parsing import synonyms
from directory.search.parsing.analyzer import fold_text, folded_words, index_terms, possible_stems
from directory.search.parsing.parsed_query import (
    FacetOption,
    NameTerms,
    ParsedQuery,
    Phrase,
    RequiredTerm,
    Term,
)
from directory.search.parsing.query_parser import parse_query


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
        ("Łódź Ørsted", "lodz orsted"),
        ("ﬁrst ½", "first 1⁄2"),
        ("A.A.", "aa "),
        ("a. a. meeting", "aa meeting"),
        ("Dr. Lee", "dr. lee"),
        ("Nhóm Bình Minh", "nhom binh minh"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold_text(text) == folded


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Al-Anon: for Families", "en", ["al", "anon", "for", "famili"]),
        ("meetings meeting", "en", ["meet", "meet"]),
        ("women's men’s veterans’", "en", ["women", "men", "veteran"]),
        ("reuniones reunión", "es", ["reunion", "reunion"]),
        ("grupos de mujeres", "es", ["grup", "de", "mujer"]),
        ("grupos", "es-MX", ["grup"]),
        ("心灯 小组", "zh", ["心灯", "小组"]),
        ("", "en", []),
    ],
)
def test_terms(text: str, language: str, found: list[str]) -> None:
    assert index_terms(text, language) == found


@pytest.mark.parametrize(
    ("typed", "written"), [("reuniones", "reunión"), ("grupo", "Grupos"), ("adicto", "adictos")]
)
def test_a_spanish_word_is_found_whatever_the_language_of_the_text(typed: str, written: str) -> None:
    (word,) = folded_words(typed)
    assert set(index_terms(written, "es")) <= set(possible_stems(word))


@given(st.text(max_size=60))
def test_fold_is_the_same_for_every_way_to_write_it(text: str) -> None:
    import unicodedata

    forms = {tuple(folded_words(unicodedata.normalize(form, text))) for form in ("NFC", "NFD")}
    assert len(forms) == 1


def rows(**says: str) -> synonyms.SynonymTable:
    """Plain speech with what each row means by what people say."""
    return synonyms.build_table(
        SynonymEntry(phrases=phrase.replace("_", " "), meanings=means) for phrase, means in says.items()
    )


def facets(text: str, table: synonyms.SynonymTable) -> list[set[tuple[str, str]]]:
    return [
        {(each.key, each.value) for each in need.options if isinstance(each, FacetOption)}
        for need in parse_query(text, table).required
    ]


def typed(text: str, table: synonyms.SynonymTable | None = None) -> list[str]:
    return [need.typed for need in parse_query(text, table or synonyms.EMPTY_TABLE).required]


def test_words_are_all_needed_and_the_last_may_be_unfinished() -> None:
    wording = parse_query("harbor nig", synonyms.EMPTY_TABLE)
    assert wording.required[0] == RequiredTerm((Term("harbor"),), "harbor")
    assert wording.required[1] == RequiredTerm((Term("nig"), Term("nig", prefix=True)), "nig")
    assert parse_query("harbor nig ", synonyms.EMPTY_TABLE).required[1] == RequiredTerm((Term("nig"),), "nig")


def test_quotes_and_minus() -> None:
    wording = parse_query("“first lights” -closed  night", synonyms.EMPTY_TABLE)
    assert wording.required[1] == RequiredTerm((Phrase(("first", "light")), Phrase(("first", "lights"))))
    assert [need.typed for need in wording.excluded] == ["closed"]
    assert typed("night") == ["night"]


def test_a_hyphen_inside_a_word_takes_nothing_out() -> None:
    assert parse_query("walk-in", synonyms.EMPTY_TABLE).excluded == ()
    assert typed("walk-in") == ["walk"]


def test_minus_takes_out_what_the_word_means() -> None:
    (bar,) = parse_query("meeting -online", rows(online="mode=online")).excluded
    assert FacetOption("mode", "online") in bar.options


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("i can't stop drinking", ("concern", "alcohol")),
        ("I CANT STOP DRINKING!!", ("concern", "alcohol")),
        ("drinking, how do I stop", ("concern", "alcohol")),
        ("my son, who is nineteen, uses", ("concern", "family")),
        ("SUBOXONE®", ("medication", "buprenorphine")),
        ("gámblers", ("concern", "gambling")),
    ],
)
def test_plain_speech_is_found_in_any_order_with_words_between(text: str, need: tuple[str, str]) -> None:
    table = rows(
        stop_drinking="concern=alcohol", son_uses="concern=family", suboxone="medication=buprenorphine",
        gamblers="concern=gambling",
    )  # fmt: skip
    assert any(need in each for each in facets(text, table))


def test_the_longest_saying_wins_and_no_word_counts_twice() -> None:
    table = rows(group_therapy="offers=group", group="kind=support-groups", therapy="kind=therapists")
    assert facets("group therapy", table) == [{("offers", "group")}]
    assert facets("therapy group for groups", table)[1:] == [{("kind", "support-groups")}]


def test_what_was_typed_is_looked_for_too() -> None:
    (need,) = parse_query("sober living", rows(sober_living="kind=recovery-housing")).required
    assert need.options[0] == NameTerms(("sober", "live"))
    assert need.options[-1] == FacetOption("kind", "recovery-housing")


def test_two_sayings_of_one_meaning_are_one_need() -> None:
    table = synonyms.build_table([SynonymEntry(phrases="my son\nson uses", meanings="concern=family")])
    assert len(parse_query("my son uses", table).required) == 1


def test_words_that_carry_nothing_are_not_needed_unless_they_are_all_there_is() -> None:
    assert typed("I am looking for the lantern ") == ["lantern"]
    assert typed("the") == ["the"]
    assert typed("help me") == ["help"]


def test_a_saying_of_words_that_carry_little_needs_all_of_them() -> None:
    table = rows(in_person="mode=in-person")
    assert facets("in person", table) == [{("mode", "in-person")}]
    assert facets("a kind person", table) == [set()]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("overeating", True),
        ("how do i get over it", False),
        ("i got over overeating", True),
        ("foro", True),
        ("looking for work", False),
        ("late", True),
        ("drinking lately", False),
    ],
)
def test_a_word_that_carries_nothing_is_no_saying_by_itself(text: str, meant: bool) -> None:
    """ "over", "for" and "lately" have the roots of words that are sayings."""
    table = synonyms.build_table(
        [
            SynonymEntry(language="en", phrases="overeating\nlate", meanings="kind=community"),
            SynonymEntry(language="es", phrases="foro", meanings="kind=community"),
        ]
    )
    assert any(("kind", "community") in each for each in facets(text, table)) is meant


def test_a_word_that_carries_nothing_is_heard_where_it_is_a_phrase_of_its_own() -> None:
    table = rows(sober="kind=recovery-housing")
    assert facets("sober", table) == [{("kind", "recovery-housing")}]


@pytest.mark.parametrize(
    ("text", "crisis"), [("i want to die", True), ("die cast cars", False), ("want help", False)]
)
def test_what_may_be_said_in_a_crisis_is_marked(text: str, crisis: bool) -> None:
    table = synonyms.build_table([SynonymEntry(phrases="want to die", meanings="kind=hotlines", crisis=True)])
    assert parse_query(text, table).crisis is crisis


def test_kinds_and_options_are_found_by_their_own_names_and_initials() -> None:
    table = synonyms.build_table([])
    assert ("kind", "therapists") in facets("therapists", table)[0]
    assert ("fellowship", "aa") in facets("A.A.", table)[0]
    assert ("approach", "cbt") in facets("cognitive behavioral therapy", table)[0]
    assert ("language", "en") not in facets("en", table)[0]


@pytest.mark.parametrize("text", ["", "   ", '"', "-", '""', "%", "\0", "💜", "." * 300, '-"'])
def test_signs_alone_ask_for_nothing(text: str) -> None:
    assert parse_query(text, synonyms.EMPTY_TABLE) == ParsedQuery()


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    table = rows(stop_drinking="concern=alcohol", a="kind=hotlines")
    wording = parse_query(text, table)
    assert all(need.options for need in (*wording.required, *wording.excluded))


def test_a_very_long_text_asks_for_few_things() -> None:
    assert len(parse_query("word" + " word" * 5000, synonyms.EMPTY_TABLE).required) <= 24


def test_what_is_being_typed_may_go_on_to_an_entry_but_never_to_one_of_a_crisis() -> None:
    table = synonyms.build_table(
        [
            SynonymEntry(phrases="naltrexone\nvivitrol", meanings="medication=naltrexone"),
            SynonymEntry(phrases="kill myself", meanings="kind=hotlines", crisis=True),
        ]
    )
    assert table.completions("vivi") == ["naltrexone"]
    assert table.completions("kil") == []
    assert table.similar_words("vivitrl") == {"vivitrol"}


@pytest.mark.parametrize(
    ("text", "teen"),
    [
        ("im 14", True),
        ("I’m only 15 and I drink", True),
        ("i am 16 years old", True),
        ("my 13 year old", True),
        ("17yo", True),
        ("tengo 15 años", True),
        ("i am 14 days sober", False),
        ("im 12 weeks clean", False),
        ("im 34", False),
        ("12 step", False),
        ("day 14", False),
        ("im 14 years sober", False),
    ],
)
def test_an_age_said_in_words_is_an_audience(text: str, teen: bool) -> None:
    found = facets(text, rows(teen="audience=teens", sober="kind=hotlines"))
    assert any(("audience", "teens") in each for each in found) is teen


def test_initials_of_a_fellowship_mean_it_and_no_state_in_a_name() -> None:
    table = synonyms.build_table(
        [SynonymEntry(phrases="gamblers anonymous\nga", meanings="fellowship=ga\nconcern=gambling")]
    )
    initials, written_out = parse_query("GA meeting", table), parse_query("gamblers anonymous", table)
    assert initials.required[0].closest == (FacetOption("fellowship", "ga"),)
    assert (Term("ga"),) not in initials.name_terms
    assert FacetOption("fellowship", "ga") in written_out.required[0].closest
    assert FacetOption("concern", "gambling") not in written_out.required[0].closest
    assert len(written_out.name_terms) == 2


@pytest.mark.parametrize(
    "text", ["fucking detox", "this is some shit, detox", "pinche detox", "i just feel like detox"]
)
def test_swearing_asks_for_nothing(text: str) -> None:
    assert typed(text + " ") == ["detox"]
