"""Guides are found by their own words, by other words for the same, and by nothing that asks for a listing."""

import pytest

from directory.guides.parser import guides
from directory.models import SynonymEntry
from directory.search.guide_index import MAX_GUIDES, GuideIndex, guide_index
from directory.search.parsing import synonyms
from directory.search.parsing.query_parser import included_words
from tests.directory.search.relevance.test_crisis_phrases import TABLE

OWN_WORDS = [
    (slug, phrase)
    for language in ("en", "es")
    for slug, guide in guides(language).items()
    for phrase in guide.phrases
]
ASKED = [
    ("overdose", "overdose"),
    ("i slipped", "slipped"),
    ("cravings", "cravings"),
    ("stigma", "network"),
    ("ashamed", "slipped"),
    ("self care", "self-care"),
    ("Self-care", "self-care"),
    ("nutrition", "self-care"),
    ("relaxation", "self-care"),
    ("how do i choose a therapist", "therapist"),
    ("choosing a good therapist", "therapist"),
    ("how do i help my son", "family"),
    ("How do I help my son?", "family"),
    ("aftercare", "after-treatment"),
    ("boundaries", "network"),
    ("how to set a boundary", "network"),
    ("motivation", "goals"),
    ("i have no motivation", "goals"),
    ("sleep", "self-care"),
    ("I can't sleep", "self-care"),
    ("estigma", "network"),
    ("tuve una recaída", "slipped"),
    ("me da vergüenza", "slipped"),
    ("ansias", "cravings"),
    ("autocuidado", "self-care"),
    ("nutrición", "self-care"),
    ("relajación", "self-care"),
    ("cómo elijo un terapeuta", "therapist"),
    ("¿Cómo ayudo a mi hijo?", "family"),
    ("poner límites", "network"),
    ("motivación", "goals"),
    ("no puedo dormir", "self-care"),
    ("sobredosis", "overdose"),
]
GENERAL = [
    "aa meetings in san jose tuesday", "aa meetings", "meetings near me", "support group", "grupos de apoyo",
    "therapist", "therapists in san jose", "sober living", "detox", "hotline",
    "attendance slip", "online meetings tonight", "women's group", "alcohol",
    "i want to stop drinking", "harbor light", "terapeuta", "reuniones hoy", "", "the",
    "overdose prevention training for hotel workers",
]  # fmt: skip


@pytest.fixture(scope="module")
def index() -> GuideIndex:
    return guide_index(synonyms.build_table(TABLE))


def find(index: GuideIndex, text: str) -> tuple[str, ...]:
    return index.find(included_words(text))


@pytest.mark.parametrize(("slug", "phrase"), OWN_WORDS)
def test_each_guide_is_first_for_its_own_words(index, slug, phrase) -> None:
    assert find(index, phrase)[0] == slug


@pytest.mark.parametrize(("text", "slug"), ASKED)
def test_what_people_type_finds_the_guide(index, text, slug) -> None:
    assert find(index, text)[0] == slug


@pytest.mark.parametrize("text", GENERAL)
def test_who_asks_for_a_listing_is_shown_no_guide(index, text) -> None:
    assert find(index, text) == ()


@pytest.mark.parametrize(
    ("text", "slug"),
    [("jonesing", "cravings"), ("3am", "self-care"), ("off the wagon", "slipped"), ("recaer", "slipped")],
)
def test_other_words_of_plain_speech_for_the_same_find_it_too(index, text, slug) -> None:
    assert find(index, text) == (slug,)


def test_a_curators_words_find_it_too() -> None:
    table = synonyms.build_table(
        [SynonymEntry(language="en", phrases="stigma\nfinger pointing", meanings="kind=hotlines")]
    )
    assert find(GuideIndex(table), "finger pointing") == ("network",)


def test_words_stand_in_their_order_with_nothing_between_that_matters(index) -> None:
    assert find(index, "i really want to use") == ("cravings",)
    assert find(index, "i want to stop my use") == ()
    assert find(index, "son my help") == ()


def test_words_of_the_guide_are_half_of_what_was_typed(index) -> None:
    assert find(index, "stigma hospital") == ("network",)
    assert find(index, "stigma hospital oakland") == ()


def test_two_guides_for_two_things_and_no_third(index) -> None:
    assert set(find(index, "cravings and i feel ashamed")) == {"cravings", "slipped"}
    assert len(find(index, "cravings ashamed stigma sleep")) == MAX_GUIDES == 2
    assert find(index, "court slip") == ("practical-help",)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("which meeting in oakland on tuesday at noon", "which-group"),
        ("stigma hospital oakland", "network"),
        ("habits", ""),
    ],
)
def test_where_nothing_else_is_found_the_nearest_guide_answers(index, text, slug) -> None:
    assert index.find_loosely(included_words(text))[:1] == ((slug,) if slug else ())


@pytest.mark.parametrize("text", ["zzqqxx", "", "the", "please help"])
def test_what_no_guide_speaks_of_finds_none(index, text) -> None:
    assert index.find_loosely(included_words(text)) == ()


@pytest.mark.parametrize(
    ("text", "language", "slug"),
    [("overdo", "en", "overdose"), ("how do i ch", "en", "therapist"), ("motiv", "en", "goals"),
     ("sue", "es", "self-care"),
     ("verg", "es", "slipped"), ("moti", "es", "goals"), ("estig", "en", "network")],
)  # fmt: skip
def test_what_is_being_typed_may_go_on_to_a_guide(index, text, language, slug) -> None:
    assert index.find_by_beginning(text, language)[0] == slug
    assert len(index.find_by_beginning(text[:1], language)) <= MAX_GUIDES


def test_it_is_built_once_for_one_state_of_plain_speech() -> None:
    table = synonyms.build_table([])
    assert guide_index(table) is guide_index(table)
    assert guide_index(synonyms.build_table([])) is not guide_index(table)


def test_words_of_guides_are_no_typing_errors() -> None:
    table = synonyms.build_table([])
    assert table.similar_words("stigma") >= {"stigma"}
    assert "motivation" in table.similar_words("motivatoin")
    assert "relaxation" in table.similar_words("relacsation", 2)
