"""The facts that ship: each is traced, dated, in the vocabulary, and can be dialled.

Row of the safety matrix: C2.
"""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import phonenumbers
import pytest
from phonenumbers import PhoneNumberType, ShortNumberCost, expected_cost_for_region

from core.fields import ChoiceSetField
from directory.geo.countries import COUNTRIES
from directory.kinds.registry import kinds
from directory.reference_data.parser import (
    ChannelFact,
    EmergencyFact,
    HotlineFact,
    MutualAidFact,
    NationalFinderFact,
    SourcedFact,
    read_emergency,
    read_emergency_facts,
    read_hotlines,
    read_mutual_aid,
    read_national_finders,
)
from directory.vocabulary import (
    Audience,
    ChannelType,
    Concern,
    Fellowship,
    Language,
    Mode,
    Payment,
    has_number,
)

HOTLINES = read_hotlines()
MUTUAL_AID = read_mutual_aid()
FINDERS = read_national_finders()
EMERGENCY = read_emergency_facts()
EVERYTHING: list[SourcedFact] = [*HOTLINES, *MUTUAL_AID, *EMERGENCY, *FINDERS]
LISTINGS: list[HotlineFact | MutualAidFact | NationalFinderFact] = [*HOTLINES, *MUTUAL_AID, *FINDERS]
CHANNELS = [(listing, channel) for listing in LISTINGS for channel in listing.channels]
DIALLED = [(listing, channel) for listing, channel in CHANNELS if has_number(channel.type, channel.dial)]

# Numbers dialled as they stand, and only in their country. A new one is added here by someone who looked.
SHORT_NUMBERS = {
    "AR": {"141"},
    "AT": {"142"},
    "AU": {"131114", "133677", "139276"},
    "BR": {"188"},
    "CA": {"686868", "988"},
    "CH": {"143"},
    "ES": {"024"},
    "FR": {"3114"},
    "GB": {"111", "116123", "81066", "82111", "85258"},
    "IE": {"116123", "50808", "51444"},
    "IN": {"14416", "14446"},
    "KE": {"1192"},
    "KR": {"109", "1342", "15770199"},
    "NL": {"113"},
    "NO": {"116123"},
    "NZ": {"1737", "8006", "8681"},
    "PH": {"1553"},
    "PL": {"116123"},
    "SE": {"90101"},
    "SG": {"1767", "1771"},
    "US": {
        "211",
        "333888",
        "435748",
        "62640",
        "66008",
        "678678",
        "741741",
        "800426",
        "838255",
        "88788",
        "988",
    },
    "ZA": {"31393", "32312"},
}
# What a person in need may not be sent to: numbers that cost more than a usual call.
DEAR = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST}
# In Australia a call to a 1300 number costs a low fixed price from a landline, as its regulator demands. From a mobile
# phone it can cost more. Such a line says so in a note.
LOW_FIXED_PRICE = re.compile(r"\+611300\d{6}")
KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


def name_of(value: object) -> str | None:
    """A readable test id."""
    return getattr(value, "slug", None) or getattr(value, "dial", None) or getattr(value, "country", None)


def test_facts_are_enough() -> None:
    assert len(HOTLINES) >= 40
    assert len(MUTUAL_AID) >= 30
    assert len({line.country for line in HOTLINES}) >= 20


def test_slugs_are_unique() -> None:
    twice = [slug for slug, times in Counter(listing.slug for listing in LISTINGS).items() if times > 1]
    assert twice == []


@pytest.mark.parametrize("listing", LISTINGS, ids=name_of)
def test_slug_stands_in_an_address(listing: HotlineFact | MutualAidFact) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", listing.slug)


@pytest.mark.parametrize("fact", EVERYTHING, ids=name_of)
def test_fact_names_its_source_and_date(fact: SourcedFact) -> None:
    today = datetime.now(UTC).date()
    assert fact.source.startswith(("https://", "http://"))
    assert all(address.startswith(("https://", "http://")) for address in fact.also)
    assert fact.copied <= today
    assert fact.copied > today - timedelta(days=3653)


