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

WHOLE = "*"
# Stands for an account where the site itself did something.
THIS_SITE = "site"
# Who knows when a source was last read whole: the room of feeds says so when it is ready.
LAST_READ_LOOKUPS: list[Callable[[str], datetime.date | None]] = []


def last_read(source: str) -> datetime.date | None:
    """The day on which the feed of this slug was last read whole; None for what comes from no feed."""
    return next(filter(None, (ask(source) for ask in LAST_READ_LOOKUPS)), None) if source else None


def provenance_lines(listing: Listing) -> list[str]:
    """The provenance of a listing, its source first, then what was corrected here."""
    lines = [_("A sample, invented for the demonstration.")] if listing.sample else []
    lines += source_lines(listing.provenance.get(WHOLE, {}), listing)
    return [*lines, *correction_lines(listing)] or [_("Written here.")]


def source_lines(whole: dict[str, Any], listing: Listing) -> Iterator[str]:
    source = whole.get("source") or listing.source
    if not source:
        return
    parts = [_("From %(source)s") % {"source": source}, str(whole.get("url", ""))]
    parts += [_("run %(run)s") % {"run": whole["run"]}] if whole.get("run") else []
    parts += [_("read on %(day)s") % {"day": day_text(whole["copied"])}] if whole.get("copied") else []
    yield ", ".join(filter(None, parts)) + "."


def correction_lines(listing: Listing) -> list[str]:
    """One line for each person and day: which facts they set by hand."""
    together: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, facts in listing.provenance.items():
        if name != WHOLE and facts.get("corrected_by"):
            together[facts.get("when", ""), facts["corrected_by"]].append(field_label(listing, name))
    names = account_names({account for _day, account in together}) | {THIS_SITE: _("this site")}
    return [
        _("Corrected here on %(day)s by %(who)s: %(fields)s.")
        % {"day": day_text(day), "who": names.get(account, _("an account that is gone")), "fields": ", ".join(fields)}
        for (day, account), fields in sorted(together.items())
    ]  # fmt: skip


def check_lines(listing: Listing) -> list[str]:
    """All checks of a listing, newest first."""
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
    """Names of accounts by their key as text; what is no key is left out."""
    found = get_user_model()._default_manager.filter(pk__in=[key for key in accounts if key.isdecimal()])
    return {str(account.pk): account.get_username() for account in found}


def field_label(listing: Listing, name: str) -> str:
    """What the form calls a field, or rows under a related name."""
    try:
        field: Any = listing.kind_instance._meta.get_field(name)
    except FieldDoesNotExist:
        return name
    return str(field.verbose_name if field.concrete else field.related_model._meta.verbose_name_plural)


def day_text(text: str) -> str:
    """An ISO day as the site writes days; what is none stays as it is."""
    try:
        return capfirst(date_format(datetime.date.fromisoformat(text), "DATE_FORMAT"))
    except ValueError:
        return text
