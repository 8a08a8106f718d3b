"""Merge two listings into one, and undo a merge.

The listing that is kept gets what it lacks from the other. The other is closed and redirects to it.
`LikelyDuplicate.undo` stores each changed value before and after the merge and each row that was added. An undo
restores both listings completely, or is refused where somebody changed one of these values since.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.fields import ChoiceSetField
from core.recurrence import load_zone
from curation.duplicates.similarity import contact_key
from curation.models import LikelyDuplicate
from directory.listings import services
from directory.listings.provenance import field_label
from directory.listings.services import Editor
from directory.models import Channel, Listing
from directory.vocabulary import Status
from groups.models import Meeting, Repeat, SupportGroup, create_public_id

Decision = LikelyDuplicate.Decision
# Django's fields are generic only for the type checker.
Field: TypeAlias = "models.Field[Any, Any]"
# Fields that a merge never fills: identity, decisions of curators, and fields with rules of their own below.
NEVER_FILLED = frozenset(
    "id kind slug name region status status_reason replaced_by sample source source_ref provenance created "
    "text_language always_open".split()
)
# Text fields with codes, which are the same in any language.
LANGUAGE_NEUTRAL_FIELDS = ("country", "zone")
# Fields of a meeting that apply to it from its group where they are empty.
SHARED_MEETING_FIELDS = ("modes", "languages", "audiences", "access", "attendance_slips")
MAX_NAME_LENGTH = 150  # characters of a name in a status reason
# The key in `LikelyDuplicate.undo` of a pair whose merge was undone.
UNMERGED = "unmerged"
MINUTES_PER_WEEK = 7 * 24 * 60
REFERENCE_MONDAY = datetime.date(2024, 1, 1)


class MergeError(Exception):
    """The merge or its undo is not possible. The message says why, for the curator; nothing was changed."""


class LockedPair(NamedTuple):
    """Both listings as instances of their kinds' models, locked in the database."""

    kept: Any
    other: Any


@transaction.atomic
def merge_listings(pair: LikelyDuplicate, *, keep: Listing, by: Editor | None) -> LikelyDuplicate:
    """Close the other listing of the pair in favour of `keep`. Without `by`, no person decided.

    Raises MergeError.
    """
    row = _lock_pair(pair, Decision.OPEN)
    listings = _lock_listings_of(row, keep.pk)
    _require_open_listings(listings)
    before = {each.pk: _row_values(each) for each in listings}
    notes = {each.pk: dict(each.provenance) for each in listings}
    added, moved_ids = _fill_missing(listings, by=by)
    _close_duplicate(listings, by=by)
    row.undo = {
        "keep": listings.kept.pk,
        "fields": {str(each.pk): _changed_values(before[each.pk], _row_values(each)) for each in listings},
        "notes": {str(each.pk): _changed_values(notes[each.pk], each.provenance) for each in listings},
        "rows": [{"model": each._meta.label, "pk": each.pk, "values": _row_values(each)} for each in added],
        "public_ids": moved_ids,
    }
    return record_decision(row, Decision.MERGED, by=by)


@transaction.atomic
def undo_merge(pair: LikelyDuplicate, *, by: Editor) -> LikelyDuplicate:
    """Restore both listings as they were before the merge, and reopen the pair for a curator.

    Raises MergeError where a value that the merge set was changed since.
    """
    row = _lock_pair(pair, Decision.MERGED)
    listings = _lock_listings_of(row, row.undo["keep"])
    added = _load_added_rows(row.undo["rows"])
    if changed := [
        *_changed_rows(added),
        *(label for each in listings for label in _changed_fields(each, row.undo)),
    ]:
        raise MergeError(
            _("This was changed since, so that it cannot be undone: %(what)s.")
            % {"what": "; ".join(dict.fromkeys(changed))}
        )
    for each in listings:
        with services.record_revision(each, by=by, comment=_("The merge was undone.")):
            for _facts, added_row in added if each is listings.kept else ():
                added_row.delete()
            _restore_values(each, row.undo)
    _return_public_ids(row.undo.get("public_ids", ()))
    row.undo = {UNMERGED: True}
    return record_decision(row, Decision.OPEN, by=None)


@transaction.atomic
def mark_as_different(pair: LikelyDuplicate, *, by: Editor) -> LikelyDuplicate:
    """Decide that the two listings are different, so that the pair is not offered again. Raises MergeError."""
    return record_decision(_lock_pair(pair, Decision.OPEN), Decision.DIFFERENT, by=by)


