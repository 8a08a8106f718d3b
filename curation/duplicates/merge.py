"""Two listings made one by a curator's hand, and taken apart again.

The one that is kept takes over what it lacks; the other is closed and leads to it. `LikelyDouble.undo` notes every
value before and after and every row that was added, so that undoing restores both whole, or is refused where somebody
changed one of these since.
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
from groups.models import Meeting, Repeat, SupportGroup

Decision = LikelyDuplicate.Decision
# Django's fields take their types only where types are checked.
Field: TypeAlias = "models.Field[Any, Any]"
# What makes a listing itself, what is decided by hand, and what is taken over by other rules below.
NOT_TAKEN_OVER = frozenset(
    "id kind slug name region status status_reason replaced_by sample source source_ref provenance created "
    "text_language always_open".split()
)
# Short signs that read the same in any language.
IN_NO_LANGUAGE = ("country", "zone")
LONGEST_NAME = 150
TAKEN_APART = "taken_apart"
WEEK = 7 * 24 * 60  # minutes
A_MONDAY = datetime.date(2024, 1, 1)


class MergeError(Exception):
    """Why not, in words for the curator. Nothing was changed."""


class LockedPair(NamedTuple):
    """Both listings as their kinds' models, locked."""

    kept: Any
    other: Any


@transaction.atomic
def merge(double: LikelyDuplicate, *, keep: Listing, by: Editor | None) -> LikelyDuplicate:
    """Closes the other listing of the pair for good, as the same as `keep`. Without `by` no person decided. Raises
    CannotMerge."""
    row = lock_pair(double, Decision.OPEN)
    two = both_listings(row, keep.pk)
    refuse_what_leads_nowhere(two)
    before = {each.pk: values(each) for each in two}
    notes = {each.pk: dict(each.provenance) for each in two}
    added = fill_missing(two, by=by)
    close_other(two, by=by)
    row.undo = {
        "keep": two.kept.pk,
        "fields": {str(each.pk): changed_values(before[each.pk], values(each)) for each in two},
        "notes": {str(each.pk): changed_values(notes[each.pk], each.provenance) for each in two},
        "rows": [{"model": each._meta.label, "pk": each.pk, "values": values(each)} for each in added],
    }
    return record_decision(row, Decision.MERGED, by=by)


@transaction.atomic
def unmerge(double: LikelyDuplicate, *, by: Editor) -> LikelyDuplicate:
    """Restores both listings as they were before the merge; the pair waits again, for a person. Raises CannotMerge
    where a value that the merge set was changed since."""
    row = lock_pair(double, Decision.MERGED)
    two = both_listings(row, row.undo["keep"])
    added = added_rows(row.undo["rows"])
    if touched := [
        *touched_rows(added),
        *(words for each in two for words in touched_fields(each, row.undo)),
    ]:
        raise MergeError(
            _("This was changed since, so that it cannot be undone: %(what)s.")
            % {"what": "; ".join(dict.fromkeys(touched))}
        )
    for each in two:
        with services.record_revision(each, by=by, comment=_("The merge was undone.")):
            for _facts, extra in added if each is two.kept else ():
                extra.delete()
            restore(each, row.undo)
    row.undo = {TAKEN_APART: True}
    return record_decision(row, Decision.OPEN, by=None)


@transaction.atomic
def mark_different(double: LikelyDuplicate, *, by: Editor) -> LikelyDuplicate:
    """Two different listings: they are not offered again. Raises CannotMerge."""
    return record_decision(lock_pair(double, Decision.OPEN), Decision.APART, by=by)


@transaction.atomic
def reopen(double: LikelyDuplicate) -> LikelyDuplicate:
    """Takes back that they are different. Raises CannotMerge."""
    return record_decision(lock_pair(double, Decision.APART), Decision.OPEN, by=None)


# ---- What may be merged ----


def lock_pair(double: LikelyDuplicate, expected: str) -> LikelyDuplicate:
    row = LikelyDuplicate.objects.select_for_update().filter(pk=double.pk).first()
    if row is None:
        raise MergeError(_("This pair is gone: the two do not look alike any more."))
    if row.decision != expected:
        raise MergeError(
            _("Somebody decided meanwhile: %(decision)s.") % {"decision": row.get_decision_display()}
        )
    return row


