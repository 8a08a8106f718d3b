"""What visitors send and what becomes of it: each function changes all that belongs together, or nothing."""
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
from directory.listings import publish_guard, services
from directory.listings.services import Editor
from directory.listings.slugs import free_slug
from directory.models import Channel, Listing
from directory.vocabulary import ChannelType, Status
from groups.models import Meeting

LONGEST_HOURS_NOTE = 200  # characters, as in Listing.hours_note
CHECKED = {
    Report.Problem.WRONG_NUMBER: ("channels",),
    Report.Problem.WRONG_PLACE: ("place",),
    Report.Problem.WRONG_TIME: ("hours",),
}
BY_STATUS = {Status.PAUSED: services.pause_listings, Status.CLOSED: services.close_listings}


class AlreadyHandled(Exception):
    """Somebody else was faster."""


@dataclass(frozen=True)
class Correction:
    """What a curator puts right: field → value, and the same for channels by id. Only what differs."""

    listing: Mapping[str, Any] = field(default_factory=dict)
    meeting: Mapping[str, Any] = field(default_factory=dict)
    channels: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@transaction.atomic
def send_report(*, listing: Listing, meeting: Meeting | None, problem: str, details: str) -> str:
    """The sender's code. A report that says what a waiting card says joins it."""
    same = Report.objects.filter(listing_id=listing.pk, meeting=meeting, problem=problem)
    code = access_codes.new_code()
    Report.objects.create(
        listing_id=listing.pk,
        meeting=meeting,
        problem=problem,
        details=details,
        value_when_reported=presenters.quoted_value(listing, meeting, problem),
        code_hash=access_codes.hash_code(code),
        duplicate_of=card_to_join(same),
    )
    return code


@transaction.atomic
def send_suggestion(*, kind: str, name: str, location: str, schedule: str, contact: str, details: str) -> str:
    """The sender's code. The same name at the same place joins the card that waits."""
    same = Suggestion.objects.filter(kind=kind, name__iexact=name, location__iexact=location)
    code = access_codes.new_code()
    Suggestion.objects.create(
        kind=kind,
        name=name,
        location=location,
        schedule=schedule,
        contact=contact,
        details=details,
        code_hash=access_codes.hash_code(code),
        duplicate_of=card_to_join(same),
    )
    return code


def card_to_join(same: Any) -> Any:
    """The card among them that nobody has handled; it is to be looked at again."""
    card = same.select_for_update().filter(duplicate_of=None, status__in=presenters.NOT_HANDLED).first()
    if card is not None and card.status != Resolution.OPEN:
        card.status = Resolution.OPEN
        card.save(update_fields=["status"])
    return card


@transaction.atomic
def add_reply(own: Report | Suggestion, *, text: str) -> bool:
    """Adds a line of the sender and brings the card back to the queue; False while the desk has not written."""
    card = lock_submission(own.original)
    if not presenters.may_write(own):
        return False
    Message.objects.create(**{presenters.link_of(own): own}, from_curator=False, text=text)
    card.status = Resolution.OPEN
    card.save(update_fields=["status"])
    return True


@transaction.atomic
def ask_sender(card: Report | Suggestion, *, text: str, by: Editor) -> None:
    """Writes to everybody who sent it. Raises AlreadyHandled."""
    card = unhandled(card)
    Message.objects.create(**{presenters.link_of(card): card}, from_curator=True, text=text)
    resolve_submission(card, Resolution.ASKED, by=by)


@transaction.atomic
def dismiss_submission(card: Report | Suggestion, *, note: str, by: Editor) -> None:
    """Raises AlreadyHandled, and ValueError without a note: the next curator will ask why."""
    if not note.strip():
        raise ValueError("A card is dismissed with a note.")
    card = unhandled(card)
    card.private_note = note
    resolve_submission(card, Resolution.DISMISSED, by=by)


@transaction.atomic
def save_note(card: Report | Suggestion, *, note: str) -> None:
    type(card)._default_manager.filter(pk=card.pk).update(private_note=note)


@transaction.atomic
def fix_report(report: Report, *, changes: Correction, how: str, whole: bool, by: Editor) -> None:
    """Puts the listing right, notes the check and closes the report.

    Raises AlreadyHandled, and PublisherRequired where the change needs the right to publish and `by` has it not.
    """
    card = unhandled(report)
    change_rows(card, changes, by=by)
    change_status(card.listing, changes.listing, by=by)
    close_fixed(card, how=how, whole=whole, by=by)


