"""Lines by country. The country is the visitor's choice; nobody's address is looked up."""

import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.fields import set_labels
from core.i18n import lang_attribute, translate_fact
from directory.geo.countries import COUNTRIES
from directory.hotlines.crisis_strip import emergency_context
from directory.hotlines.snapshot import narrowness
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import AskedAt
from directory.listings.cards import Card, build_card, load_listings
from directory.models import Listing
from directory.vocabulary import Concern, add_wider_concerns, concerns_counted_for

# States of a card that say nothing of now: hours that are not known, or not known any more.
NOT_BY_THE_CLOCK = ("unsure", "arrangement")
# A source whose page is older than this is shown with the year of the page.
OLD_PAGE_YEARS = 2


def hotlines_context(country: str, concern: str, at: AskedAt) -> dict[str, Any]:
    """`country` and `concern` as they stand in the address; what is not known falls back to the site's country and
    to any concern."""
    served = list(
        Listing.objects.published()
        .filter(kind__in=kinds.crisis_line_slugs())
        .exclude(country="")
        .values_list("country", flat=True)
        .distinct()
    )
    country = country if country in COUNTRIES else settings.DEFAULT_COUNTRY
    concern = concern if concern in Concern.values else ""
    lines = [hotline_context(listing, at) for listing in hotlines_for(country, concern, at)]
    return {
        "countries": [
            (code, name, code == country)
            for code, name in COUNTRIES.items()
            if code in served or code == country
        ],
        "concerns": [
            ("", _("Anything"), not concern),
            *((value, label, value == concern) for value, label in Concern.choices if value != Concern.ANY),
        ],
        "country": country,
        "country_name": COUNTRIES.get(country, country),
        **emergency_context(country),
        "open": [each for each in lines if each["card"].availability.is_open],
        "unsure": [each for each in lines if each["card"].availability.state in NOT_BY_THE_CLOCK],
        "closed": [each for each in lines if each["card"].availability.state == "closed"],
    }


def hotlines_for(country: str, concern: str, at: AskedAt) -> list[Listing]:
    """The country's lines: those that are known to answer in the language of the page first, the main one before the
    others, those for anything before those for some people only; samples last, and long unchecked ones behind the
    others. Beside the lines for a chosen concern stay those for its narrower ones, for its wider one, and for any."""
    rows = Listing.objects.published().filter(kind__in=kinds.crisis_line_slugs(), country__in=("", country))
    if concern:
        fitting = {*concerns_counted_for(concern), *add_wider_concerns([concern]), Concern.ANY.value}
        rows = rows.filter(reduce(or_, (Q(concerns__has=value) for value in sorted(fitting))))
    found = load_listings(list(rows.values_list("pk", flat=True)))

    def order(each: Listing) -> tuple[bool, bool, bool, bool, bool, int, str]:
        speaks = (get_language() or "") in each.languages
        stale = freshness.is_stale(each, at.today)
        narrow = narrowness(each.concerns, each.audiences, finder=each.national_finder)
        return (
            each.sample,
            not speaks,
            not freshness.is_main_hotline(each),
            stale,
            not each.always_open,
            narrow,
            each.name,
        )

    return sorted(found, key=order)


def hotline_context(listing: Listing, at: AskedAt) -> dict[str, Any]:
    own = listing.kind_instance
    made: Card = build_card(listing, at)
    return {
        "card": made,
        "summary": translate_fact(listing.summary),
        "lang": lang_attribute(listing.summary, listing.text_language),
        "languages": ", ".join(set_labels(listing, "languages")),
        "who_answers": translate_fact(own.who_answers),
        "who_lang": lang_attribute(own.who_answers, listing.text_language),
        "deaf_access": translate_fact(own.deaf_access),
        "deaf_lang": lang_attribute(own.deaf_access, listing.text_language),
        "what_to_expect": [
            (translate_fact(step), lang_attribute(step, listing.text_language)) for step in own.steps
        ],
        "known": verification_text(made.checked, source_text(listing)),
    }


def verification_text(checked: str, source: str) -> str:
    """How we know a line, in one go: "Not yet confirmed here. From samhsa.gov, read on 3 March 2026"."""
    return f"{checked.removesuffix('.')}. {source}" if source else checked


def source_text(listing: Listing) -> str:
    """Return where and when the facts were read: "From samhsa.gov, read on 3 March 2026, page of 2017".

    The day, the host and the date of the page come from the provenance of the listing as a whole.
    """
    whole = listing.provenance.get("*", {})
    if not whole.get("copied"):
        return ""
    host = whole["url"].split("//")[-1].split("/")[0].removeprefix("www.")
    day = date_format(datetime.date.fromisoformat(whole["copied"]), "DATE_FORMAT")
    words = (
        _("From %(host)s, copy of %(day)s")
        if whole.get("copied_is") == "dated"
        else _("From %(host)s, read on %(day)s")
    )
    said = words % {"host": host, "day": day}
    year = old_page_year(whole.get("page_date", ""), timezone.localdate())
    return _("%(source)s, page of %(year)s") % {"source": said, "year": year} if year else said


def old_page_year(page_date: str, today: datetime.date) -> str:
    """Return the year of a page that is older than two years, else an empty string.

    `page_date` is "2017-06-05" or "2017". Of a year alone, the first day counts: the page may be that old.
    """
    page = freshness.parse_day(page_date if len(page_date) > len("2017") else f"{page_date}-01-01")
    if page is None:
        return ""
    limit = (today.year - OLD_PAGE_YEARS, today.month, today.day)
    return str(page.year) if (page.year, page.month, page.day) < limit else ""