@transaction.atomic
def reopen_pair(pair: LikelyDuplicate) -> LikelyDuplicate:
    """Undo the decision that the two listings of a pair are different. Raises MergeError."""
    return record_decision(_lock_pair(pair, Decision.DIFFERENT), Decision.OPEN, by=None)


# ---- What may be merged ----


def _lock_pair(pair: LikelyDuplicate, expected: str) -> LikelyDuplicate:
    """Return the locked row of a pair. Raises MergeError where it is gone or its decision is not `expected`."""
    row = LikelyDuplicate.objects.select_for_update().filter(pk=pair.pk).first()
    if row is None:
        raise MergeError(_("This pair is gone: the two do not look alike any more."))
    if row.decision != expected:
        raise MergeError(
            _("Somebody decided meanwhile: %(decision)s.") % {"decision": row.get_decision_display()}
        )
    return row


def _lock_listings_of(pair: LikelyDuplicate, keep: int) -> LockedPair:
    """Return both listings locked. Raises ValueError where `keep` is the id of neither."""
    if keep not in (pair.first_id, pair.second_id):
        raise ValueError("The listing to keep is none of the two.")
    both = Listing.objects.filter(pk__in=(pair.first_id, pair.second_id))
    by_id = {each.pk: each for each in services.lock_listings(both)}
    kept = by_id.pop(keep)
    return LockedPair(kept, by_id.popitem()[1])


def _require_open_listings(listings: LockedPair) -> None:
    """Raise MergeError where one listing is closed, or where visitors would be redirected to a hidden one."""
    for each in listings:
        if each.replaced_by_id is not None or each.status == Status.CLOSED:
            raise MergeError(_("“%(name)s” is closed.") % {"name": each.name})
    hidden = (Status.DRAFT, Status.IN_REVIEW)
    if listings.kept.status in hidden and listings.other.status not in hidden:
        raise MergeError(
            _("Publish “%(name)s” first: visitors of the other would be led to a page that they cannot open.")
            % {"name": listings.kept.name}
        )


# ---- Filling what the kept listing lacks ----


def _fill_missing(listings: LockedPair, *, by: Editor | None) -> tuple[list[models.Model], list[list[Any]]]:
    """Fill what the kept listing lacks from the other.

    Return the rows that were added, and the public ids of meetings that moved to them.
    """
    names, rows_by_name = list(_missing_fields(listings)), _missing_rows(listings)
    if not names and not any(rows_by_name.values()):
        return [], []
    comment = _("Merged with “%(name)s”; what was missing here was taken over.") % {
        "name": listings.other.name
    }
    with services.record_revision(listings.kept, by=by, comment=comment):
        for name in names:
            setattr(listings.kept, name, getattr(listings.other, name))
        related = [name for name, rows in rows_by_name.items() if rows]
        _record_origin(listings, [*names, *related])
        listings.kept.save()
        # Without the mark, the next import would undo these. It leaves meetings alone that have no id of the source.
        services.mark_corrected(
            listings.kept, [name for name in (*names, *related) if name != "meetings"], by=by
        )
        added = [row for rows in rows_by_name.values() for row in rows]
        moved_ids = _move_public_ids(listings.other, added)
        for row in added:
            row.save(force_insert=True)
    return added, moved_ids


def _close_duplicate(listings: LockedPair, *, by: Editor | None) -> None:
    """Close the other listing and let it redirect to the kept one."""
    with services.record_revision(
        listings.other, by=by, comment=_("Merged into “%(name)s”.") % {"name": listings.kept.name}
    ):
        listings.other.status = Status.CLOSED
        listings.other.status_reason = _("The same as “%(name)s”.") % {
            "name": listings.kept.name[:MAX_NAME_LENGTH]
        }
        listings.other.replaced_by_id = listings.kept.pk
        _record_origin(LockedPair(listings.other, listings.kept), ["replaced_by"])
        listings.other.save()
        services.mark_corrected(listings.other, ("status", "status_reason", "replaced_by"), by=by)


def _record_origin(listings: LockedPair, names: Iterable[str]) -> None:
    """Record in the provenance of each of these fields from which listing its value came."""
    mark = {"merged_from": listings.other.slug, "when": timezone.localdate().isoformat()}
    if listings.other.source:
        mark["source"] = listings.other.source
    known = listings.kept.provenance
    listings.kept.provenance = {**known, **{name: {**known.get(name, {}), **mark} for name in names}}


