"""Plain speech: what ships is sound, arrives whole, and leaves alone what a curator changed."""

import datetime
import html

import pytest
from django.core.exceptions import ValidationError

from directory.models import SynonymEntry
from directory.models.synonym import MAX_PHRASE_LENGTH, MAX_PHRASES
from directory.reference_data import synonyms
from directory.reference_data.synonyms import FILES, SynonymFact, load_synonyms, read_synonyms
from directory.search.filter_registry import are_known_options
from directory.search.parsing.analyzer import index_terms
from tests.builders import make_curator, make_group, make_listing, make_meeting

ENTRIES = [(language, fact) for language in FILES for fact in read_synonyms(language)]
LEAST = {"en": 150, "es": 60}


@pytest.mark.parametrize("language", FILES)
def test_enough_ships(language) -> None:
    assert len(read_synonyms(language)) >= LEAST[language]


@pytest.mark.parametrize(
    ("language", "fact"), ENTRIES, ids=lambda value: getattr(value, "phrases", (value,))[0]
)
def test_what_ships_can_be_read_and_means_what_exists(language, fact) -> None:
    assert [meaning for meaning in fact.meanings if not are_known_options(meaning)] == []
    assert len(fact.phrases) <= MAX_PHRASES
    assert [
        phrase for phrase in fact.phrases if len(phrase) > MAX_PHRASE_LENGTH or not index_terms(phrase)
    ] == []


@pytest.mark.parametrize("language", FILES)
def test_each_phrase_ships_once(language) -> None:
    phrases = [
        " ".join(phrase.split()).lower() for fact in read_synonyms(language) for phrase in fact.phrases
    ]
    assert sorted({phrase for phrase in phrases if phrases.count(phrase) > 1}) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[[entry]]\nmeanings = ["a"]\n', "phrases"),
        ('[[entry]]\nphrases = ["a"]\n', "meanings"),
        ('[[entry]]\nphrases = ["a"]\nmeanings = ["b"]\ncolour = 1\n', "colour"),
        ('[[entry]]\nphrases = "a"\nmeanings = ["b"]\n', "phrases"),
    ],
)
def test_a_wrong_entry_stops_the_reading(tmp_path, text, word) -> None:
    path = tmp_path / "en.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=word):
        read_synonyms("en", path)


@pytest.mark.django_db
def test_migrate_alone_brings_all_of_it() -> None:
    assert SynonymEntry.objects.in_use().count() == len(ENTRIES)
    assert load_synonyms(SynonymEntry) == {"new": 0, "changed": 0, "same": len(ENTRIES), "withdrawn": 0}


@pytest.fixture
def shipping(monkeypatch):
    """Lets other English entries ship, and no Spanish ones."""

    def ship(*facts):
        monkeypatch.setattr(
            synonyms, "read_synonyms", lambda language: list(facts) if language == "en" else []
        )
        return load_synonyms(SynonymEntry)

    return ship


@pytest.mark.django_db
def test_load_brings_up_to_date_what_nobody_changed(shipping) -> None:
    shipping(SynonymFact(phrases=("bupe",), meanings=("buprenorphine",)))
    done = shipping(SynonymFact(phrases=("bupe", "subs"), meanings=("medication=buprenorphine",)))
    assert done["changed"] == 1
    assert SynonymEntry.objects.get().phrase_list == ["bupe", "subs"]


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"meanings": "naloxone"}, {"active": False}, {"crisis": True}])
def test_load_leaves_what_a_curator_changed(shipping, change) -> None:
    shipping(SynonymFact(phrases=("bupe",), meanings=("buprenorphine",)))
    SynonymEntry.objects.update(**change)
    done = shipping(SynonymFact(phrases=("bupe", "subs"), meanings=("medication=buprenorphine",)))
    assert (done["changed"], done["same"]) == (0, 1)
    assert SynonymEntry.objects.filter(phrases="bupe", **change).exists()
    assert shipping()["withdrawn"] == 0
    assert SynonymEntry.objects.filter(phrases="bupe", **change).exists()


