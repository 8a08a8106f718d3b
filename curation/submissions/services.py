"""Save, answer, and resolve submissions. Each function changes everything that belongs together, or nothing."""
# i18n: admin only

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import reversion
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import history, phone_numbers
from curation.models import Message, Report, Resolution, Suggestion
from curation.roles import regions
from curation.submissions import access_codes, presenters
from directory.kinds.registry import kinds
from directory.listings import publisher_rights, services
from directory.listings.services import Editor
from directory.listings.slugs import free_slug
from directory.models import Channel, Listing
from directory.vocabulary import ChannelType, Status
from groups.models import Meeting

MAX_HOURS_NOTE_LENGTH = 200  # characters, as in Listing.hours_note
VERIFIED_FIELDS = {
    Report.Problem.WRONG_NUMBER: ("channels",),
    Report.Problem.WRONG_PLACE: ("place",),
    Report.Problem.WRONG_TIME: ("hours",),
}
STATUS_ACTIONS = {Status.PAUSED: services.pause_listings, Status.CLOSED: services.close_listings}


class AlreadyHandled(Exception):
    """Another curator has handled the submission in the meantime."""


@dataclass(frozen=True)
class Correction:
    """What a curator corrects: values by field, for channels by their id too. It holds only what differs."""

    listing: Mapping[str, Any] = field(default_factory=dict)
    meeting: Mapping[str, Any] = field(default_factory=dict)
    channels: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@transaction.atomic
def send_report(*, listing: Listing, meeting: Meeting | None, problem: str, details: str) -> str:
    """Save a report and return its access code. An equal report that waits becomes its original."""
    similar = Report.objects.filter(listing_id=listing.pk, meeting=meeting, problem=problem)
    code = access_codes.new_code()
    Report.objects.create(
        listing_id=listing.pk,
        meeting=meeting,
        problem=problem,
        details=details,
        value_when_reported=presenters.current_value(listing, meeting, problem),
        code_hash=access_codes.hash_code(code),
        duplicate_of=_reopen_original(similar),
    )
    return code


@transaction.atomic
def send_suggestion(*, kind: str, name: str, location: str, schedule: str, contact: str, details: str) -> str:
    """Save a suggestion and return its access code. One with the same name and location that waits is its original."""
    similar = Suggestion.objects.filter(kind=kind, name__iexact=name, location__iexact=location)
    code = access_codes.new_code()
    Suggestion.objects.create(
        kind=kind,
        name=name,
        location=location,
        schedule=schedule,
        contact=contact,
        details=details,
        code_hash=access_codes.hash_code(code),
        duplicate_of=_reopen_original(similar),
    )
    return code


def _reopen_original(similar: Any) -> Any:
    """Return the unhandled submission among these, opened again; None where all are handled."""
    unhandled = similar.filter(duplicate_of=None, status__in=presenters.UNHANDLED)
    original = unhandled.select_for_update().first()
    if original is not None and original.status != Resolution.OPEN:
        original.status = Resolution.OPEN
        original.save(update_fields=["status"])
    return original


@transaction.atomic
def add_reply(submission: Report | Suggestion, *, text: str) -> bool:
    """Add a message of the sender and reopen the submission; return False where the sender may not write yet."""
    original = _lock(submission.original)
    if not presenters.may_reply(submission):
        return False
    Message.objects.create(**{presenters.thread_field(submission): submission}, from_curator=False, text=text)
    original.status = Resolution.OPEN
    original.save(update_fields=["status"])
    return True


@transaction.atomic
def ask_sender(submission: Report | Suggestion, *, text: str, by: Editor) -> None:
    """Send a message to everybody who sent this submission. Raises AlreadyHandled."""
    submission = _lock_unhandled(submission)
    Message.objects.create(**{presenters.thread_field(submission): submission}, from_curator=True, text=text)
    _resolve(submission, Resolution.ASKED, by=by)


@transaction.atomic
def dismiss_submission(submission: Report | Suggestion, *, note: str, by: Editor) -> None:
    """Close a submission without a change. Raises AlreadyHandled, and ValueError where the note is empty."""
    if not note.strip():
        raise ValueError("A submission is dismissed with a note.")
    submission = _lock_unhandled(submission)
    submission.private_note = note
    _resolve(submission, Resolution.DISMISSED, by=by)


@transaction.atomic
def save_note(submission: Report | Suggestion, *, note: str) -> None:
    """Save the private note of a submission."""
    type(submission)._default_manager.filter(pk=submission.pk).update(private_note=note)


@transaction.atomic
def fix_report(report: Report, *, changes: Correction, how: str, everything: bool, by: Editor) -> None:
    """Correct the listing, record the check, and close the report.

    Raises AlreadyHandled, and PublisherRequired where `by` lacks the right to publish that the change needs.
    """
    submission = _lock_unhandled(report)
    _change_rows(submission, changes, by=by)
    _change_status(submission.listing, changes.listing, by=by)
    close_fixed(submission, how=how, everything=everything, by=by)


