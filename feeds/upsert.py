"""The one way in: staged listings are compared with what is there, and only what differs is written.

What a curator corrected outlives every import. A listing that is missing from two complete runs in a row is paused
as no longer in its source; when it comes back it is published again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from directory.models import Listing, Place
from directory.vocabulary import Status
from feeds.models import Source
from feeds.staging import NOT_MEETING, Staged
from groups.models import Meeting, SupportGroup

GONE = "No longer in its source."
RUNS_UNTIL_GONE = 2
SLUG_LENGTH = 100


@dataclass
class Tally:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    retired: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)
    """For a dry run: {listing, field, before, after}."""


def upsert(source: Source, staged: Mapping[str, Staged], *, dry_run: bool = False) -> Tally:
    """Brings the listings of a source to what is staged, all or nothing. A dry run writes nothing and says the same."""
    tally = Tally()
    with transaction.atomic():
        upserter = Upserter(source, tally, dry_run)
        for each in staged.values():
            upserter.bring(each)
        upserter.miss(set(staged))
    return tally


class Upserter:
    def __init__(self, source: Source, tally: Tally, dry_run: bool) -> None:
        self.source, self.tally, self.dry_run = source, tally, dry_run
        groups = (
            SupportGroup.objects.filter(source=source.slug)
            .select_related("place")
            .prefetch_related("meetings")
        )
        self.groups = {group.source_ref: group for group in groups}
        self.places = {place.source_ref: place for place in Place.objects.filter(source=source.slug)}
        self.slugs = set(Listing.objects.values_list("slug", flat=True))

    def bring(self, staged: Staged) -> None:
        group = self.groups.get(staged.ref)
        if group is None:
            self.create(staged)
        elif self.update(group, staged):
            self.tally.updated += 1
        else:
            self.tally.unchanged += 1

    def create(self, staged: Staged) -> None:
        self.tally.created += 1
        self.note(staged.ref, staged.listing["name"], "listing", None, "new")
        if self.dry_run:
            return
        group = SupportGroup(
            kind="support-groups",
            slug=self.free_slug(staged.listing["name"], staged.ref),
            source=self.source.slug,
            source_ref=staged.ref,
            provenance={"*": {"source": self.source.name}},
            place=self.place(staged),
            **staged.listing,
        )
        group.save(force_insert=True)
        Meeting.objects.bulk_create(
            Meeting(group=group, source_ref=ref, **values) for ref, values in staged.meetings.items()
        )

    def update(self, group: SupportGroup, staged: Staged) -> bool:
        """Whether anything of the listing, its place or its meetings differed."""
        wanted = {name: value for name, value in staged.listing.items() if name not in corrected(group)}
        if not is_ours_to_publish(group):
            wanted = {
                name: value for name, value in wanted.items() if name not in ("status", "status_reason")
            }
        changed = self.set_fields(group, wanted)
        if "missed" in group.provenance.get("*", {}):
            group.provenance["*"].pop("missed")
            changed.append("provenance")
        if "place" not in corrected(group):
            changed += self.update_place(group, staged)
        if changed and not self.dry_run:
            group.save()
        return self.update_meetings(group, staged) or bool(changed)

    def set_fields(self, row: Any, wanted: Mapping[str, Any]) -> list[str]:
        changed = [name for name, value in wanted.items() if getattr(row, name) != value]
        for name in changed:
            self.note(row.source_ref, str(row), name, getattr(row, name), wanted[name])
            setattr(row, name, wanted[name])
        return changed

    def update_place(self, group: SupportGroup, staged: Staged) -> list[str]:
        if (group.place.source_ref if group.place else "") != staged.place_ref:
            self.note(group.source_ref, str(group), "place", str(group.place or ""), staged.place_ref)
            if not self.dry_run:
                group.place = self.place(staged)
            return ["place"]
        if group.place and staged.place and (changed := self.set_fields(group.place, staged.place)):
            if not self.dry_run:
                group.place.save()
            return changed
        return []

    def update_meetings(self, group: SupportGroup, staged: Staged) -> bool:
        if "meetings" in corrected(group):
            return False
        held = {meeting.source_ref: meeting for meeting in group.meetings.all() if meeting.source_ref}
        gone = [meeting.pk for ref, meeting in held.items() if ref not in staged.meetings]
        new = [
            Meeting(group=group, source_ref=ref, **staged.meetings[ref])
            for ref in staged.meetings
            if ref not in held
        ]
        changed = [
            meeting
            for ref, meeting in held.items()
            if ref in staged.meetings and self.set_fields(meeting, staged.meetings[ref])
        ]
        for meeting in new:
            self.note(group.source_ref, str(group), "meeting", None, str(meeting))
        if not self.dry_run:
            Meeting.objects.filter(pk__in=gone).delete()
            Meeting.objects.bulk_create(new)
            for meeting in changed:
                meeting.save()
        return bool(gone or new or changed)

    def place(self, staged: Staged) -> Place | None:
        if staged.place is None:
            return None
        if staged.place_ref not in self.places:
            self.places[staged.place_ref] = Place.objects.create(
                source=self.source.slug, source_ref=staged.place_ref, **staged.place
            )
        return self.places[staged.place_ref]

    def miss(self, present: set[str]) -> None:
        """Counts one more run without each listing that was not there, and pauses those that were missed twice."""
        for group in (group for ref, group in self.groups.items() if ref not in present):
            whole = group.provenance.setdefault("*", {})
            if whole.get("missed", 0) >= RUNS_UNTIL_GONE:
                continue
            whole["missed"] = whole.get("missed", 0) + 1
            if whole["missed"] == RUNS_UNTIL_GONE and group.status == Status.PUBLISHED:
                group.status, group.status_reason = Status.PAUSED, GONE
                self.tally.retired += 1
            if not self.dry_run:
                group.save()

    def free_slug(self, name: str, ref: str) -> str:
        base = slugify(name)[:SLUG_LENGTH] or "group"
        slug = base if base not in self.slugs else f"{base}-{ref[-8:]}"
        number = 2
        while slug in self.slugs:
            slug, number = f"{base}-{ref[-8:]}-{number}", number + 1
        self.slugs.add(slug)
        return slug

    def note(self, ref: str, name: str, field_name: str, before: Any, after: Any) -> None:
        if self.dry_run:
            self.tally.changes.append(
                {"id": ref, "name": name, "field": field_name, "before": before, "after": after}
            )


def corrected(group: SupportGroup) -> set[str]:
    """Fields that a curator set by hand."""
    return {name for name, facts in group.provenance.items() if facts.get("corrected_by")}


def is_ours_to_publish(group: SupportGroup) -> bool:
    """A status that a curator chose stays; one that an import set may change with its source."""
    return group.status == Status.PUBLISHED or group.status_reason in (GONE, NOT_MEETING)