@pytest.mark.parametrize("listing", LISTINGS, ids=name_of)
def test_listing_uses_the_vocabulary(listing: HotlineFact | MutualAidFact) -> None:
    assert set(listing.concerns) <= set(Concern.values)
    assert set(listing.audiences) <= set(Audience.values)
    assert set(listing.languages) <= set(Language.values)
    assert set(listing.payment) <= set(Payment.values)


@pytest.mark.parametrize("organization", MUTUAL_AID, ids=name_of)
def test_mutual_aid_uses_the_vocabulary(organization: MutualAidFact) -> None:
    assert organization.kind == "support-groups"
    assert organization.fellowship in Fellowship.values
    assert organization.modes
    assert set(organization.modes) <= set(Mode.values)


def test_every_fellowship_on_offer_has_its_organization() -> None:
    """SOS is said to be gone; a group may still be listed under it."""
    offered = {organization.fellowship for organization in MUTUAL_AID}
    assert set(Fellowship.values) - offered == {"sos"}


@pytest.mark.parametrize("organization", MUTUAL_AID, ids=name_of)
def test_organization_is_not_sourced_from_a_code_repository(organization: MutualAidFact) -> None:
    assert "github.com" not in organization.source


@pytest.mark.parametrize(
    ("slug", "modes"),
    [
        ("nar-anon", {"in-person", "online"}),
        ("crystal-meth-anonymous", {"in-person", "online"}),
        ("heroin-anonymous", {"in-person", "online"}),
        ("celebrate-recovery", {"in-person"}),
        ("aa-online-intergroup", {"online"}),
        ("virtual-na", {"online", "phone"}),
    ],
)
def test_organization_says_how_one_takes_part(slug: str, modes: set[str]) -> None:
    assert {*next(each for each in MUTUAL_AID if each.slug == slug).modes} == modes


def test_quitline_is_for_nicotine() -> None:
    """Not for other drugs, under which it stood while tobacco had no value of its own."""
    assert [fact.concerns for fact in HOTLINES if fact.slug == "us-quitline"] == [("nicotine",)]


def test_the_phoenix_says_what_company_it_is() -> None:
    [phoenix] = [fact for fact in read_national_finders() if fact.name == "The Phoenix"]
    assert phoenix.kind == "community"
    assert {"fitness", "outdoors", "creative", "recreation"} <= set(phoenix.own["category"])
    assert {*phoenix.modes} == {"in-person", "online"}


def summary_of(slug: str) -> str:
    return next(each for each in MUTUAL_AID if each.slug == slug).summary


def test_alateen_is_for_teenagers_without_one_age_for_all() -> None:
    assert "teenagers" in summary_of("alateen")
    assert not re.search(r"\d", summary_of("alateen"))


def test_refuge_recovery_is_told_from_recovery_dharma() -> None:
    assert "another organization than Recovery Dharma" in summary_of("refuge-recovery")


def test_strict_food_plan_warns_who_eats_too_little() -> None:
    assert "see a doctor first" in summary_of("food-addicts-in-recovery")


@pytest.mark.parametrize("listing", LISTINGS, ids=name_of)
def test_listing_addresses_are_https(listing: HotlineFact | MutualAidFact) -> None:
    finder = listing.finder if isinstance(listing, MutualAidFact) else ""
    assert all(address.startswith("https://") for address in (listing.website, finder) if address)


