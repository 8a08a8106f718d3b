"""What a curator does to listings: each function changes all of them or none, and each listing keeps its history."""

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
from directory.listings import freshness, publish_guard
from directory.listings.provenance import THIS_SITE
from directory.models import Listing, Verification
from directory.vocabulary import CheckMethod, Status

# The curator's account. A request's account has this type; the desk lets nobody in who has none.
Editor = AbstractBaseUser | AnonymousUser


@transaction.atomic
def publish_listings(listings: Iterable[Listing], *, by: Editor) -> int:
    """How many became public by this."""
    return _set_status(listings, Status.PUBLISHED, "", by=by, comment=_("Published."))


@transaction.atomic
def pause_listings(listings: Iterable[Listing], *, reason: str, by: Editor) -> int:
    """How many were paused, or got another reason. Raises ValueError without a reason: the public reads it."""
    return _set_status(listings, Status.PAUSED, reason, by=by, comment=_("Paused: %(reason)s"))


@transaction.atomic
def close_listings(listings: Iterable[Listing], *, reason: str, by: Editor) -> int:
    """How many were closed, or got another reason. Raises ValueError without a reason: the public reads it."""
    return _set_status(listings, Status.CLOSED, reason, by=by, comment=_("Closed: %(reason)s"))


@transaction.atomic
def record_verification(
    listings: Iterable[Listing],
    *,
    how: str,
    on: datetime.date,
    by: Editor,
    fields: Sequence[str] = (),
    note: str = "",
) -> int:
    """Records that somebody made sure, and how many listings that was. Without `fields` all facts were checked.

    `fields` are names of fields or keys of the kind's perishable facts; facts that carry their own day get this one.
    """
    comment = _("Checked %(how)s.") % {"how": CheckMethod(how).label}
    number = 0
    for number, own in enumerate(lock_listings(listings), start=1):  # noqa: B007
        with record_revision(own, by=by, comment=comment):
            due = freshness.next_due_date(own.kind, on, fields)
            Verification.objects.create(
                listing_id=own.pk,
                verified_by_id=by.pk,
                verified_on=on,
                method=how,
                fields=list(fields),
                due_on=due,
                note=note,
            )
            _date_facts(own, on, fields)
    return number


@transaction.atomic
def bulk_change(
    listings: Iterable[Listing], changes: Callable[[Any], dict[str, Any]], *, by: Editor, comment: str
) -> int:
    """Sets the fields that `changes` names for each listing, and how many that made differ.

    Raises PublisherRequired where a change needs the right to publish and `by` has it not.
    """
    changed = 0
    for own in lock_listings(listings):
        facts = {name: value for name, value in changes(own).items() if getattr(own, name) != value}
        if not facts:
            continue
        with publish_guard.guard_changes(own, by=by), record_revision(own, by=by, comment=comment):
            for name, value in facts.items():
                setattr(own, name, value)
            own.save(update_fields=list(facts))
            mark_corrected(own, facts, by=by)
        changed += 1
    return changed


@transaction.atomic
def mark_corrected(listing: Listing, changed_fields: Iterable[str], *, by: Editor | None) -> None:
    """Notes who set these fields, so that no import takes them back. Only a listing with a source needs it.

    The rows beside a listing count as a field under their related name: "channels", "meetings".
    """
    names = list(changed_fields)
    if not listing.source or not names:
        return
    mark = {"corrected_by": str(by.pk) if by else THIS_SITE, "when": timezone.localdate().isoformat()}
    known = listing.provenance
    listing.provenance = {**known, **{name: {**known.get(name, {}), **mark} for name in names}}
    listing.save(update_fields=["provenance"])


@contextmanager
def record_revert(own: Listing, *, by: Editor) -> Iterator[None]:
    """Around the return of a listing to one of its versions. What that changes counts as set by hand, so that no import
    takes it back; what was corrected before stays so, and where the facts come from is not taken back with them."""
    with transaction.atomic():
        before, provenance = history.tracked_values(own), own.provenance
        yield
        now = type(own)._default_manager.get(pk=own.pk)
        facts = history.tracked_values(now)
        now.provenance = provenance
        now.save(update_fields=["provenance"])
        mark_corrected(now, [name for name in facts if facts[name] != before[name]], by=by)


def _date_facts(own: Listing, on: datetime.date, fields: Sequence[str]) -> None:
    """Gives each checked fact that carries its own day the day of the check, unless it has a later one."""
    for fact in kinds[own.kind].perishable_facts:
        dated = fact.day_field
        if not dated or (fields and fact.key not in fields) or getattr(own, fact.key) in (None, ""):
            continue
        setattr(own, dated, max(on, getattr(own, dated) or on))
        own.save(update_fields=[dated])


def _set_status(listings: Iterable[Listing], status: Status, reason: str, *, by: Editor, comment: str) -> int:
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
    """Each listing as its kind's model, read anew and locked until the end of the transaction.

    Lowest id first, so that two curators with overlapping choices wait in line and not for each other.
    """
    for pk, kind in sorted((listing.pk, listing.kind) for listing in listings):
        yield kinds[kind].model._default_manager.select_for_update().get(pk=pk)


@contextmanager
def record_revision(own: Listing, *, by: Editor | None, comment: str) -> Iterator[None]:
    """One listing's change as one step of its history; without `by` no person made it."""
    history.save_initial_version(type(own), own.pk)
    with reversion.create_revision():
        reversion.set_user(by)
        reversion.set_comment(comment)
        yield
        history.add_to_revision(own)
