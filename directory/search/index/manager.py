"""Keep the index of this process up to date: a base, and segments for what changed since it was built.

Each search looks for changes first. Listings that changed are read again into small segments after the base, the
newest last; older segments mark those documents as deleted. A small base is built in this process, at once. A large one
is mapped from a file, which a command builds in another process; this module starts it when the file is missing,
unusable or too old. Until it is ready, the process serves what it has.
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
from directory.search.parsing.parsed_query import (
    AllOf,
    FacetOption,
    NameTerms,
    Phrase,
    QueryOption,
    RequiredTerm,
    Term,
)
from directory.search.parsing.synonyms import SynonymTable, load_synonym_table

# Up to so many published listings, a base is built in memory, which takes a second or two.
MAX_LISTINGS_IN_MEMORY = 20_000
# A change is merged into the newest segment while that has at most so many documents, or at most this many times as
# many as the change.
SMALL_SEGMENT, GROWTH = 32, 4
# A new base is due after so many changed listings plus one in so many of the base.
MAX_CHANGED, MAX_CHANGED_SHARE = 2_000, 20
# More changed listings than this are not read again while a visitor waits.
MAX_CHANGED_AT_ONCE = 20_000
# Texts for which an index caches what follows from them.
MAX_CACHED_TEXTS = 1000
# How long a request waits for a first base, in seconds, and how often it looks for it.
WAIT_SECONDS, POLL_SECONDS = 20, 0.1
# A build process that failed is started again after so many seconds.
RETRY_SECONDS = 30


class IndexNotReady(Exception):
    """There is no index yet; another process is building it."""


@dataclass(frozen=True)
class Index:
    """One state of the index: segments, each with its deleted documents, the synonyms, and the change it includes."""

    segments: Sequence[tuple[Segment, BitMap]]
    """The base first; then the segments of changed listings."""
    table: SynonymTable
    position: Position
    """The last change that the index includes."""
    file_identity: store.FileIdentity = None
    """The file that the base comes from, or that could not be used."""
    behind: bool = False
    """Whether so much has changed that only a new base includes it."""
    text_cache: BoundedCache = field(default_factory=BoundedCache, init=False, compare=False)
    """Results of `get_or_compute`; another state of the index begins with an empty cache."""

    @property
    def changed_count(self) -> int:
        """Return the number of documents in the segments after the base."""
        return sum(segment.size for segment, _deleted in self.segments[1:])

    @property
    def needs_compaction(self) -> bool:
        """Return whether the index has so many changes that it should be built again as one segment."""
        base, deleted = self.segments[0]
        changed = max(self.changed_count, len(deleted))
        return self.behind or changed > MAX_CHANGED + base.size // MAX_CHANGED_SHARE

    def get_or_compute(self, key: tuple[str, str], compute: Callable[[], Any]) -> Any:
        """Return the result of a function of a text and this state of the index, from a cache where it is known.

        The key is a name for the result, and the text.
        """
        value = self.text_cache.get(key)
        return self.text_cache.store(key, compute(), MAX_CACHED_TEXTS) if value is None else value

    def has_match(self, term: RequiredTerm) -> bool:
        """Return whether any document matches one of the words of a term, or the term means a filter option."""
        return any(
            self._option_matches(segment, option)
            for segment, _deleted in self.segments
            for option in term.options
        )

    def _option_matches(self, segment: Segment, option: QueryOption) -> bool:
        """Return whether any document of a segment can match a query option."""
        if isinstance(option, FacetOption | AllOf):
            return True
        if isinstance(option, NameTerms):
            return all(segment.term(Term(word), named=True) for word in option.words)
        if isinstance(option, Phrase):
            return bool(segment.phrase(option, named=False))
        return bool(segment.term(option, named=False))

    def versions(self, ids: Iterable[int]) -> Mapping[int, int]:
        """Return a number for each listing, which changes as soon as anything of the listing changes.

        It is the number of the newest segment with the listing. While the index is behind, there are no numbers.
        """
        if self.behind:
            return {}
        versions = dict.fromkeys(ids, self.segments[0][0].number)
        for segment, _deleted in self.segments[1:]:
            versions |= dict.fromkeys(segment.listings & versions.keys(), segment.number)
        return versions

    def apply_changes(self, changes: LoggedChanges) -> "Index":
        """Return a copy of the index in which the changed listings come from a new segment, read from the database.

        Small segments are merged into the new one. Where too many listings changed, the copy is only marked as behind.
        """
        table = _current_synonyms() if changes.synonyms else self.table
        ids = changes.listings
        if changes.too_many or len(ids) > MAX_CHANGED_AT_ONCE:
            return replace(self, behind=True)
        segments = list(self.segments)
        if ids:
            merged = set(ids)
            while len(segments) > 1 and segments[-1][0].size <= max(SMALL_SEGMENT, GROWTH * len(merged)):
                merged |= set(segments.pop()[0].pks.tolist())
            segments = [(segment, deleted | segment.documents_of(ids)) for segment, deleted in segments]
            segments.append((Segment(indexer.build_segment(merged)), BitMap()))
        return replace(self, segments=segments, table=table, position=changes.position)


def _current_synonyms() -> SynonymTable:
    """Return the table of synonyms; it is built again only where the rows differ, since that takes a while."""
    return _build_table(
        tuple(
            SynonymEntry.objects.in_use()
            .order_by("pk")
            .values_list("language", "phrases", "meanings", "crisis")
        )
    )


@lru_cache(maxsize=1)
def _build_table(_rows: tuple[tuple[str, str, str, bool], ...]) -> SynonymTable:
    """Return the table of synonyms from a cache. The argument is only the cache key."""
    return load_synonym_table()


_lock = threading.RLock()
_index: Index | None = None
_build_process: subprocess.Popen[bytes] | None = None
# When the build process was started, by the monotonic clock.
_build_started = 0.0
# Since when there has been no index, by the monotonic clock; zero while there is one.
_missing_since = 0.0


def current_index() -> Index:
    """Return the index with every change that was committed before this call.

    Raises IndexNotReady while there is no index and another process builds the first one.
    """
    index = _index
    if index is not None and index.file_identity == store.file_identity() and not index.behind:
        changes = change_log.changes_since(index.position)
        if (
            changes is not None
            and changes.position == index.position
            and not changes.listings
            and not changes.synonyms
        ):
            return index
    with _lock:
        return refresh_index()


def refresh_index() -> Index:
    """Bring the index of this process up to date; the caller holds the lock."""
    global _index
    index = _index
    if index is None or index.file_identity != store.file_identity():
        index = load_from_file(index)
    if index is None or not index.behind:
        changes = change_log.changes_since(index.position) if index else None
        if index is None or changes is None:
            index = build_index()
            changes = change_log.changes_since(index.position)
        index = index.apply_changes(changes) if changes else index
    _index = build_index(index) if index.needs_compaction else index
    return _index


def load_from_file(current: Index | None) -> Index | None:
    """Return an index from the file; the current one where the file cannot be used with this database."""
    identity = store.file_identity()
    loaded = store.load_index()
    if loaded is None or change_log.changes_since(loaded.position) is None:
        return replace(current, file_identity=identity) if current else None
    return Index([(Segment(loaded.columns), BitMap())], _current_synonyms(), loaded.position, loaded.identity)


def build_index(current: Index | None = None) -> Index:
    """Return an index with a new base, or start a process that builds a large one and return the current index."""
    if Listing.objects.published().count() > MAX_LISTINGS_IN_MEMORY:
        start_build_process()
        return current or wait_for_index()
    position = change_log.current_position()
    segment = Segment(indexer.build_segment())
    change_log.prune_log(position)
    return Index([(segment, BitMap())], _current_synonyms(), position, store.file_identity())


def wait_for_index() -> Index:
    """Return the first index as soon as its file is there.

    All requests wait `WAIT_SECONDS` in total; after that, each raises IndexNotReady at once.
    """
    global _missing_since
    _missing_since = _missing_since or time.monotonic()
    while not (index := load_from_file(None)):
        if time.monotonic() > _missing_since + WAIT_SECONDS:
            raise IndexNotReady
        time.sleep(POLL_SECONDS)
    _missing_since = 0.0
    return index


def start_build_process() -> None:
    """Start the command that builds the file, unless this process has started it already.

    The command ends at once where another process builds the file.
    """
    global _build_process, _build_started
    if _build_process is not None and (
        _build_process.poll() is None or time.monotonic() - _build_started < RETRY_SECONDS
    ):
        return
    command = [sys.executable, "manage.py", "rebuild_index", "--unless-running"]
    null = subprocess.DEVNULL
    _build_process = subprocess.Popen(  # noqa: S603
        command, cwd=settings.ROOT, stdin=null, stdout=null, stderr=null
    )
    _build_started = time.monotonic()


def rebuild_file(report: indexer.Report | None = None, *, wait: bool = True) -> int | None:
    """Write a new file and return how many listings are in it.

    Without `wait`, return None at once where another process writes the file. Changes during the build are read by each
    process that opens the file.
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