@pytest.mark.parametrize(("listing", "channel"), CHANNELS, ids=name_of)
def test_channel_has_something_to_reach(listing: HotlineFact | MutualAidFact, channel: ChannelFact) -> None:
    shape = {
        "call": r"\+?[0-9*#]+",
        "text": r"\+?[0-9*#]+",
        "chat": r"https://\S+",
        "app": r"https://\S+",
        "website": r"https://\S+",
        "videophone": r"\+?[0-9]+|https://\S+",
        "tty": r"\+?[0-9]+",
        "email": r"[^@\s]+@[^@\s]+\.[a-z]+",
    }[channel.type]
    assert channel.type in ChannelType.values
    assert re.fullmatch(shape, channel.dial)
    assert not channel.body or channel.type == "text"


def number_problem(listing: HotlineFact | MutualAidFact, channel: ChannelFact) -> str:
    """Return file, entry and rule where a number cannot be dialled, else an empty string."""
    file = "hotlines.toml" if isinstance(listing, HotlineFact) else "mutual_aid.toml"
    where = f"{file}, {listing.slug}: {channel.dial!r}"
    if not channel.dial.startswith("+"):
        known = channel.dial in SHORT_NUMBERS.get(listing.country, set())
        return "" if known else f"{where} is no short number of {listing.country} that was checked"
    try:
        number = phonenumbers.parse(channel.dial)
    except phonenumbers.NumberParseException:
        return f"{where} does not parse as a number"
    if not phonenumbers.is_valid_number(number):
        return f"{where} is no valid number"
    if listing.country and number.country_code != phonenumbers.country_code_for_region(listing.country):
        return f"{where} is a number of another country than {listing.country}"
    return ""


@pytest.mark.parametrize(("listing", "channel"), DIALLED, ids=name_of)
def test_number_can_be_dialled(listing: HotlineFact | MutualAidFact, channel: ChannelFact) -> None:
    assert number_problem(listing, channel) == ""


@pytest.mark.parametrize(
    ("dial", "problem"),
    [
        ("+", "'+' does not parse as a number"),
        ("+18006624357", ""),
        ("+180066243", "'+180066243' is no valid number"),
        ("+448001110111", "is a number of another country than US"),
        ("116123", "'116123' is no short number of US that was checked"),
    ],
)
def test_number_problem_names_file_entry_and_rule(dial: str, problem: str) -> None:
    line = next(line for line in HOTLINES if line.slug == "us-samhsa-helpline")
    found = number_problem(line, replace(line.channels[0], dial=dial))
    assert found.endswith(problem)
    assert found == "" or found.startswith("hotlines.toml, us-samhsa-helpline: ")


def is_dear(dial: str, country: str) -> bool:
    if LOW_FIXED_PRICE.fullmatch(dial):
        return False
    if dial.startswith("+"):
        return phonenumbers.number_type(phonenumbers.parse(dial)) in DEAR
    return (
        expected_cost_for_region(phonenumbers.parse(dial, country), country) == ShortNumberCost.PREMIUM_RATE
    )


@pytest.mark.parametrize(("listing", "channel"), DIALLED, ids=name_of)
def test_number_costs_no_more_than_a_usual_call(
    listing: HotlineFact | MutualAidFact, channel: ChannelFact
) -> None:
    assert not is_dear(channel.dial, listing.country)


@pytest.mark.parametrize(
    ("dial", "country"),
    [
        ("+19002345678", "US"),
        ("+491806313031", "DE"),
        ("+31900123456", "NL"),
        ("1811", "CH"),
        ("57977", "IE"),
    ],
)
def test_dear_number_is_known_as_such(dial: str, country: str) -> None:
    assert is_dear(dial, country)


@pytest.mark.parametrize(("listing", "channel"), DIALLED, ids=name_of)
def test_number_is_not_made_up(listing: HotlineFact | MutualAidFact, channel: ChannelFact) -> None:
    assert "555" not in channel.dial