def both_listings(double: LikelyDuplicate, keep: int) -> LockedPair:
    if keep not in (double.first_id, double.second_id):
        raise ValueError("The listing to keep is none of the two.")
    pair = Listing.objects.filter(pk__in=(double.first_id, double.second_id))
    found = {each.pk: each for each in services.lock_listings(pair)}
    kept = found.pop(keep)
    return LockedPair(kept, found.popitem()[1])


def refuse_what_leads_nowhere(two: LockedPair) -> None:
    for each in two:
        if each.replaced_by_id is not None or each.status == Status.CLOSED:
            raise MergeError(_("“%(name)s” is closed.") % {"name": each.name})
    hidden = (Status.DRAFT, Status.IN_REVIEW)
    if two.kept.status in hidden and two.other.status not in hidden:
        raise MergeError(
            _("Publish “%(name)s” first: visitors of the other would be led to a page that they cannot open.")
            % {"name": two.kept.name}
        )


# ---- Taking over ----


def fill_missing(two: LockedPair, *, by: Editor | None) -> list[models.Model]:
    """Fills in what the kept listing lacks. The rows that were added to it."""
    names, new = list(missing_fields(two)), copies(two)
    if not names and not any(new.values()):
        return []
    comment = _("Merged with “%(name)s”; what was missing here was taken over.") % {"name": two.other.name}
    with services.record_revision(two.kept, by=by, comment=comment):
        for name in names:
            setattr(two.kept, name, getattr(two.other, name))
        beside = [name for name, rows in new.items() if rows]
        note_origin(two, [*names, *beside])
        two.kept.save()
        # Without it the next import would take these back. It leaves meetings alone that carry no id of its own.
        services.mark_corrected(two.kept, [name for name in (*names, *beside) if name != "meetings"], by=by)
        added = [row for rows in new.values() for row in rows]
        for row in added:
            row.save(force_insert=True)
    return added


def close_other(two: LockedPair, *, by: Editor | None) -> None:
    with services.record_revision(
        two.other, by=by, comment=_("Merged into “%(name)s”.") % {"name": two.kept.name}
    ):
        two.other.status = Status.CLOSED
        two.other.status_reason = _("The same as “%(name)s”.") % {"name": two.kept.name[:LONGEST_NAME]}
        two.other.replaced_by_id = two.kept.pk
        note_origin(LockedPair(two.other, two.kept), ["replaced_by"])
        two.other.save()
        services.mark_corrected(two.other, ("status", "status_reason", "replaced_by"), by=by)


def note_origin(two: LockedPair, names: Iterable[str]) -> None:
    """Notes of each of these facts from which listing it came with the merge."""
    mark = {"merged_from": two.other.slug, "when": timezone.localdate().isoformat()}
    if two.other.source:
        mark["source"] = two.other.source
    known = two.kept.provenance
    two.kept.provenance = {**known, **{name: {**known.get(name, {}), **mark} for name in names}}


def missing_fields(two: LockedPair) -> Iterator[str]:
    """Fields that are empty on the kept listing and not on the other.

    Fields that begin alike belong together (`beds` and `beds_on`, `price_low` and `price_high`): unless all of them
    are empty none is filled in. Texts in another language are left where they are.
    """
    model = type(two.kept) if type(two.kept) is type(two.other) else Listing
    together: dict[str, list[Field]] = defaultdict(list)
    for field in filter(may_be_taken, model._meta.concrete_fields):
        together[field.name.partition("_")[0]].append(field)
    for fields in together.values():
        if all(is_empty(two.kept, field) for field in fields):
            yield from (
                field.name for field in fields if not is_empty(two.other, field) and is_readable(field, two)
            )
    if may_take_hours(two) and two.other.always_open:
        yield "always_open"


def may_be_taken(field: Field) -> bool:
    """A box that is not ticked may well be meant so."""
    return not (field.primary_key or isinstance(field, models.BooleanField) or field.name in NOT_TAKEN_OVER)


def is_empty(row: models.Model, field: Field) -> bool:
    return field.value_from_object(row) in (None, "", (), [])


def is_readable(field: Field, two: LockedPair) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField) and not isinstance(field, ChoiceSetField)
    in_words = is_text and not field.choices and field.name not in IN_NO_LANGUAGE
    return not in_words or two.kept.text_language == two.other.text_language


def copies(two: LockedPair) -> dict[str, list[models.Model]]:
    """Rows that the kept listing lacks, not saved yet, by their related name."""
    hours = may_take_hours(two)
    return {
        "channels": new_channels(two),
        "intervals": [copy(row, listing_id=two.kept.pk) for row in two.other.intervals.all() if hours],
        "exceptions": [copy(row, listing_id=two.kept.pk) for row in two.other.exceptions.all() if hours],
        "meetings": new_meetings(two) if isinstance(two.kept, SupportGroup) else [],
    }


