"""Say the facts of meetings in words: what holds for all meetings of a group, and what is true of one meeting.

What is said of a group is derived from its meetings, so that a fact of one meeting is never said of another.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import phone_numbers
from core.fields import ChoiceSetField, lower_first_word
from core.i18n import name_lang_attribute
from directory.listings.availability import JoinLink
from directory.models import Listing
from directory.models.listing import escape_dial, safe_page_url
from directory.vocabulary import Format, Mode, YesNo
from groups.models import Meeting

# The facts of a meeting that are said in words, by the names of their fields.
FIELDS = ("formats", "modes", "audiences", "languages", "access", "attendance_slips")
# Facts that are said whole: "online" beside "all meetings: in person" would not read as "in person and online".
WHOLE_FIELDS = frozenset({"modes", "languages", "attendance_slips"})
# Whether a meeting is open or closed decides whether one can go at all, so it is said first.
WHO_MAY_COME = (Format.OPEN.value, Format.CLOSED.value)

# The values of each field in `FIELDS`.
FieldValues = Mapping[str, Collection[str]]
NO_FACTS: FieldValues = dict.fromkeys(FIELDS, ())


def meeting_facts(meeting: Meeting) -> FieldValues:
    """Return the values of a meeting by field: its own, or else those of its group."""
    return {name: fact_values(meeting, name) for name in FIELDS}


def fact_values(meeting: Meeting, name: str) -> tuple[str, ...]:
    """Return the values of one field of a meeting: its own, or else those of its group."""
    value = meeting.formats if name == "formats" else meeting.own_or_group(name)
    return tuple(filter(None, (value,))) if isinstance(value, str) else value


def shared_facts(meetings: Sequence[Meeting]) -> FieldValues:
    """Return the values that hold for each of these meetings, by field."""
    return {name: shared_values(meetings, name) for name in FIELDS}


def shared_values(meetings: Sequence[Meeting], name: str) -> tuple[str, ...]:
    """Return the values of a field that hold for each of these meetings."""
    first, *others = [fact_values(meeting, name) for meeting in meetings] or [()]
    if name in WHOLE_FIELDS:
        return first if all(set(each) == set(first) for each in others) else ()
    return tuple(value for value in first if all(value in each for each in others))


def without(facts: FieldValues, said: FieldValues) -> FieldValues:
    """Return the facts that are not said already."""
    return {name: [value for value in values if value not in said[name]] for name, values in facts.items()}


def shared_text(meetings: Sequence[Meeting], name: str) -> str:
    """Return the labels of a field that hold for all meetings, for a line of the group's page.

    Where only some meetings have a value, the text says that the meetings differ. It is "" where nothing is known.
    """
    shared = shared_values(meetings, name)
    if not shared and any(fact_values(meeting, name) for meeting in meetings):
        return _("Differs from meeting to meeting")
    return ", ".join(labels(name, shared))


def labels(name: str, values: Collection[str]) -> list[str]:
    """Return the labels of values of a field, in the order of its vocabulary."""
    field: Any = Meeting._meta.get_field(name)
    if isinstance(field, ChoiceSetField):
        return field.labels_for(values)
    return [str(dict(YesNo.choices)[value]) for value in values]


def mode_text(values: Collection[str]) -> str:
    """Return how one takes part: "In person", "In person and online"."""
    first, *others = labels("modes", values) or [""]
    for other in others:
        first = _("%(first)s and %(last)s") % {"first": first, "last": lower_first_word(other)}
    return first


def fact_lines(facts: FieldValues) -> list[str]:
    """Return the facts in up to three lines: who may come; how, for whom and in which language; the rest."""
    return [capfirst(", ".join(words)) for words in fact_words(facts) if words]


def fact_words(facts: FieldValues) -> tuple[list[str], list[str], list[str]]:
    """Return the facts as words within a sentence: who may come; how, for whom and in which language; the rest."""
    who = [value for value in facts["formats"] if value in WHO_MAY_COME]
    others = [value for value in facts["formats"] if value not in WHO_MAY_COME]
    how = [mode_text(facts["modes"]), *labels("audiences", facts["audiences"])]
    rest = [*labels("formats", others), *labels("access", facts["access"])]
    return (
        lower_first_words(labels("formats", who)),
        [*lower_first_words(how), *labels("languages", facts["languages"])],
        [*lower_first_words(rest), *slips_text(facts["attendance_slips"])],
    )


def shared_words(facts: FieldValues) -> list[str]:
    """Return the facts of all meetings as words within a sentence. Access is left out: it is a line about the place."""
    return [word for words in fact_words({**facts, "access": ()}) for word in words]


def lower_first_words(words: Sequence[str]) -> list[str]:
    """Return labels as they are written inside a sentence, without empty ones."""
    return [lower_first_word(word) for word in words if word]


def slips_text(values: Collection[str]) -> list[str]:
    """Return whether attendance slips are signed, as words among others; an empty list where it is not known."""
    texts = {YesNo.YES.value: _("signs attendance slips"), YesNo.NO.value: _("signs no attendance slips")}
    return [texts[value] for value in values if value in texts]


def takes_place_there(meeting: Meeting) -> bool:
    """Return whether people can come to the place of the group: in person, or where it is not known how."""
    modes = fact_values(meeting, "modes")
    return not modes or Mode.IN_PERSON in modes


def own_name(meeting: Meeting) -> str:
    """Return the name of a meeting, or "" where it is that of its group."""
    return "" if meeting.name == meeting.group.name else meeting.name


def text_lang(meeting: Meeting, text: str) -> str:
    """Return the value of `lang` for the name or the note of a meeting; "" where it is the language of the page."""
    return name_lang_attribute(text, meeting.group.text_language)


def join_links(meeting: Meeting, region: str) -> list[JoinLink]:
    """Return the link and the number of a meeting, as far as it has them.

    `region` is the country in which the number is written, by its code.
    """
    links = []
    if link := safe_page_url(meeting.join_url):
        links.append(JoinLink(_("Join"), link_text(link), link))
    if number := meeting.join_phone:
        words = phone_numbers.dial_words(number, region)
        links.append(JoinLink(_("Dial in"), words, f"tel:{escape_dial(number)}"))
    return links


def home_region(listing: Listing) -> str:
    """Return the code of the country in which the numbers of a listing are written; "" where it is not known."""
    return listing.country or (listing.place.country if listing.place else "")


def link_text(address: str) -> str:
    """Return host and path of an address, as somebody copies it from paper."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}".rstrip("/")
