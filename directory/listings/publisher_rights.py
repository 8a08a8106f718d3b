"""Which changes of public facts need the right to publish.

Two kinds of facts are protected while the public can open the listing:

- every fact of a kind that says so (`Kind.protected`), which are crisis lines;
- the contact of a listing that carries a valid check: its ways to reach it, its organization, and the links and
  numbers with which one joins its meetings. A check is valid until the public line warns that it is old.

A curator without the right to publish may still pause such a listing and record a check. A change without a person
(`by` is None) comes from a feed or a command, which have rules of their own.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import history
from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.listings.provenance import field_label
from directory.models import Listing, Verification

# Fields that a curator may set without the right to publish. The status has rules of its own, and the public does not
# read the last three.
UNPROTECTED = frozenset({"status", "status_reason", "region", "sample", "source_ref"})
# The contact of a listing. Checks name its parts by the same keys.
CONTACT = ("channels", "organization", "join")
Facts = Mapping[str, Any]


class PublisherRequired(Exception):
    """A change needs the right to publish. The message says so in words for the curator."""


def may_publish(account: Any) -> bool:
    """Return whether the account has the right to publish."""
    return bool(account.has_perm(PUBLISHER_PERMISSION))


def is_public(listing: Listing) -> bool:
    """Return whether the public can open the listing, by the database."""
    return Listing.objects.visible().filter(pk=listing.pk).exists()


class FactGuard:
    """The protected facts of one row when the guard was made, and the rule in words for the curator."""

    def __init__(
        self, rule: str, label_facts: Callable[[Iterable[str]], str], read_facts: Callable[[], Facts]
    ) -> None:
        """Remember the present values of the facts.

        `label_facts` returns the names of facts for the curator. `read_facts` reads their values from the database.
        """
        self.rule, self._label_facts, self._read_facts = rule, label_facts, read_facts
        self._before = read_facts()

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the protected facts."""
        return frozenset(self._before)

    def require_unchanged(self) -> None:
        """Raise PublisherRequired where one of the facts differs by now."""
        after = self._read_facts()
        changed = [name for name, value in self._before.items() if not _is_kept(name, value, after.get(name))]
        if changed:
            facts = _("Nothing was saved. This differs: %(facts)s.") % {"facts": self._label_facts(changed)}
            raise PublisherRequired(f"{self.rule} {facts}")


def guard_of_listing(own: Any) -> FactGuard | None:
    """Return the guard of a listing, given as its kind's model; None where nothing of it is protected."""
    names = protected_names(own) if is_public(own) else frozenset()
    if not names:
        return None
    label_facts = functools.partial(_label_facts, own)
    if kinds[own.kind].protected:
        rule = _(
            "This crisis line is public. Its facts are changed by somebody with the right to publish. You may pause it "
            "with a reason, and note a check."
        )
    else:
        rule = _(
            "Somebody checked how one reaches this listing. This contact is changed by somebody with the right to "
            "publish: %(facts)s."
        ) % {"facts": label_facts(names)}
    return FactGuard(rule, label_facts, lambda: _values(own, names))


def guard_of_shared(row: Any, field: str) -> FactGuard | None:
    """Return the guard of a row that listings share; None where no public listing that has it is protected.

    `field` is the field of a listing that points to the row, such as "organization".
    """
    listing = _protected_listing(row, field)
    if listing is None:
        return None
    rule = _(
        "The public listing “%(name)s” has it, and is a crisis line or has a checked contact. It is changed by "
        "somebody with the right to publish."
    ) % {"name": listing.name}
    rows = type(row)._default_manager

    def label_fields(names: Iterable[str]) -> str:
        return ", ".join(sorted(str(row._meta.get_field(name).verbose_name) for name in names))

    return FactGuard(rule, label_fields, lambda: history.field_values(rows.get(pk=row.pk)))


def protected_names(own: Any) -> frozenset[str]:
    """Return the names of the facts that are protected while the listing is public; "join" is for links of meetings."""
    if kinds[own.kind].protected:
        return frozenset({*history.tracked_values(own), "slug"}) - UNPROTECTED
    checks = list(own.verifications.all())
    return frozenset(name for name in CONTACT if _is_covered(own, checks, name))


def is_change_refused(own: Any, names: Iterable[str], *, by: Any) -> bool:
    """Return whether `by` has no right to change these fields of the listing."""
    return not may_publish(by) and is_public(own) and not protected_names(own).isdisjoint(names)


@contextmanager
def guard_changes(own: Any, *, by: Any) -> Iterator[None]:
    """Raise PublisherRequired at the end of the block if it changed protected facts without the right to publish.

    The surrounding transaction then rolls the change back.
    """
    guard = None if by is None or may_publish(by) else guard_of_listing(own)
    yield
    if guard:
        guard.require_unchanged()


def refusal_text(number: int) -> str:
    """Return why a change of several listings was refused; `number` is how many of them are protected."""
    return ngettext(
        "%(n)d of them is a public crisis line, or its contact is checked. Such a change needs the right to publish. "
        "Leave it out, or ask a publisher.",
        "%(n)d of them are public crisis lines, or their contact is checked. Such a change needs the right to publish. "
        "Leave them out, or ask a publisher.",
        number,
    ) % {"n": number}


def _protected_listing(row: Any, field: str) -> Listing | None:
    """Return a public listing for which the row that it shares is protected."""
    protected_kinds = [slug for slug, kind in kinds.items() if kind.protected]
    condition = Q(kind__in=protected_kinds)
    if field in CONTACT:
        condition |= Q(pk__in=Verification.objects.values("listing"))
    listings = Listing.objects.visible().filter(condition, **{field: row}).prefetch_related("verifications")
    return next((listing for listing in listings if field in protected_names(listing.kind_instance)), None)


def _is_covered(own: Any, checks: list[Any], fact: str) -> bool:
    """Return whether a check that is still valid covers the fact."""
    check = freshness.newest_check(checks, fact)
    if check is None:
        return False
    due = check.due_on or freshness.next_due_date(own.kind, check.verified_on, check.fields)
    return freshness.state_for_due_date(due, timezone.localdate()) < freshness.FreshnessState.OVERDUE


def _values(own: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return the values of these facts from the database."""
    row = type(own)._default_manager.get(pk=own.pk)
    facts = {**history.tracked_values(row), "slug": row.slug, "join": _join_links(row)}
    return {name: facts[name] for name in names}


def _join_links(own: Any) -> dict[Any, tuple[str, str]]:
    """Return link and number to join by meeting; meetings with neither are left out."""
    if not hasattr(own, "meetings"):
        return {}
    rows = own.meetings.values_list("pk", "join_url", "join_phone")
    return {pk: (url, phone) for pk, url, phone in rows if url or phone}


def _is_kept(name: str, before: Any, after: Any) -> bool:
    """Return whether a fact is as it was. A meeting with a link may be taken out, but no link may be new."""
    if name != "join":
        return bool(before == after)
    known = set(before.values())
    return after is not None and all(
        ways == before[pk] if pk in before else ways in known for pk, ways in after.items()
    )


def _label_facts(own: Any, names: Iterable[str]) -> str:
    """Return the names of the facts as the admin form shows them."""
    labels = {"join": _("links to join"), "slug": _("address on this site")}
    return ", ".join(sorted(labels.get(name) or str(field_label(own, name)) for name in names))


PUBLISHER_PERMISSION = "directory.publish_listing"