@transaction.atomic
def close_fixed(report: Report, *, how: str, everything: bool = False, by: Editor) -> None:
    """Close a report on a listing that is correct now, and record the check.

    `how` is a check method, or empty where nobody checked. With `everything`, the whole listing was checked, else what
    the report is about. Raises AlreadyHandled.
    """
    submission = _lock_unhandled(report)
    if how:
        fields = () if everything else _verified_fields(submission)
        services.record_verification(
            [submission.listing], method=how, verified_on=timezone.localdate(), by=by, fields=fields
        )
    _resolve(submission, Resolution.FIXED, by=by)


def _verified_fields(report: Report) -> tuple[str, ...]:
    """Return the fields that somebody checked who handled a report, as `record_verification` names them."""
    is_link = report.problem == Report.Problem.WRONG_NUMBER
    if report.meeting_id:
        return ("meetings", "join") if is_link else ("meetings",)
    return VERIFIED_FIELDS.get(Report.Problem(report.problem), ("status",))


def _change_rows(report: Report, changes: Correction, *, by: Editor) -> None:
    """Change the meeting and channels of a listing as one revision, and mark them as corrected by hand."""
    if not (changes.meeting or changes.channels):
        return
    for listing in services.lock_listings([report.listing]):
        comment = _("Put right after a report.")
        with (
            publisher_rights.guard_changes(listing, by=by),
            services.record_revision(listing, by=by, comment=comment),
        ):
            if changes.meeting and report.meeting_id:
                _change_row(Meeting, report.meeting_id, changes.meeting)
                services.mark_corrected(listing, ["meetings"], by=by)
            for pk, facts in changes.channels.items():
                _change_row(Channel, pk, facts)
                services.mark_corrected(listing, ["channels"], by=by)


def _change_row(model: type[Meeting] | type[Channel], pk: int, facts: Mapping[str, Any]) -> None:
    """Lock a row, set some of its fields and save these."""
    row: Any = model._default_manager.select_for_update().get(pk=pk)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))


def _change_status(listing: Listing, facts: Mapping[str, Any], *, by: Editor) -> None:
    """Publish, pause or close a listing as the correction says; without a change do nothing."""
    if not facts:
        return
    status, reason = facts.get("status", listing.status), facts.get("status_reason", listing.status_reason)
    if status == Status.PUBLISHED:
        services.publish_listings([listing], by=by)
    else:
        STATUS_ACTIONS[Status(status)]([listing], reason=reason, by=by)


@transaction.atomic
def create_draft_listing(suggestion: Suggestion, *, by: Editor) -> Listing:
    """Create a draft of the suggested kind with what the sender wrote, and link it. Raises AlreadyHandled.

    The contact is taken over where it can be read. The curator chooses the place, from which the time zone follows.
    """
    submission = _lock_unhandled(suggestion)
    kind = kinds[submission.kind]
    site_defaults: dict[str, Any] = {
        "country": settings.DEFAULT_COUNTRY,
        "languages": (settings.LANGUAGE_CODE,),
        "text_language": settings.LANGUAGE_CODE,
    }
    with reversion.create_revision():
        reversion.set_user(by)
        reversion.set_comment(_("From a visitor’s suggestion."))
        draft = kind.model._default_manager.create(
            kind=kind.slug,
            name=submission.name,
            slug=free_slug(submission.name, "", kind.slug),
            status=Status.DRAFT,
            description=submission.details,
            hours_note=submission.schedule[:MAX_HOURS_NOTE_LENGTH],
            region_id=next(iter(regions.regions_of(by)), None),
            **site_defaults,
        )
        if contact := parse_contact(submission.contact):
            Channel.objects.create(
                listing_id=draft.pk, type=contact[0], dial=contact[1], display=submission.contact[:120]
            )
        history.add_to_revision(draft)
    submission.listing_id = draft.pk
    submission.save(update_fields=["listing"])
    _resolve(submission, Resolution.FIXED, by=by)
    return draft


def parse_contact(contact: str) -> tuple[str, str] | None:
    """Return the channel type and what to dial where the text is one address or number, else None."""
    if contact.startswith(("https://", "http://")) and " " not in contact:
        return ChannelType.WEBSITE, contact
    if phone_numbers.parse_phone_number(contact):
        return ChannelType.CALL, phone_numbers.dial_string(contact)
    try:
        validate_email(contact)
    except ValidationError:
        return None
    return ChannelType.EMAIL, contact


def _lock_unhandled(submission: Any) -> Any:
    """Lock and reload a submission. Raises AlreadyHandled where somebody has handled it."""
    submission = _lock(submission)
    if submission.status not in presenters.UNHANDLED:
        raise AlreadyHandled
    return submission


def _lock(submission: Any) -> Any:
    """Lock the row of a submission for this transaction and return it freshly read."""
    return type(submission)._default_manager.select_for_update().get(pk=submission.pk)


def _resolve(submission: Report | Suggestion, status: Resolution, *, by: Editor) -> None:
    """Store that a submission was handled, with the new status, the curator and the day."""
    submission.status, submission.handled_by_id, submission.handled_on = status, by.pk, timezone.localdate()
    submission.save(update_fields=["status", "handled_by", "handled_on", "private_note"])