def _missing_fields(listings: LockedPair) -> Iterator[str]:
    """Yield the names of fields that are empty on the kept listing and filled on the other.

    Fields with the same first word belong together (`beds` and `beds_on`, `price_low` and `price_high`): they are
    filled only where all of them are empty. Texts in another language are not taken.
    """
    model = type(listings.kept) if type(listings.kept) is type(listings.other) else Listing
    together: dict[str, list[Field]] = defaultdict(list)
    for field in filter(_can_be_filled, model._meta.concrete_fields):
        together[field.name.partition("_")[0]].append(field)
    for fields in together.values():
        if all(_is_empty(listings.kept, field) for field in fields):
            yield from (
                field.name
                for field in fields
                if not _is_empty(listings.other, field) and _fits_language(field, listings)
            )
    if _can_take_hours(listings) and listings.other.always_open:
        yield "always_open"


def _can_be_filled(field: Field) -> bool:
    """Return whether a merge may fill this field of the kept listing; not a checkbox, whose "no" may be meant."""
    return not (field.primary_key or isinstance(field, models.BooleanField) or field.name in NEVER_FILLED)


def _is_empty(row: models.Model, field: Field) -> bool:
    """Return whether a field of a row holds no value."""
    return field.value_from_object(row) in (None, "", (), [])


def _fits_language(field: Field, listings: LockedPair) -> bool:
    """Return whether a field is not text in a language, or both listings are written in the same language."""
    is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(field, ChoiceSetField)
    in_words = is_text and not field.choices and field.name not in LANGUAGE_NEUTRAL_FIELDS
    return not in_words or listings.kept.text_language == listings.other.text_language


def _missing_rows(listings: LockedPair) -> dict[str, list[models.Model]]:
    """Return copies of the rows that the kept listing lacks, not saved yet, by their related name."""
    hours = _can_take_hours(listings)
    return {
        "channels": _missing_channels(listings),
        "intervals": [
            _copy_row(row, listing_id=listings.kept.pk) for row in listings.other.intervals.all() if hours
        ],
        "exceptions": [
            _copy_row(row, listing_id=listings.kept.pk) for row in listings.other.exceptions.all() if hours
        ],
        "meetings": _missing_meetings(listings) if isinstance(listings.kept, SupportGroup) else [],
    }


def _can_take_hours(listings: LockedPair) -> bool:
    """Return whether the kept listing has no hours and is in the same zone. Hours are taken all or not at all."""
    kept = listings.kept
    has_own = kept.always_open or kept.intervals.exists() or kept.exceptions.exists()
    return not has_own and kept.zone in ("", listings.other.zone)


def _missing_channels(listings: LockedPair) -> list[models.Model]:
    """Return copies of the other listing's channels that lead somewhere else than those of the kept one."""
    known = {_channel_key(row, listings.kept.country) for row in listings.kept.channels.all()}
    position = max((row.position for row in listings.kept.channels.all()), default=-1)
    new: list[models.Model] = []
    for row in listings.other.channels.all():
        target = _channel_key(row, listings.other.country)
        if target not in known:
            known.add(target)
            new.append(_copy_row(row, listing_id=listings.kept.pk, position=position + 1 + len(new)))
    return new


def _channel_key(channel: Channel, country: str) -> tuple[str, object]:
    """Return what a channel of a listing in this country leads to, in a form for comparing."""
    return channel.type, contact_key(channel.type, channel.dial, country) or channel.dial


def _missing_meetings(listings: LockedPair) -> list[models.Model]:
    """Return copies of the other group's meetings at times at which the kept group does not meet.

    The copies carry no id of a source, so that the next import leaves them alone.
    """
    if not isinstance(listings.other, SupportGroup):
        return []
    known = {start_key(meeting) for meeting in listings.kept.meetings.all()}
    return [
        _copy_row(
            meeting,
            group_id=listings.kept.pk,
            source_ref="",
            **{name: _value_in_group(meeting, name, listings) for name in SHARED_MEETING_FIELDS},
        )
        for meeting in listings.other.meetings.all()
        if start_key(meeting) not in known
    ]


def _value_in_group(meeting: Meeting, name: str, listings: LockedPair) -> Any:
    """Return what a meeting of the other group must say itself, so that the same applies to it in the kept group."""
    kept, others = getattr(listings.kept, name), getattr(listings.other, name)
    return getattr(meeting, name) or (others if kept and kept != others else getattr(meeting, name))


