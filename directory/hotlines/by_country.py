"""The page /hotlines/, which lists the hotlines of one country.

The visitor chooses the country. The site does not look up where a visitor is.
"""

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
from directory.hotlines.snapshot import narrowness_rank
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.availability import AskedAt
from directory.listings.cards import Card, build_card, load_listings
from directory.models import Listing
from directory.vocabulary import Concern, add_wider_concerns, concerns_counted_for

# States that say neither open nor closed, because the hours are not known or too old.
UNKNOWN_STATES = ("unsure", "arrangement")
# Where the page of a source is at least this many years old, the text names its year.
OLD_PAGE_YEARS = 2


def hotlines_context(country: str, concern: str, at: AskedAt) -> dict[str, Any]:
    """Return the template context of the page /hotlines/.

    `country` and `concern` come from the address. An unknown country is replaced by the site's own country, and an
    unknown concern by any concern.
    """
    served = list(
        Listing.objects.published()
        .filter(kind__in=kinds.crisis_line_slugs())
        .exclude(country="")
        .values_list("country", flat=True)
        .distinct()
    )
    country = country if country in COUNTRIES else settings.DEFAULT_COUNTRY
    concern = concern if concern in Concern.values else ""
    hotlines = [hotline_context(listing, at) for listing in hotlines_for(country, concern, at)]
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
        "open": [each for each in hotlines if each["card"].availability.is_open],
        "unsure": [each for each in hotlines if each["card"].availability.state in UNKNOWN_STATES],
        "closed": [each for each in hotlines if each["card"].availability.state == "closed"],
    }


def hotlines_for(country: str, concern: str, at: AskedAt) -> list[Listing]:
    """Return the published hotlines of a country, sorted for its page.

    The sort criteria are, in this order: samples last; hotlines that answer in the language of the page first; the main
    hotline first; stale listings later; hotlines that are always open first; `narrowness_rank`; the name.

    With a concern, the list has hotlines for that concern, for its wider and narrower concerns, and for any concern.
    """
    rows = Listing.objects.published().filter(kind__in=kinds.crisis_line_slugs(), country__in=("", country))
    if concern:
        related = {*concerns_counted_for(concern), *add_wider_concerns([concern]), Concern.ANY.value}
        rows = rows.filter(reduce(or_, (Q(concerns__has=value) for value in sorted(related))))
    hotlines = load_listings(list(rows.values_list("pk", flat=True)))

    def sort_key(hotline: Listing) -> tuple[bool, bool, bool, bool, bool, int, str]:
        """Return the sort key of a hotline: the visitor's language first, then main, fresh and always open ones."""
        return (
            hotline.sample,
            (get_language() or "") not in hotline.languages,
            not freshness.is_main_hotline(hotline),
            freshness.is_stale(hotline, at.today),
            not hotline.always_open,
            narrowness_rank(hotline.concerns, hotline.audiences, is_finder=hotline.national_finder),
            hotline.name,
        )

    return sorted(hotlines, key=sort_key)


def hotline_context(listing: Listing, at: AskedAt) -> dict[str, Any]:
    """Return the template context of one hotline on the page /hotlines/."""
    hotline = listing.kind_instance
    card: Card = build_card(listing, at)
    return {
        "card": card,
        "summary": translate_fact(listing.summary),
        "lang": lang_attribute(listing.summary, listing.text_language),
        "languages": ", ".join(set_labels(listing, "languages")),
        "who_answers": translate_fact(hotline.who_answers),
        "who_lang": lang_attribute(hotline.who_answers, listing.text_language),
        "deaf_access": translate_fact(hotline.deaf_access),
        "deaf_lang": lang_attribute(hotline.deaf_access, listing.text_language),
        "what_to_expect": [
            (translate_fact(step), lang_attribute(step, listing.text_language)) for step in hotline.steps
        ],
        "verification": verification_text(card.checked, source_text(listing)),
    }


def verification_text(checked: str, source: str) -> str:
    """Join the texts about the last check and the source of a listing.

    An example is "Not yet confirmed here. From samhsa.gov, read on 3 March 2026".
    """
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
    template = (
        _("From %(host)s, copy of %(day)s")
        if whole.get("copied_is") == "dated"
        else _("From %(host)s, read on %(day)s")
    )
    text = template % {"host": host, "day": day}
    year = old_page_year(whole.get("page_date", ""), timezone.localdate())
    return _("%(source)s, page of %(year)s") % {"source": text, "year": year} if year else text


def old_page_year(page_date: str, today: datetime.date) -> str:
    """Return the year of a page that is older than two years, else an empty string.

    `page_date` is a date or a year, "2017-06-05" or "2017". A year alone counts as its first day.
    """
    page = freshness.parse_day(page_date if len(page_date) > len("2017") else f"{page_date}-01-01")
    if page is None:
        return ""
    limit = (today.year - OLD_PAGE_YEARS, today.month, today.day)
    return str(page.year) if (page.year, page.month, page.day) < limit else ""