@pytest.mark.parametrize(("listing", "channel"), DIALLED, ids=name_of)
def test_number_shown_is_the_number_dialled(
    listing: HotlineFact | MutualAidFact, channel: ChannelFact
) -> None:
    dialled = channel.dial.removeprefix("+")
    shown = re.sub(r"\D", "", channel.display.upper().translate(KEYPAD))
    if not channel.dial.startswith("+"):
        assert shown == dialled
        return
    country_code = str(phonenumbers.parse(channel.dial).country_code)
    # Shown with the country code, with the trunk zero, or with neither.
    assert dialled in (shown, country_code + shown.removeprefix("0"))


@pytest.mark.parametrize("line", HOTLINES, ids=name_of)
def test_deaf_access_is_one_sentence(line: HotlineFact) -> None:
    assert not line.deaf_access or re.fullmatch(r"[A-Z0-9][^.!?]*(\.[^.!? ]+)*\.", line.deaf_access)
    assert len(line.deaf_access) <= 200


@pytest.mark.parametrize("line", HOTLINES, ids=name_of)
def test_number_for_deaf_people_is_a_channel(line: HotlineFact) -> None:
    """A number in a note can be neither dialled nor found."""
    notes = " ".join([line.deaf_access, *(channel.note for channel in line.channels)])
    assert not re.search(r"\d{3}[-. ]\d{4}", notes)


@pytest.mark.parametrize("finder", FINDERS, ids=name_of)
def test_national_finder_uses_the_vocabulary_of_its_kind(finder: NationalFinderFact) -> None:
    assert finder.country in COUNTRIES
    assert set(finder.modes) <= set(Mode.values)
    for name, value in finder.own.items():
        field = kinds[finder.kind].model._meta.get_field(name)
        known = field.vocabulary.values if isinstance(field, ChoiceSetField) else dict(field.choices)
        assert set(value) <= set(known)


def test_each_kind_that_has_places_has_a_national_finder() -> None:
    assert {finder.kind for finder in FINDERS} == {slug for slug, kind in kinds.items() if kind.finder_fields}
    assert [line.slug for line in HOTLINES if line.national_finder] == ["us-211"]


@pytest.mark.parametrize(("listing", "channel"), DIALLED, ids=name_of)
def test_number_with_a_low_fixed_price_says_what_it_costs(
    listing: HotlineFact | MutualAidFact, channel: ChannelFact
) -> None:
    assert not LOW_FIXED_PRICE.fullmatch(channel.dial) or "costs" in channel.note


@pytest.mark.parametrize("line", HOTLINES, ids=name_of)
def test_line_names_its_languages(line: HotlineFact) -> None:
    assert line.languages


@pytest.mark.parametrize("line", HOTLINES, ids=name_of)
def test_source_is_no_collection_of_one_person(line: HotlineFact) -> None:
    """Such a collection may stand under `also`, for a detail that no other page says."""
    assert not line.source.startswith(("https://github.com/", "https://gist.github.com/"))


def test_no_line_in_finland_answers_in_english() -> None:
    """MIELI closed its lines in English, Ukrainian and Russian, and they must not come back from an old page."""
    line = next(line for line in HOTLINES if line.slug == "fi-mieli")
    assert {channel.dial for channel in line.channels} == {"+358925250111", "+358925250112"}
    assert set(line.languages) == {"fi", "sv"}


def test_country_has_one_main_line_at_most() -> None:
    mains = Counter(line.country for line in HOTLINES if line.is_main)
    assert set(mains.values()) == {1}
    assert mains["US"] == 1


@pytest.mark.parametrize("line", HOTLINES, ids=name_of)
def test_hotline_has_a_way_to_reach_it(line: HotlineFact) -> None:
    assert {channel.type for channel in line.channels} & {"call", "text", "chat"}
    assert re.fullmatch(r"[A-Z]{2}", line.country)
    assert not (line.always_open and line.hours)
    assert bool(line.hours) == bool(line.zone)


@pytest.mark.parametrize("line", HOTLINES, ids=name_of)
def test_hotline_is_in_a_country_with_a_name(line: HotlineFact) -> None:
    assert line.country in COUNTRIES