def _move_public_ids(other: Any, added: Iterable[models.Model]) -> list[list[Any]]:
    """Give the copies of meetings the public ids that they were copied with, and their old rows new ones.

    Return the primary key, the permanent id and the new id of each old row, for an undo.
    """
    moved = []
    copied = {row.public_id for row in added if isinstance(row, Meeting)}
    for meeting in Meeting.objects.filter(group_id=other.pk, public_id__in=copied):
        moved.append([meeting.pk, meeting.public_id, create_public_id()])
        Meeting.objects.filter(pk=meeting.pk).update(public_id=moved[-1][2])
    return moved


def _return_public_ids(moved: Iterable[Iterable[Any]]) -> None:
    """Give the old rows of meetings their permanent ids back, once the copies are deleted."""
    for pk, public_id, new_id in moved:
        Meeting.objects.filter(pk=pk, public_id=new_id).update(public_id=public_id)


def start_key(meeting: Meeting) -> tuple[object, ...]:
    """Return when a meeting starts, in one form for all zones: minutes into the week in UTC, or minutes since 1970.

    The key of a meeting without a time is its rhythm alone.
    """
    if meeting.repeat == Repeat.ONGOING or meeting.start is None:
        return (meeting.repeat,)
    weekly = meeting.repeat != Repeat.DATED and meeting.weekday is not None
    day = (
        REFERENCE_MONDAY + datetime.timedelta(days=meeting.weekday or 0)
        if weekly
        else meeting.first or REFERENCE_MONDAY
    )
    starts = datetime.datetime.combine(day, meeting.start, load_zone(meeting.zone)).astimezone(datetime.UTC)
    minutes = int(starts.timestamp()) // 60
    return (minutes % MINUTES_PER_WEEK, meeting.weeks) if weekly else (Repeat.DATED, minutes)


def _copy_row(row: models.Model, **facts: Any) -> Any:
    """Return an unsaved copy of a row, with `facts` in place of its own values."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return type(row)(**{**{field.attname: getattr(row, field.attname) for field in fields}, **facts})


# ---- Undo ----


def _row_values(row: models.Model) -> dict[str, Any]:
    """Return the values of a row in a form that JSON can store, without the provenance of a listing.

    The provenance is compared key by key (`notes` in `LikelyDuplicate.undo`).
    """
    fields = [
        field for field in row._meta.concrete_fields if not field.primary_key and field.name != "provenance"
    ]
    return {field.name: _json_value(field.value_from_object(row)) for field in fields}


def _json_value(value: Any) -> Any:
    """Return a value in a form that JSON can store."""
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _changed_values(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return [before, after] of each value that differs, by name; None stands for a missing value."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: [before.get(name), after.get(name)] for name in names}


def _load_added_rows(recorded: Iterable[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], Any]]:
    """Return the recorded values of each added row with the present row, which is None where it was deleted since."""
    models_by_label = {facts["model"]: apps.get_model(facts["model"]) for facts in recorded}
    return [
        (facts, models_by_label[facts["model"]]._default_manager.filter(pk=facts["pk"]).first())
        for facts in recorded
    ]


def _changed_rows(added: Iterable[tuple[Mapping[str, Any], Any]]) -> Iterator[str]:
    """Yield the names of added rows that were changed or deleted since the merge."""
    for facts, row in added:
        if row is None or _row_values(row) != facts["values"]:
            yield str(row or apps.get_model(facts["model"])._meta.verbose_name)


def _changed_fields(listing: Listing, undo: Mapping[str, Any]) -> Iterator[str]:
    """Yield the labels of fields that the merge set and somebody changed since."""
    now = _row_values(listing)
    for name, (_before, after) in undo["fields"][str(listing.pk)].items():
        if now.get(name) != after:
            yield f"{listing.name}: {field_label(listing, name)}"


def _restore_values(listing: Any, undo: Mapping[str, Any]) -> None:
    """Give a listing the values and the provenance that it had before the merge."""
    for name, (before, _after) in undo["fields"][str(listing.pk)].items():
        field = listing._meta.get_field(name)
        setattr(listing, field.attname, field.to_python(before))
    notes = dict(listing.provenance)
    for name, (before, _after) in undo["notes"][str(listing.pk)].items():
        notes.pop(name, None)
        if before is not None:
            notes[name] = before
    listing.provenance = notes
    listing.save()


def record_decision(row: LikelyDuplicate, decision: str, *, by: Editor | None) -> LikelyDuplicate:
    """Store a decision with its day and its curator; an open pair has no day."""
    row.decision = decision
    row.decided_by_id = by.pk if by else None
    row.decided_on = None if decision == Decision.OPEN else timezone.localdate()
    row.save()
    return row
