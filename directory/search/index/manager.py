"""The index of this process: the base, what changed since, and the look whether more has changed.

Each search looks first. What changed is read anew and stands in small segments beside the base, newest last; in the
older ones those documents do not count any more. A small base is built in this process, at once. A large one is mapped
from a file, and built by a command in a process of its own, started here when the file is missing, unusable or too far
behind; until it is there, what this process has goes on serving.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from pyroaring import BitMap

from core.cache import BoundedCache, register_clear
from directory.models import Listing, SynonymEntry
from directory.search.index import change_log, indexer, store
from directory.search.index.change_log import LoggedChanges, Position
from directory.search.index.segment import Segment
from directory.search.parsing import query_parser

# Published listings up to which a base is built in memory, in a second or two.
SMALL = 20_000
# A change joins the newest segment as long as that is so small, or not this many times as large as what joins it.
SMALL_SEGMENT, GROWTH = 32, 4
# So many changed listings, or this share of the base, and it is built anew.
MOST_CHANGED, MOST_SHARE = 2_000, 20
# So many at a time are not read while somebody waits.
MOST_AT_ONCE = 20_000
# Texts whose meaning is remembered.
MOST_READ = 1000
# How long a request waits for a first base, in seconds, and how often it looks.
PATIENCE, LOOK_EVERY = 20, 0.1
# A build that came to nothing is started again after so many seconds.
AGAIN_AFTER = 30


class IndexNotReady(Exception):
    """There is no index yet; it is being built."""


@dataclass(frozen=True)
class Index:
    """What is searched: segments, each with those of its documents that do not count any more."""

    segments: Sequence[tuple[Segment, BitMap]]
    table: query_parser.SynonymTable
    position: Position
    considered: store.Identity = None
    """The file that this base comes from, or that was looked at and could not be used."""
    behind: bool = False
    """So much has changed that only a new base will do."""
    read: BoundedCache = field(default_factory=BoundedCache, init=False, compare=False)
    """What typed words were taken for; forgotten with this state of the index."""

    @property
    def changed(self) -> int:
        return sum(segment.size for segment, _dead in self.segments[1:])

    @property
    def needs_compaction(self) -> bool:
        """Whether a new base is due."""
        base = self.segments[0][0].size
        gone = len(self.segments[0][1])
        return self.behind or max(self.changed, gone) > MOST_CHANGED + base // MOST_SHARE

    def cached_synonyms(self, what: tuple[str, str], reckon: Callable[[], Any]) -> Any:
        """What follows from a text and this state of the index alone, for the last texts."""
        found = self.read.get(what)
        return self.read.store(what, reckon(), MOST_READ) if found is None else found

    def has_match(self, need: query_parser.RequiredTerm) -> bool:
        """Whether anything at all has one of the words of a need, or it means a facet."""
        return any(self.has(segment, option) for segment, _dead in self.segments for option in need.options)

    def has(self, segment: Segment, option: query_parser.QueryOption) -> bool:
        if isinstance(option, query_parser.FacetOption | query_parser.AllOf):
            return True
        if isinstance(option, query_parser.Terms):
            return all(segment.term(query_parser.Term(word), named=True) for word in option.words)
        if isinstance(option, query_parser.Phrase):
            return bool(segment.phrase(option, named=False))
        return bool(segment.term(option, named=False))

    def versions(self, ids: Iterable[int]) -> Mapping[int, int]:
        """A number for each listing, which is another as soon as anything of the listing has changed: that of the
        segment in which it counts. None while the index is behind."""
        if self.behind:
            return {}
        found = dict.fromkeys(ids, self.segments[0][0].number)
        for segment, _dead in self.segments[1:]:
            found |= dict.fromkeys(segment.listings & found.keys(), segment.number)
        return found

    def changed_by(self, found: LoggedChanges) -> "Index":
        """The same with some listings read anew."""
        table = synonym_rows() if found.words else self.table
        ids = found.listings
        if found.many or len(ids) > MOST_AT_ONCE:
            return replace(self, behind=True)
        segments = list(self.segments)
        if ids:
            joined = set(ids)
            while len(segments) > 1 and segments[-1][0].size <= max(SMALL_SEGMENT, GROWTH * len(joined)):
                joined |= set(segments.pop()[0].pks.tolist())
            segments = [(each, dead | each.documents_of(ids)) for each, dead in segments]
            segments.append((Segment(indexer.build_segment(joined)), BitMap()))
        return replace(self, segments=segments, table=table, position=found.position)


def synonym_rows() -> query_parser.SynonymTable:
    """The words of plain speech; made ready again only where they differ, which takes a while."""
    return build_table(
        tuple(SynonymEntry.objects.in_use().order_by("pk").values_list("language", "says", "means", "crisis"))
    )


@lru_cache(maxsize=1)
def build_table(_rows: tuple[tuple[str, str, str, bool], ...]) -> query_parser.SynonymTable:
    return query_parser.load_synonym_table()


_lock = threading.RLock()
_index: Index | None = None
_builder: subprocess.Popen[bytes] | None = None
_started = 0.0
# Since when there is none, by the monotonic clock; zero while there is one.
_missing_since = 0.0


def current_index() -> Index:
    """The index as of now: what was committed before this call is in it."""
    index = _index
    if index is not None and index.considered == store.file_identity() and not index.behind:
        found = change_log.changes_since(index.position)
        if found is not None and found.position == index.position and not found.listings and not found.words:
            return index
    with _lock:
        return refresh_index()


def refresh_index() -> Index:
    """Brings the index of this process up to date; one thread at a time."""
    global _index
    index = _index
    if index is None or index.considered != store.file_identity():
        index = load_from_file(index)
    if index is None or not index.behind:
        found = change_log.changes_since(index.position) if index else None
        if index is None or found is None:
            index = build_index()
            found = change_log.changes_since(index.position)
        index = index.changed_by(found) if found else index
    _index = build_index(index) if index.needs_compaction else index
    return _index


def load_from_file(instead: Index | None) -> Index | None:
    """From the file, if it can be used with this database."""
    identity = store.file_identity()
    found = store.load_index()
    if found is None or change_log.changes_since(found.position) is None:
        return replace(instead, considered=identity) if instead else None
    return Index([(Segment(found.columns), BitMap())], synonym_rows(), found.position, found.identity)


def build_index(instead: Index | None = None) -> Index:
    """A new base. A large one is made by another process; whoever has an old one goes on with that."""
    if Listing.objects.published().count() > SMALL:
        start_build_process()
        return instead or wait_for_index()
    position = change_log.current_position()
    segment = Segment(indexer.build_segment())
    change_log.prune_log(position)
    return Index([(segment, BitMap())], synonym_rows(), position, store.file_identity())


def wait_for_index() -> Index:
    """Those who come first wait together; once that took too long, whoever comes is told so at once."""
    global _missing_since
    _missing_since = _missing_since or time.monotonic()
    while not (found := load_from_file(None)):
        if time.monotonic() > _missing_since + PATIENCE:
            raise IndexNotReady
        time.sleep(LOOK_EVERY)
    _missing_since = 0.0
    return found


def start_build_process() -> None:
    """Starts the command in the background, unless one of ours is at it; it ends at once if somebody else's is."""
    global _builder, _started
    if _builder is not None and (_builder.poll() is None or time.monotonic() - _started < AGAIN_AFTER):
        return
    command = [sys.executable, "manage.py", "rebuild_index", "--unless-running"]
    null = subprocess.DEVNULL
    _builder = subprocess.Popen(  # noqa: S603
        command, cwd=settings.ROOT, stdin=null, stdout=null, stderr=null
    )
    _started = time.monotonic()


def rebuild_file(report: indexer.Report | None = None, *, wait: bool = True) -> int | None:
    """Writes a new file: how many listings are in it, or None where another process is at it and `wait` is not set.

    What is noted while it is built is read by whoever opens the file.
    """
    with store.write_lock(wait=wait) as allowed:
        if not allowed:
            return None
        position = change_log.current_position()
        columns = indexer.build_segment(report=report)
        store.save_index(columns, position)
        change_log.prune_log(position)
        return len(columns["rank"])


@register_clear
def clear_index() -> None:
    """Drop the index of this process; the next search builds or opens it."""
    global _index, _missing_since
    _index, _missing_since = None, 0.0