def test_main_line_is_there_at_any_hour() -> None:
    """The strip of every page says "any hour" above it."""
    assert [line.slug for line in HOTLINES if line.is_main and not line.always_open] == []


def test_988_no_longer_offers_press_3() -> None:
    line = next(line for line in HOTLINES if line.slug == "us-988-lifeline")
    told = " ".join([line.summary, *line.what_to_expect, *(channel.note for channel in line.channels)])
    assert "press 2" in told
    assert "press 3" not in told.lower()


def test_emergency_number_for_each_country_with_a_line() -> None:
    numbers = read_emergency()
    assert {line.country for line in HOTLINES} <= numbers.keys()
    assert len(numbers) == len(EMERGENCY)
    assert numbers["US"] == "911"
    assert all(re.fullmatch(r"[0-9]{3}", number) for number in numbers.values())


@pytest.mark.parametrize("fact", EMERGENCY, ids=name_of)
def test_second_emergency_number_says_when_to_use_it(fact: EmergencyFact) -> None:
    assert re.fullmatch(r"[0-9]{3,5}|", fact.second)
    assert bool(fact.second) == bool(fact.note)
    assert not fact.second or (fact.number in fact.note and fact.second in fact.note)


def test_ambulance_has_a_number_of_its_own_where_services_do() -> None:
    numbers = {fact.country: (fact.number, fact.second) for fact in EMERGENCY}
    assert numbers["AR"] == ("107", "911")
    assert numbers["ZA"] == ("112", "10177")
    assert numbers["IT"] == ("112", "118")