def may_take_hours(two: LockedPair) -> bool:
    """Hours are taken over whole, by a listing that has none and reads them by the same clock."""
    kept = two.kept
    has_own = kept.always_open or kept.intervals.exists() or kept.exceptions.exists()
    return not has_own and kept.zone in ("", two.other.zone)


def new_channels(two: LockedPair) -> list[models.Model]:
    known = {what_it_dials(row, two.kept.country) for row in two.kept.channels.all()}
    position = max((row.position for row in two.kept.channels.all()), default=-1)
    new: list[models.Model] = []
    for row in two.other.channels.all():
        target = what_it_dials(row, two.other.country)
        if target not in known:
            known.add(target)
            new.append(copy(row, listing_id=two.kept.pk, position=position + 1 + len(new)))
    return new


def what_it_dials(channel: Channel, country: str) -> tuple[str, object]:
    return channel.type, contact_key(channel.type, channel.dial, country) or channel.dial


def new_meetings(two: LockedPair) -> list[models.Model]:
    """Meetings at other times. They carry no id of a source, so that the next import leaves them alone."""
    if not isinstance(two.other, SupportGroup):
        return []
    known = {moment_of(meeting) for meeting in two.kept.meetings.all()}
    # A meeting that says nothing of its own takes part as its group does, and that may be another way here.
    modes = two.other.modes if two.kept.modes and two.kept.modes != two.other.modes else ()
    return [
        copy(meeting, group_id=two.kept.pk, source_ref="", modes=meeting.modes or modes)
        for meeting in two.other.meetings.all()
        if moment_of(meeting) not in known
    ]


def moment_of(meeting: Meeting) -> tuple[object, ...]:
    """When it begins, in one form for all zones: minutes into a week of UTC, or the date."""
    if meeting.repeat == Repeat.ONGOING or meeting.start is None:
        return (meeting.repeat,)
    weekly = meeting.repeat != Repeat.DATED and meeting.weekday is not None
    day = A_MONDAY + datetime.timedelta(days=meeting.weekday or 0) if weekly else meeting.first or A_MONDAY
    begins = datetime.datetime.combine(day, meeting.start, load_zone(meeting.zone)).astimezone(datetime.UTC)
    minutes = int(begins.timestamp()) // 60
    return (minutes % WEEK, meeting.nth) if weekly else (Repeat.DATED, minutes)


def copy(row: models.Model, **facts: Any) -> Any:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return type(row)(**{**{field.attname: getattr(row, field.attname) for field in fields}, **facts})


# ---- What undoing needs ----


def values(row: models.Model) -> dict[str, Any]:
    """Every own value in a form that JSON keeps; the provenance of a listing is noted key by key elsewhere."""
    fields = [
        field for field in row._meta.concrete_fields if not field.primary_key and field.name != "provenance"
    ]
    return {field.name: as_json(field.value_from_object(row)) for field in fields}


def as_json(value: Any) -> Any:
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def changed_values(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs, as [before, after]; None stands for what is not there."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: [before.get(name), after.get(name)] for name in names}


def added_rows(noted: Iterable[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], Any]]:
    """What was noted of each added row, with the row as it is now; None where it was taken out since."""
    models_of = {facts["model"]: apps.get_model(facts["model"]) for facts in noted}
    return [
        (facts, models_of[facts["model"]]._default_manager.filter(pk=facts["pk"]).first()) for facts in noted
    ]


def touched_rows(added: Iterable[tuple[Mapping[str, Any], Any]]) -> Iterator[str]:
    for facts, row in added:
        if row is None or values(row) != facts["values"]:
            yield str(row or apps.get_model(facts["model"])._meta.verbose_name)


def touched_fields(listing: Listing, undo: Mapping[str, Any]) -> Iterator[str]:
    now = values(listing)
    for name, (_before, after) in undo["fields"][str(listing.pk)].items():
        if now.get(name) != after:
            yield f"{listing.name}: {field_label(listing, name)}"


def restore(listing: Any, undo: Mapping[str, Any]) -> None:
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
    row.decision = decision
    row.decided_by_id = by.pk if by else None
    row.decided_on = None if decision == Decision.OPEN else timezone.localdate()
    row.save()
    return row
