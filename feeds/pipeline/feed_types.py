"""Declare for each feed format which kind of listing it brings, how it is staged and whether a curator reviews it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from directory.kinds.registry import kinds
from directory.models import Channel, Listing, OpeningInterval
from directory.models.hotline import Hotline
from directory.vocabulary import Status
from feeds.models import Source
from feeds.pipeline.stage_groups import NOT_MEETING, Defaults, StagingResult, stage_groups
from feeds.pipeline.stage_hotlines import stage_hotlines
from groups.models import SupportGroup

NOT_IN_SOURCE = "No longer in its source."
"""The status reason of listings that disappeared from their feed."""
ROW_MODELS: dict[str, type[Any]] = {"channels": Channel, "intervals": OpeningInterval}
"""By related name, the rows of a listing that an import replaces as a whole."""


@dataclass(frozen=True)
class FeedType:
    """What the feeds of a format bring.

    `related_rows` are the related names that are loaded with each listing. With `needs_review` an import neither
    publishes a listing nor alters one that the public sees; a curator does.
    """

    model: type[Listing]
    stage: Callable[[list[Any], Source], StagingResult]
    related_rows: tuple[str, ...]
    needs_review: bool = False

    @property
    def kind(self) -> str:
        """Return the slug of the kind of listing that has this model."""
        return kinds.for_model(self.model).slug

    def status_follows_source(self, listing: Listing) -> bool:
        """Return whether an import may change the status of a listing. A status that a curator chose stays."""
        if self.needs_review:
            return (listing.status, listing.status_reason) == (Status.DRAFT, NOT_IN_SOURCE)
        return listing.status == Status.PUBLISHED or listing.status_reason in (NOT_IN_SOURCE, NOT_MEETING)

    @property
    def retirement_statuses(self) -> tuple[Status, Status]:
        """Return the status from which a missing listing is retired, and the one that it gets.

        Only an unpublished hotline is retired automatically: it leaves the review.
        """
        return (Status.IN_REVIEW, Status.DRAFT) if self.needs_review else (Status.PUBLISHED, Status.PAUSED)


def _stage_groups(records: list[Any], source: Source) -> StagingResult:
    return stage_groups(records, Defaults(source.zone, source.language))


def _stage_hotlines(records: list[Any], _source: Source) -> StagingResult:
    return stage_hotlines(records)


GROUP_FEED = FeedType(SupportGroup, _stage_groups, ("meetings", "channels"))
HOTLINE_FEED = FeedType(Hotline, _stage_hotlines, ("channels", "intervals"), needs_review=True)
FEED_TYPES = {"meeting-guide": GROUP_FEED, "helplines": HOTLINE_FEED}


def feed_type_for(source: Source) -> FeedType:
    """Return the feed type of a source's format."""
    return FEED_TYPES[source.format]