@pytest.mark.django_db
def test_load_takes_out_what_no_longer_ships_and_keeps_what_was_added_here(shipping) -> None:
    own = SynonymEntry.objects.create(phrases="the blue door", meanings="Tin Kettle Hall")
    shipping(SynonymFact(phrases=("bupe",), meanings=("buprenorphine",)))
    assert shipping()["withdrawn"] == 1
    assert SynonymEntry.objects.get() == own


@pytest.mark.parametrize(
    ("phrases", "meanings"),
    [
        ("a\n" * (MAX_PHRASES + 1), "b"),
        ("a" * (MAX_PHRASE_LENGTH + 1), "b"),
    ],
)
def test_clean_rejects_too_many_or_long_phrases(phrases, meanings) -> None:
    with pytest.raises(ValidationError):
        SynonymEntry(phrases=phrases, meanings=meanings).clean()


def test_clean_accepts_options_that_must_all_hold() -> None:
    SynonymEntry(phrases="a", meanings="kind=therapists & mode=online\ntherapy & art").clean()


@pytest.mark.django_db
def test_options_that_must_all_hold_find_what_has_all_of_them(client) -> None:
    online = make_listing("therapists", modes=("online", "in-person"))
    make_listing("therapists", modes=("in-person",))
    make_listing("treatment", modes=("online",))
    SynonymEntry.objects.create(phrases="moon talk", meanings="kind=therapists & mode=online")
    page = client.get("/find/?q=moon+talk").content.decode()
    assert 'data-total="1"' in page
    assert f'data-listing="{online.slug}"' in page


@pytest.mark.django_db
def test_times_that_must_all_hold_are_those_of_one_meeting(client) -> None:
    both = make_group(modes=("online",))
    make_meeting(both, weekday=0, start=datetime.time(19))
    apart = make_group(modes=("online",))
    make_meeting(apart, weekday=0, start=datetime.time(9))
    make_meeting(apart, weekday=2, start=datetime.time(19))
    SynonymEntry.objects.create(phrases="moon night", meanings="day=mon & time=evening")
    page = client.get("/find/?q=moon+night").content.decode()
    assert 'data-total="1"' in page
    assert f'data-listing="{both.slug}"' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "meanings",
    [
        "concern=nothing",
        "colour=red",
        "kind=nothing",
        "kind=therapists & mode=nothing",
        "kind=therapists & online",
        "kind=therapists &",
    ],
)
def test_the_admin_form_refuses_an_unknown_option(client, meanings) -> None:
    make_curator(client, is_superuser=True)
    sent = {"language": "en", "phrases": "a", "meanings": meanings, "active": "on"}
    page = html.unescape(client.post("/admin/directory/synonymentry/add/", sent).content.decode())
    assert f"There is no such option: {meanings}" in page
    assert not SynonymEntry.objects.filter(phrases="a").exists()


@pytest.mark.django_db
def test_an_entry_that_means_nothing_real_is_passed_over(client) -> None:
    """As plain SQL may leave one behind, or a vocabulary that has shrunk."""
    SynonymEntry.objects.create(phrases="moon milk", meanings="moon=milk")
    assert client.get("/find/?q=moon+milk").status_code == 200


@pytest.mark.django_db
def test_the_desk_shows_what_each_entry_finds_today(client) -> None:
    make_listing("treatment", medications=("naltrexone",))
    make_listing("treatment", medications=("naltrexone",))
    SynonymEntry.objects.exclude(phrases__startswith="naltrexone").delete()
    make_curator(client)
    page = client.get("/admin/directory/synonymentry/").content.decode()
    assert '<a href="/find/?q=naltrexone">2</a>' in page


@pytest.mark.django_db
def test_what_came_with_the_site_is_switched_off_instead_of_deleted(client) -> None:
    make_curator(client, is_superuser=True)
    shipped, own = (
        SynonymEntry.objects.first(),
        SynonymEntry.objects.create(phrases="blue door", meanings="kind=hotlines"),
    )
    for row, answer in ((shipped, 403), (own, 200)):
        assert client.get(f"/admin/directory/synonymentry/{row.pk}/delete/").status_code == answer