@transaction.atomic
def close_fixed(report: Report, *, how: str, whole: bool = False, by: Editor) -> None:
    """For a listing that is right by now. Without `how` nobody checked; without `whole` what the report is about was.

    Raises AlreadyHandled.
    """
    card = unhandled(report)
    if how:
        fields = () if whole else checked_fields(card)
        services.record_verification(
            [card.listing], method=how, verified_on=timezone.localdate(), by=by, fields=fields
        )
    resolve_submission(card, Resolution.FIXED, by=by)


def checked_fields(report: Report) -> tuple[str, ...]:
    """What somebody made sure of who looked into a report, as `verify` names facts."""
    links = report.problem == Report.Problem.WRONG_NUMBER
    if report.meeting_id:
        return ("meetings", "join") if links else ("meetings",)
    return CHECKED.get(Report.Problem(report.problem), ("status",))


def change_rows(report: Report, changes: Correction, *, by: Editor) -> None:
    """Changes the rows beside a listing as one step of its history, and marks them as corrected by hand."""
    if not (changes.meeting or changes.channels):
        return
    for own in services.lock_listings([report.listing]):
        comment = _("Put right after a report.")
        with publish_guard.guard_changes(own, by=by), services.record_revision(own, by=by, comment=comment):
            if changes.meeting and report.meeting_id:
                change_row(Meeting, report.meeting_id, changes.meeting)
                services.mark_corrected(own, ["meetings"], by=by)
            for pk, facts in changes.channels.items():
                change_row(Channel, pk, facts)
                services.mark_corrected(own, ["channels"], by=by)


def change_row(model: type[Meeting] | type[Channel], pk: int, facts: Mapping[str, Any]) -> None:
    row: Any = model._default_manager.select_for_update().get(pk=pk)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save(update_fields=list(facts))


def change_status(listing: Listing, facts: Mapping[str, Any], *, by: Editor) -> None:
    if not facts:
        return
    status, reason = facts.get("status", listing.status), facts.get("status_reason", listing.status_reason)
    if status == Status.PUBLISHED:
        services.publish_listings([listing], by=by)
    else:
        BY_STATUS[Status(status)]([listing], reason=reason, by=by)


@transaction.atomic
def create_draft_listing(suggestion: Suggestion, *, by: Editor) -> Listing:
    """A draft of the suggested kind with what the sender wrote, linked to the card. Raises AlreadyHandled.

    A way to contact it is taken over where it can be read; the place stays for the curator to choose.
    """
    card = unhandled(suggestion)
    kind = kinds[card.kind]
    with reversion.create_revision():
        reversion.set_user(by)
        reversion.set_comment(_("From a visitor’s suggestion."))
        draft = kind.model._default_manager.create(
            kind=kind.slug,
            name=card.name,
            slug=free_slug(card.name, "", kind.slug),
            status=Status.DRAFT,
            description=card.details,
            hours_note=card.schedule[:LONGEST_HOURS_NOTE],
            country=settings.DEFAULT_COUNTRY,
            zone=settings.TIME_ZONE,
            region_id=next(iter(regions.regions_of(by)), None),
        )
        if way := parse_contact(card.contact):
            Channel.objects.create(listing_id=draft.pk, type=way[0], dial=way[1], display=card.contact[:120])
        history.add_to_revision(draft)
    card.listing_id = draft.pk
    card.save(update_fields=["listing"])
    resolve_submission(card, Resolution.FIXED, by=by)
    return draft


def parse_contact(contact: str) -> tuple[str, str] | None:
    """Type of channel and what to dial, when the words are one address or one number; else None."""
    if contact.startswith(("https://", "http://")) and " " not in contact:
        return ChannelType.WEBSITE, contact
    if phone_numbers.parse_phone_number(contact):
        return ChannelType.CALL, phone_numbers.dial_string(contact)
    try:
        validate_email(contact)
    except ValidationError:
        return None
    return ChannelType.EMAIL, contact


def unhandled(card: Any) -> Any:
    card = lock_submission(card)
    if card.status not in presenters.NOT_HANDLED:
        raise AlreadyHandled
    return card


def lock_submission(card: Any) -> Any:
    return type(card)._default_manager.select_for_update().get(pk=card.pk)


def resolve_submission(card: Report | Suggestion, status: Resolution, *, by: Editor) -> None:
    card.status, card.handled_by_id, card.handled_on = status, by.pk, timezone.localdate()
    card.save(update_fields=["status", "handled_by", "handled_on", "private_note"])