ROW = """
[[hotline]]
slug = "xx-line"
country = "US"
name = "A line"
summary = "Listens."
source = "https://example.org/"
copied = 2026-01-02
copied_is = "read"
hours = [{days = ["mon", "fri"], opens = "09:00", closes = "17:00"}]
zone = "America/New_York"
[[hotline.channel]]
type = "call"
dial = "988"
display = "988"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "lines.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_read_hotlines_builds_hours_and_channels(tmp_path: Path) -> None:
    (line,) = read_hotlines(written(tmp_path, ROW))
    assert line.hours[0].days == ("mon", "fri")
    assert line.hours[0].opens == "09:00"
    assert line.channels[0].dial == "988"
    assert line.copied == date(2026, 1, 2)
    assert not line.is_main
    assert line.page_date is None
    assert line.deaf_access == ""


@pytest.mark.parametrize(
    ("given", "text"), [("2017", "2017"), ("2017-06-05", "2017-06-05"), ("2026-01-02", "2026-01-02")]
)
def test_read_hotlines_takes_the_date_of_the_page(tmp_path: Path, given: str, text: str) -> None:
    row = ROW.replace('copied_is = "read"', f'copied_is = "read"\npage_date = {given}')
    assert read_hotlines(written(tmp_path, row))[0].page_date_text == text


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('source = "https://example.org/"', "", "'source' is missing"),
        ('source = "https://example.org/"', 'source = ""', "'source' is missing"),
        ("copied = 2026-01-02", "", "'copied' is missing"),
        ("copied = 2026-01-02", 'copied = "2026-01-02"', "'copied' is str, not date"),
        ('copied_is = "read"', 'copied_is = "guessed"', "'copied_is' is none of read, dated"),
        (
            'copied_is = "read"',
            'copied_is = "read"\npage_date = "2017"',
            "'page_date' is str, not date or int",
        ),
        ('copied_is = "read"', 'copied_is = "read"\npage_date = 17', "'page_date' is 17, which is no year"),
        (
            'copied_is = "read"',
            'copied_is = "read"\npage_date = 2027',
            "'page_date' is 2027, which is no year",
        ),
        ('copied_is = "read"', 'copied_is = "read"\npage_date = 2026-01-03', "'page_date' is later than"),
        ('copied_is = "read"', 'copied_is = "dated"\npage_date = 2017', "'page_date' is given, but 'copied'"),
        ('name = "A line"', 'name = "A line"\ndeaf_access = 711', "'deaf_access' is int, not str"),
        ('name = "A line"', 'name = "A line"\nphone = "988"', "unknown key 'phone'"),
        ('name = "A line"', 'name = "A line"\nconcerns = "any"', "'concerns' is str, not tuple"),
        ('dial = "988"', "", "channel: 'dial' is missing"),
        ('dial = "988"', "dial = 988", "channel: 'dial' is int, not str"),
        ('dial = "988"', 'dial = "1-800-555-0100"', "channel: 'dial' '1-800-555-0100' is no number"),
        ('dial = "988"', 'dial = "+1988"', "channel: 'dial' '+1988' is no number"),
        ('type = "call"', 'type = "fax"', "channel: 'type' 'fax' is none of call,"),
        ('dial = "988"', 'dial = "988"\nhref = "tel:988"', "channel: unknown key 'href'"),
        ('opens = "09:00"', 'from = "09:00"', "hours: unknown key 'from'"),
    ],
)
def test_read_hotlines_rejects_what_is_not_declared(
    tmp_path: Path, before: str, after: str, complaint: str
) -> None:
    assert before in ROW
    with pytest.raises(ValueError, match=f"lines.toml, xx-line.*{re.escape(complaint)}"):
        read_hotlines(written(tmp_path, ROW.replace(before, after, 1)))


def test_read_hotlines_rejects_a_line_that_cannot_be_reached(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="xx-line: 'channels' is missing"):
        read_hotlines(written(tmp_path, ROW.split("[[hotline.channel]]")[0]))


def test_read_hotlines_rejects_a_misspelt_table(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"lines\.toml: unknown key 'hotlines'"):
        read_hotlines(written(tmp_path, ROW.replace("[[hotline", "[[hotlines")))


FINDER = """
[[national_finder]]
slug = "xx-finder"
kind = "treatment"
country = "US"
name = "A finder"
summary = "Finds clinics."
website = "https://example.org/"
care = ["detox"]
source = "https://example.org/about"
copied = 2026-01-02
copied_is = "read"
"""


def test_read_national_finders_builds_the_facts_of_a_kind(tmp_path: Path) -> None:
    (finder,) = read_national_finders(written(tmp_path, FINDER))
    assert finder.own == {"care": ("detox",), "medications": (), "ages": ()}
    assert finder.modes == ("online",)


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('source = "https://example.org/about"', "", "'source' is missing"),
        ('website = "https://example.org/"', "", "'website' is missing"),
        ('country = "US"', "", "'country' is missing"),
        (
            'kind = "treatment"',
            'kind = "hotlines"',
            "'kind' is none of therapists, peer-programs, treatment,",
        ),
        ('kind = "treatment"', "", "'kind' is none of therapists, peer-programs, treatment,"),
        ('kind = "treatment"', 'kind = "therapists"', "'care' is no fact of 'therapists'"),
        ('care = ["detox"]', 'care = "detox"', "'care' is str, not tuple"),
        ('name = "A finder"', 'name = "A finder"\nplace = "Here"', "unknown key 'place'"),
        ('name = "A finder"', 'name = "A finder"\nown = "Here"', "'own' is no fact of 'treatment'"),
        (
            'copied_is = "read"',
            'copied_is = "read"\n[[national_finder.channel]]\ntype = "call"\ndial = "12 34"\ndisplay = "12 34"',
            "channel: 'dial' '12 34' is no number",
        ),
    ],
)
def test_read_national_finders_rejects_what_is_not_declared(
    tmp_path: Path, before: str, after: str, complaint: str
) -> None:
    assert before in FINDER
    with pytest.raises(ValueError, match=f"lines.toml, xx-finder.*{re.escape(complaint)}"):
        read_national_finders(written(tmp_path, FINDER.replace(before, after, 1)))
