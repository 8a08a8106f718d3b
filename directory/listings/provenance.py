"""Where the facts of a listing come from and who checked them, in words for the curator."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from directory.models import Listing

# The key of `Listing.provenance` for facts about the listing as a whole. All other keys are names of fields.
LISTING_PROVENANCE = "*"
# Stands in place of an account id where the site itself made a correction.
THIS_SITE = "site"
# Functions that return the day on which a source was last read completely. The app `feeds` adds its own.
LAST_READ_LOOKUPS: list[Callable[[str], datetime.date | None]] = []


def last_read(source: str) -> datetime.date | None:
    """Return the day on which the feed with this slug was last read completely, or None for any other source."""
    return next(filter(None, (lookup(source) for lookup in LAST_READ_LOOKUPS)), None) if source else None


def provenance_lines(listing: Listing) -> list[str]:
    """Return the provenance of a listing: its source first, then the corrections made here."""
    lines = [_("A sample, invented for the demonstration.")] if listing.sample else []
    lines += source_lines(listing.provenance.get(LISTING_PROVENANCE, {}), listing)
    return [*lines, *correction_lines(listing)] or [_("Written here.")]


def source_lines(whole: dict[str, Any], listing: Listing) -> Iterator[str]:
    """Yield one line about the source of the listing as a whole, if it has one."""
    source = whole.get("source") or listing.source
    if not source:
        return
    parts = [_("From %(source)s") % {"source": source}, str(whole.get("url", ""))]
    parts += [_("run %(run)s") % {"run": whole["run"]}] if whole.get("run") else []
    parts += [_("read on %(day)s") % {"day": day_text(whole["copied"])}] if whole.get("copied") else []
    yield ", ".join(filter(None, parts)) + "."


def correction_lines(listing: Listing) -> list[str]:
    """Return one line for each person and day, with the fields that they corrected."""
    fields_by_correction: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, facts in listing.provenance.items():
        if name != LISTING_PROVENANCE and facts.get("corrected_by"):
            fields_by_correction[facts.get("when", ""), facts["corrected_by"]].append(
                field_label(listing, name)
            )
    names = account_names({account for _day, account in fields_by_correction}) | {THIS_SITE: _("this site")}
    return [
        _("Corrected here on %(day)s by %(who)s: %(fields)s.")
        % {"day": day_text(day), "who": names.get(account, _("an account that is gone")), "fields": ", ".join(fields)}
        for (day, account), fields in sorted(fields_by_correction.items())
    ]  # fmt: skip


def check_lines(listing: Listing) -> list[str]:
    """Return one line for each check of the listing, newest first."""
    return [
        _("%(day)s %(how)s, by %(who)s. %(note)s")
        % {
            "day": date_format(check.verified_on, "DATE_FORMAT"),
            "how": check.get_method_display(),
            "who": check.verified_by or _("an account that is gone"),
            "note": check.note,
        }
        for check in listing.verifications.select_related("verified_by")
    ]


def account_names(accounts: set[str]) -> dict[str, str]:
    """Return the login names of accounts by their id as text; texts that are no id are left out."""
    ids = [account for account in accounts if account.isdecimal()]
    rows = get_user_model()._default_manager.filter(pk__in=ids)
    return {str(account.pk): account.get_username() for account in rows}


def field_label(listing: Listing, name: str) -> str:
    """Return the name of a field, or of related rows, as the admin form shows it."""
    try:
        field: Any = listing.kind_instance._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return str(field.verbose_name if field.concrete else field.related_model._meta.verbose_name_plural)


def day_text(text: str) -> str:
    """Return an ISO day in the site's date format; any other text is returned unchanged."""
    try:
        return capfirst(date_format(datetime.date.fromisoformat(text), "DATE_FORMAT"))
    except ValueError:
        return text
