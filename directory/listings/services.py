"""The changes that curators make to listings.

Each function changes all of the given listings or none, and adds a revision to the history of each.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import reversion
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history
from directory.kinds.registry import kinds
from directory.listings import freshness, publisher_rights
from directory.listings.provenance import THIS_SITE
from directory.models import Listing, Verification
from directory.vocabulary import CheckMethod, Status

# The type of `request.user`. The admin lets nobody in who is not signed in.
Editor = AbstractBaseUser | AnonymousUser


@transaction.atomic
def publish_listings(listings: Iterable[Listing], *, by: Editor) -> int:
    """Publish the listings and return how many were not published before."""
    return _set_status(listings, Status.PUBLISHED, "", by=by, comment=_("Published."))


@transaction.atomic
def pause_listings(listings: Iterable[Listing], *, reason: str, by: Editor) -> int:
    """Pause the listings and return how many were paused or got another reason.

    The public reads the reason. Raise ValueError where it is empty.
    """
    return _set_status(listings, Status.PAUSED, reason, by=by, comment=_("Paused: %(reason)s"))


@transaction.atomic
def close_listings(listings: Iterable[Listing], *, reason: str, by: Editor) -> int:
    """Close the listings for good and return how many were closed or got another reason.

    The public reads the reason. Raise ValueError where it is empty.
    """
    return _set_status(listings, Status.CLOSED, reason, by=by, comment=_("Closed: %(reason)s"))


@transaction.atomic
def record_verification(
    listings: Iterable[Listing],
    *,
    method: str,
    verified_on: datetime.date,
    by: Editor,
    fields: Sequence[str] = (),
    note: str = "",
) -> int:
    """Record that somebody checked these listings, and return how many they are.

    `fields` are names of fields or keys of the kind's perishable facts; without them all facts were checked. A fact
    that has a day of its own takes the day of the check.
    """
    comment = _("Checked %(how)s.") % {"how": CheckMethod(method).label}
    number = 0
    for number, own in enumerate(lock_listings(listings), start=1):  # noqa: B007
        with record_revision(own, by=by, comment=comment):
            due = freshness.next_due_date(own.kind, verified_on, fields)
            Verification.objects.create(
                listing_id=own.pk,
                verified_by_id=by.pk,
                verified_on=verified_on,
                method=method,
                fields=list(fields),
                due_on=due,
                note=note,
            )
            _date_facts(own, verified_on, fields)
    return number


@transaction.atomic
def bulk_change(
    listings: Iterable[Listing], changes: Callable[[Any], dict[str, Any]], *, by: Editor, comment: str
) -> int:
    """Set fields of many listings and return how many listings that changed.

    `changes` returns the new values of one listing by field. Raise PublisherRequired where a change needs the right to
    publish and `by` does not have it.
    """
    changed = 0
    for own in lock_listings(listings):
        facts = {name: value for name, value in changes(own).items() if getattr(own, name) != value}
        if not facts:
            continue
        with publisher_rights.guard_changes(own, by=by), record_revision(own, by=by, comment=comment):
            for name, value in facts.items():
                setattr(own, name, value)
            own.save(update_fields=list(facts))
            mark_corrected(own, facts, by=by)
        changed += 1
    return changed


@transaction.atomic
def mark_corrected(listing: Listing, changed_fields: Iterable[str], *, by: Editor | None) -> None:
    """Record in the provenance who set these fields by hand, so that no import overwrites them.

    Only a listing from a source needs this. Related rows count as a field under their related name: "channels",
    "meetings".
    """
    names = list(changed_fields)
    if not listing.source or not names:
        return
    correction = {
        "corrected_by": str(by.pk) if by else THIS_SITE,
        "when": timezone.localdate().isoformat(),
    }
    provenance = listing.provenance
    listing.provenance = {
        **provenance,
        **{name: {**provenance.get(name, {}), **correction} for name in names},
    }
    listing.save(update_fields=["provenance"])


@contextmanager
def record_revert(own: Listing, *, by: Editor) -> Iterator[None]:
    """Mark the fields as corrected by hand that the block changes by reverting the listing to an earlier version.

    Earlier corrections stay marked, and the revert does not bring back an earlier provenance.
    """
    with transaction.atomic():
        before, provenance = history.tracked_values(own), own.provenance
        yield
        now = type(own)._default_manager.get(pk=own.pk)
        facts = history.tracked_values(now)
        now.provenance = provenance
        now.save(update_fields=["provenance"])
        mark_corrected(now, [name for name in facts if facts[name] != before[name]], by=by)


def _date_facts(own: Listing, verified_on: datetime.date, fields: Sequence[str]) -> None:
    """Set the day of each checked fact that has a day of its own, unless it has a later one."""
    for fact in kinds[own.kind].perishable_facts:
        day_field = fact.day_field
        if not day_field or (fields and fact.key not in fields) or getattr(own, fact.key) in (None, ""):
            continue
        setattr(own, day_field, max(verified_on, getattr(own, day_field) or verified_on))
        own.save(update_fields=[day_field])


def _set_status(listings: Iterable[Listing], status: Status, reason: str, *, by: Editor, comment: str) -> int:
    """Set the status of listings with its reason and record a revision of each. Raises ValueError without a reason."""
    reason = reason.strip()
    if status != Status.PUBLISHED and not reason:
        raise ValueError("A listing is paused or closed with a reason.")
    changed = 0
    for own in lock_listings(listings):
        if (own.status, own.status_reason) == (status, reason):
            continue
        with record_revision(own, by=by, comment=comment % {"reason": reason}):
            own.status, own.status_reason = status, reason
            own.save(update_fields=["status", "status_reason"])
            mark_corrected(own, ("status", "status_reason"), by=by)
        changed += 1
    return changed


def lock_listings(listings: Iterable[Listing]) -> Iterator[Listing]:
    """Yield each listing as its kind's model, read again and locked until the end of the transaction.

    The order is that of the ids, so that two curators who change the same listings wait for each other without a
    deadlock.
    """
    for pk, kind in sorted((listing.pk, listing.kind) for listing in listings):
        yield kinds[kind].model._default_manager.select_for_update().get(pk=pk)


@contextmanager
def record_revision(own: Listing, *, by: Editor | None, comment: str) -> Iterator[None]:
    """Add one revision to the history of a listing for the changes in the block.

    Without `by` the revision names no person.
    """
    history.save_initial_version(type(own), own.pk)
    with reversion.create_revision():
        reversion.set_user(by)
        reversion.set_comment(comment)
        yield
        history.add_to_revision(own)
