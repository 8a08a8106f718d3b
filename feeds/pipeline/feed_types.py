"""What a format's feed brings: listings of which kind, how they are staged, and whether a person looks first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from directory.kinds.registry import kinds
from directory.models import Channel, Listing, OpeningInterval
from directory.models.hotline import Hotline
from directory.vocabulary import Status
from feeds.models import Source
from feeds.pipeline import stage_groups, stage_hotlines
from feeds.pipeline.stage_groups import NOT_MEETING, StagingResult
from groups.models import SupportGroup

GONE = "No longer in its source."
ROWS: dict[str, type[Any]] = {"channels": Channel, "intervals": OpeningInterval}
"""By related name, the rows beside a listing that an import writes as a whole."""


@dataclass(frozen=True)
class FeedType:
    """`rows` are read along with a listing. Of a `reviewed` one nothing reaches the public, and nothing that the public
    sees is altered, without a curator."""

    model: type[Listing]
    stage: Callable[[list[Any]], StagingResult]
    rows: tuple[str, ...]
    reviewed: bool = False

    @property
    def kind(self) -> str:
        """The slug of the kind of listing that has this model."""
        return kinds.for_model(self.model).slug

    def status_follows_source(self, listing: Listing) -> bool:
        """Whether its status may change with its source: one that a curator chose stays."""
        if self.reviewed:
            return (listing.status, listing.status_reason) == (Status.DRAFT, GONE)
        return listing.status == Status.PUBLISHED or listing.status_reason in (GONE, NOT_MEETING)

    @property
    def retirement(self) -> tuple[Status, Status]:
        """What a listing must be to be retired by rule, and what it becomes: a line that nobody has published yet is
        taken out of review, out of the public's sight as before."""
        return (Status.IN_REVIEW, Status.DRAFT) if self.reviewed else (Status.PUBLISHED, Status.PAUSED)


GROUPS = FeedType(SupportGroup, stage_groups.stage, ("meetings", "channels"))
LINES = FeedType(Hotline, stage_hotlines.stage, ("channels", "intervals"), reviewed=True)
SHAPES = {"meeting-guide": GROUPS, "helplines": LINES}


def feed_type_for(source: Source) -> FeedType:
    return SHAPES[source.format]
