"""Build the columns of one segment of the index from the rows of the database.

Everything is read in a few queries without model instances. Rows are numbered as they arrive. Once all are read, they
are sorted by rank, and the place in that order is a listing's document number. So the best of a set of documents are
its first ones.

Listings rank by four criteria, in this order: verified as a whole (the main hotline of a country counts as verified),
completeness, the date of the last verification or copy, and the id. National finders rank after all others, and never
count as fresh. The rank is one number that also holds the listing's id, so that documents of two segments compare.
"""

import datetime
import itertools
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import F, IntegerField, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from directory.kinds.registry import kinds
from directory.listings import freshness
from directory.models import HoursException, Listing, OpeningInterval, Verification
from directory.models.place import PRIVATE_POINT_DECIMALS
from directory.search.filter_registry import all_filters
from directory.search.filters import MEETING_FACT_KEYS, WITHOUT_PLACE, Filter, IndexedValue
from directory.search.index import meetings, opening_hours
from directory.search.index.arrays import Array, BitmapArray, JaggedArray, StringTable, equal_runs, to_bitmap
from directory.search.index.inverted_index import InvertedIndexBuilder

CHUNK_ROWS = 5000
ID_BITS, DAY_BITS, COMPLETE_BITS = 37, 22, 3
ID_MASK = np.uint64(2**ID_BITS - 1)
LAST_DAY = datetime.date.max.toordinal()
# A point is stored to seven decimals of a degree (a centimetre).
DEGREE, NOWHERE = 10**7, -(2**31)
CELLS_PER_DEGREE = 4
# The key under which listings with meetings are stored.
WITH_MEETINGS = "meetings"

CORE = (
    "pk", "kind", "source", "written", "copied", "zone", "always", "main", "finder", "place_id", "private",
    "place__latitude", "place__longitude",
)  # fmt: skip
TEXTS = (
    "text_language", "name", "summary", "description", "organization__name", "place__area", "place__city",
    "place__name", "own_text",
)  # fmt: skip
COMPLETE = ("modes", "concerns", "languages", "payment")

# Columns that are read as text or integer: converting a million of them to Python types would take most of the time.
CAST_COLUMNS: dict[str, Cast] = {
    "copied": Cast(KeyTextTransform("copied", KeyTransform("*", "provenance")), TextField()),
    "written": Cast("created", TextField()),
    "always": Cast("always_open", IntegerField()),
    "finder": Cast("national_finder", IntegerField()),
    "private": Cast("place__private", IntegerField()),
}


def _kind_columns() -> dict[str, Any]:
    """Return the columns that follow from the declarations of the kinds: `Kind.main_field`, `search_text_fields`."""
    main: list[Any] = [
        Cast(f"{kind.accessor}__{kind.main_field}", IntegerField())
        for kind in kinds.values()
        if kind.main_field
    ]
    texts: list[Any] = [
        F(f"{kind.accessor}__{field}") for kind in kinds.values() for field in kind.search_text_fields
    ]
    # A listing has the row of one kind; the others are null.
    return {"main": _first_value(main, Value(0)), "own_text": _joined(texts)}


def _first_value(expressions: list[Any], default: Any) -> Any:
    """Return an expression for the first of the values that is not null."""
    return Coalesce(*expressions, default) if expressions else default


def _joined(expressions: list[Any]) -> Any:
    """Return an expression for the texts with blanks between them; one text alone stays as it is."""
    if len(expressions) < 2:
        return expressions[0] if expressions else Value("")
    parts = itertools.chain.from_iterable((expression, Value(" ")) for expression in expressions)
    return Concat(*parts, output_field=TextField())


Report = Callable[[int, str], None]


@dataclass(frozen=True, slots=True)
class NewestChecks:
    """The newest verifications of a listing."""

    on: datetime.date | None = None
    """When the whole listing was verified."""
    due: datetime.date | None = None
    """When that is due again."""
    hours: datetime.date | None = None
    """When its opening hours were verified."""


@dataclass
class FacetBuilder:
    """Collects which rows have which value of which filter."""

    undated: defaultdict[tuple[str, str], list[Array]] = field(default_factory=lambda: defaultdict(list))
    dated: defaultdict[tuple[str, str], list[tuple[Array, Array]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add_value(self, key: str, indexed: IndexedValue, rows: Array) -> None:
        """Record that all these rows have a value of a filter."""
        value, until = indexed
        if until is None:
            self.undated[key, value].append(rows)
        else:
            self.add_dated_value(key, value, rows, np.full(len(rows), until.toordinal(), np.int32))

    def add_dated_value(self, key: str, value: str, rows: Array, until: Array) -> None:
        """Record that these rows have a value of a filter, each until a day of its own."""
        self.dated[key, value].append((rows, until))

    def columns(self, document: Array) -> dict[str, Array]:
        """Return the columns; `document` holds the document number of each row."""
        names = sorted({*self.undated, *self.dated})
        nothing, document_of = np.zeros(0, np.int64), document.astype(np.uint32)
        bitmaps = (
            to_bitmap(np.sort(document_of[np.concatenate([nothing, *self.undated.get(name, [])])]))
            for name in names
        )
        columns = StringTable.pack("fact", ["\t".join(name).encode() for name in names])
        columns |= BitmapArray.pack("facts", bitmaps)
        numbers, documents, until = [nothing], [nothing], [nothing]
        for number, name in enumerate(names):
            for rows, days in self.dated.get(name, ()):
                order = np.argsort(days, kind="stable")
                numbers.append(np.full(len(rows), number))
                documents.append(document[rows[order]])
                until.append(days[order])
        keys, ends = np.concatenate(numbers), np.concatenate(until).astype(np.int32)
        order = np.lexsort((ends, keys))
        columns |= JaggedArray.pack(
            "dated", keys[order], np.concatenate(documents)[order].astype(np.uint32), len(names)
        )
        return columns | {"dated.until": ends[order]}


class ValueGroups:
    """Groups rows by a cell or a combination of cells; a million rows have few different ones."""

    def __init__(self) -> None:
        """Create an empty set of groups."""
        self.codes: defaultdict[Any, int] = defaultdict(itertools.count().__next__)
        self.parts: list[Array] = []

    def add(self, cells: Sequence[Any]) -> None:
        """Add the next rows, with one cell or tuple of cells each."""
        self.parts.append(np.fromiter(map(self.codes.__getitem__, cells), np.int32, len(cells)))

    def groups(self, rows: Array | None = None) -> Iterator[tuple[Any, Array]]:
        """Yield each cell or combination with the rows that have it; `rows` holds other numbers for the rows."""
        coded = np.concatenate(self.parts) if self.parts else np.zeros(0, np.int32)
        order = np.argsort(coded, kind="stable")
        cells = list(self.codes)
        for code, low, high in equal_runs(coded[order]):
            yield cells[code], order[low:high] if rows is None else rows[order[low:high]]


class SegmentBuilder:
    """Reads the published listings from the database and returns them as the columns of one segment."""

    def __init__(self, only: Collection[int] | None = None, report: Report | None = None) -> None:
        """Prepare a segment of all published listings, or of those among the ids `only`."""
        self.listings = Listing.objects.published()
        if only is not None:
            self.listings = self.listings.filter(pk__in=only)
        self.scope = Q() if only is None else Q(listing__in=only)
        self.report = report or (lambda rows, what: None)
        self.today = timezone.localdate()
        self.texts, self.facts = InvertedIndexBuilder(), FacetBuilder()
        self.pks, self.complete = array("q"), list[Array]()
        self.known, self.checked, self.fresh = array("i"), array("b"), array("i")
        self.finder = array("b")
        self.latitude, self.longitude = array("i"), array("i")
        self.hours: dict[int, tuple[str, bool]] = {}
        self.hours_until: dict[int, int] = {}

    def columns(self) -> dict[str, Array]:
        """Read everything and return the columns."""
        self._read_listings()
        rank = self._ranks()
        order = np.argsort(rank)
        document = np.empty(len(order), np.int64)
        document[order] = np.arange(len(order))
        pks = np.frombuffer(self.pks, np.int64)
        self.by_pk, self.row_of = np.sort(pks), np.argsort(pks)
        columns = {"rank": rank[order], "by_pk": document[self.row_of].astype(np.uint32)}
        self.report(len(order), "order")
        columns |= self._points(document)
        columns |= self._read_hours(document)
        columns |= self._read_meetings(document)
        self._add_related_rows()
        self.facts.add_dated_value("fresh", "", np.arange(len(order)), np.frombuffer(self.fresh, np.int32))
        columns |= self.facts.columns(document)
        self.report(len(order), "words")
        return columns | self.texts.columns(document)

    def _rows_of(self, pks: Sequence[int]) -> tuple[Array, Array]:
        """Return the rows of listings by id, and which of the ids have one.

        A listing without a row was published or hidden after the listings were read.
        """
        ids = np.asarray(pks, np.int64)
        places = np.searchsorted(self.by_pk, ids)
        places[places == len(self.by_pk)] = 0
        known = self.by_pk[places] == ids if len(self.by_pk) else np.zeros(len(ids), bool)
        return self.row_of[places[known]], known

    def _read_listings(self) -> None:
        """Read the listings with their texts, facets and core fields, in chunks."""
        checks = self._read_checks()
        single = [each for each in all_filters().values() if each.paths]
        paths = list(dict.fromkeys([*COMPLETE, *(path for each in single for path in each.paths)]))
        annotated = {f"cell{number}": Cast(path, TextField()) for number, path in enumerate(paths)}
        rows = self.listings.annotate(**CAST_COLUMNS, **_kind_columns(), **annotated).order_by("pk")
        places = {path: len(CORE) + len(TEXTS) + number for number, path in enumerate(paths)}
        coded = {each.key: ValueGroups() for each in single}
        kind = ValueGroups()
        stream = rows.values_list(*CORE, *TEXTS, *annotated).iterator(chunk_size=CHUNK_ROWS)
        while chunk := list(itertools.islice(stream, CHUNK_ROWS)):
            cells = list(zip(*chunk, strict=True))
            self._add_core_fields(chunk, checks)
            language, name, *others = cells[len(CORE) : len(CORE) + len(TEXTS)]
            meeting_names, meeting_notes = _meeting_texts(cells[CORE.index("pk")])
            self.texts.add(
                (language, name, meeting_names, *others, meeting_notes),
                private=cells[CORE.index("private")],
            )
            filled = [cells[len(CORE) + 2], cells[len(CORE) + 3], *(cells[places[path]] for path in COMPLETE)]
            whether = np.array([np.fromiter(map(bool, column), np.int8, len(chunk)) for column in filled])
            self.complete.append(whether.sum(axis=0, dtype=np.int8))
            kind.add(cells[1])
            for each in single:
                of_filter = [cells[places[path]] for path in each.paths]
                coded[each.key].add(
                    of_filter[0] if len(of_filter) == 1 else list(zip(*of_filter, strict=True))
                )
            self.report(len(self.pks), "listings")
        for slug, found in kind.groups():
            self.facts.add_value("kind", (slug, None), found)
        self.own_facts = {key: coded.pop(key) for key in MEETING_FACT_KEYS if key in coded}
        for each in single:
            if each.key in coded:
                self._add_facets(each, coded[each.key])

    def _add_facets(self, each: Filter, coded: ValueGroups, rows: Array | None = None) -> None:
        """Add the index values of a filter for the rows of a chunk."""
        for cells, rows_of_group in coded.groups(rows):
            self._add_values(each, cells if isinstance(cells, tuple) else (cells,), rows_of_group)

    def _add_values(self, each: Filter, cells: Sequence[str | None], rows: Array) -> None:
        """Add the index values of a filter for all rows that have these cells."""
        for indexed in each.index_values(*cells):
            self.facts.add_value(each.key, indexed, rows)

    def _add_core_fields(self, chunk: list[tuple[Any, ...]], checks: dict[int, NewestChecks]) -> None:
        """Add what every listing has for the rows of a chunk, such as its rank, freshness and point."""
        placeless = []
        for row, cells in enumerate(chunk, start=len(self.pks)):
            pk, kind, source, created, copied, zone, always, main, finder, place, private, *point = cells[
                : len(CORE)
            ]
            latitude, longitude = point
            check = checks.get(pk, NEVER)
            began = freshness.parse_day(copied) or (None if source else _local_day(created[:16]))
            self.pks.append(pk)
            self.checked.append(bool(check.on or main))
            self.known.append((check.on or began or _local_day(created[:16])).toordinal())
            self.finder.append(bool(finder))
            self.fresh.append(0 if finder else LAST_DAY if main else _fresh_until(kind, check, began))
            if zone or always:
                self.hours[row] = (zone, always)
                self.hours_until[row] = LAST_DAY if main else _last_day_of_hours(kind, check, began)
            self.latitude.append(NOWHERE if latitude is None else _stored_coordinate(latitude, private))
            self.longitude.append(NOWHERE if longitude is None else _stored_coordinate(longitude, private))
            if place is None:
                placeless.append(row)
        self.facts.add_value(WITHOUT_PLACE, ("", None), np.array(placeless, np.int64))

    def _read_checks(self) -> dict[int, NewestChecks]:
        """Return the newest verifications of each listing that has any."""
        checks: dict[int, NewestChecks] = {}
        rows = Verification.objects.filter(self.scope).order_by("verified_on", "pk")
        for pk, on, due, fields in rows.values_list("listing", "verified_on", "due_on", "fields").iterator(
            CHUNK_ROWS
        ):
            old = checks.get(pk, NEVER)
            if not fields:
                checks[pk] = NewestChecks(on, due, on)
            elif "hours" in fields:
                checks[pk] = NewestChecks(old.on, old.due, on)
        return checks

    def _ranks(self) -> Array:
        """Return the rank of each row; a lower number ranks better, and its lowest bits are the id."""
        filled = np.concatenate([np.zeros(0, np.int8), *self.complete])
        finder, checked, complete, known = (
            np.frombuffer(column, dtype).astype(np.uint64)
            for column, dtype in (
                (self.finder, np.int8), (self.checked, np.int8), (filled, np.int8), (self.known, np.int32)
            )
        )  # fmt: skip
        one = np.uint64(1)
        rank = (finder << one | (one - checked)) << np.uint64(COMPLETE_BITS)
        rank = (rank | (np.uint64(2**COMPLETE_BITS - 1) - complete)) << np.uint64(DAY_BITS)
        rank = (rank | (np.uint64(2**DAY_BITS - 1) - known)) << np.uint64(ID_BITS)
        return rank | np.frombuffer(self.pks, np.int64).astype(np.uint64)

    def _points(self, document: Array) -> dict[str, Array]:
        """Return the points by document, and the documents with a point sorted by their cell of the grid."""
        latitude, longitude = np.empty(len(document), np.int32), np.empty(len(document), np.int32)
        latitude[document] = np.frombuffer(self.latitude, np.int32)
        longitude[document] = np.frombuffer(self.longitude, np.int32)
        placed = np.flatnonzero(latitude != NOWHERE)
        cells = _grid_cells(latitude[placed] / DEGREE, longitude[placed] / DEGREE)
        order = np.argsort(cells, kind="stable")
        return {
            "latitude": latitude, "longitude": longitude,
            "cells": cells[order].astype(np.int32), "cell.documents": placed[order].astype(np.uint32),
        }  # fmt: skip

    def _read_hours(self, document: Array) -> dict[str, Array]:
        """Return the columns of the opening hours; `document` maps row numbers to document numbers."""
        weekly: defaultdict[int, list[opening_hours.WeeklyInterval]] = defaultdict(list)
        dated: defaultdict[int, list[opening_hours.DatedInterval]] = defaultdict(list)
        times = Cast("opens", TextField()), Cast("closes", TextField())
        intervals = OpeningInterval.objects.filter(self.scope).order_by("listing", "weekday", "opens")
        for pk, weekday, opens, closes in intervals.values_list("listing", "weekday", *times).iterator(
            CHUNK_ROWS
        ):
            weekly[pk].append((weekday, opens, closes))
        exceptions = HoursException.objects.filter(self.scope).order_by("listing", "date", "opens")
        date = Cast("date", TextField())
        for pk, day, opens, closes in exceptions.values_list("listing", date, *times).iterator(CHUNK_ROWS):
            dated[pk].append((day, opens, closes))
        patterns, until = {}, []
        for row, (zone, always) in self.hours.items():
            pk = self.pks[row]
            pattern = opening_hours.hours_pattern(zone, always, weekly.get(pk, ()), dated.get(pk, ()))
            if pattern:
                patterns[int(document[row])] = pattern
                until.append((row, self.hours_until[row]))
        known = np.array(until, np.int64).reshape(-1, 2)
        self.facts.add_dated_value("hours", "", known[:, 0], known[:, 1].astype(np.int32))
        return opening_hours.pack_hours(patterns)

    def _read_meetings(self, document: Array) -> dict[str, Array]:
        """Return the columns of the meetings; `document` maps row numbers to document numbers."""
        rows = [row for kind in kinds.values() for row in kind.meetings(self.listings)]
        numbers, has_row = self._rows_of([row.listing for row in rows])
        documents = document[numbers].tolist()
        known = [row for row, is_known in zip(rows, has_row.tolist(), strict=True) if is_known]
        self._add_meeting_facts(known, numbers, len(document))
        return meetings.pack_meetings(
            zip(documents, known, strict=True), len(document), self.today, _options_of_meeting
        )

    def _add_meeting_facts(self, found: Sequence[meetings.MeetingRow], rows: Array, size: int) -> None:
        """Add the values of the filters on facts of a meeting.

        A listing with meetings has the values of its meetings; any other has its own. `rows` holds the row of each
        meeting's listing, and `size` is the number of rows.
        """
        has_meetings = np.zeros(size, bool)
        has_meetings[rows] = True
        self.facts.add_value(WITH_MEETINGS, ("", None), np.flatnonzero(has_meetings))
        for place, key in enumerate(MEETING_FACT_KEYS):
            each = all_filters().get(key)
            if each is None:
                continue
            for cell, of_cell in self.own_facts[key].groups() if key in self.own_facts else ():
                self._add_values(each, (cell,), of_cell[~has_meetings[of_cell]])
            coded = ValueGroups()
            coded.add([row.facts[place] for row in found])
            for cell, of_cell in coded.groups(rows):
                self._add_values(each, (cell,), np.unique(of_cell))

    def _add_related_rows(self) -> None:
        """Add the values of filters whose facts stand in a table of their own."""
        for each in all_filters().values():
            queryset = each.related_rows(self.listings)
            if queryset is None:
                continue
            rows = list(queryset.order_by().iterator(CHUNK_ROWS))
            numbers, has_row = self._rows_of([row[0] for row in rows])
            coded = ValueGroups()
            coded.add([row[1:] for row, is_known in zip(rows, has_row.tolist(), strict=True) if is_known])
            self._add_facets(each, coded, numbers)


NEVER = NewestChecks()


def _meeting_texts(pks: Sequence[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names and the notes of the active meetings of each listing; `pks` are sorted ids."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    notes: defaultdict[int, list[str]] = defaultdict(list)
    for kind in kinds.values():
        for pk, name, note in kind.meeting_texts(pks[0], pks[-1]):
            names[pk] += [name] if name else []
            notes[pk] += [note] if note else []
    return tuple(" ".join(names.get(pk, ())) for pk in pks), tuple(" ".join(notes.get(pk, ())) for pk in pks)


def _options_of_meeting(key: str, cell: str | None) -> list[str]:
    """Return the options of a filter that a meeting with this value in the database has."""
    each = all_filters().get(key)
    return [value for value, _until in each.index_values(cell)] if each else []


@lru_cache(maxsize=100_000)
def _local_day(minute: str) -> datetime.date:
    """Return the date in the site's time zone at a moment in UTC, which the database writes as "2026-03-01 12:00"."""
    return timezone.localdate(datetime.datetime.fromisoformat(minute).replace(tzinfo=datetime.UTC))


def _fresh_until(kind: str, check: NewestChecks, began: datetime.date | None) -> int:
    """Return the last day on which the listing is not yet stale, as an ordinal, by the rules of `freshness`."""
    if check.on:
        due = check.due or freshness.next_due_date(kind, check.on)
    elif began:
        due = freshness.next_due_date(kind, began)
    else:
        return LAST_DAY
    return due.toordinal() + freshness.DEMOTE_AFTER_DAYS - 1


def _last_day_of_hours(kind: str, check: NewestChecks, began: datetime.date | None) -> int:
    """Return the last day on which the opening hours may still be relied on, as the ordinal of a date.

    `began` is the day from which the hours are known where nobody has checked them.
    """
    known = check.hours or began
    return known.toordinal() + freshness.perishable_fact(kind, "hours").days if known else LAST_DAY


def _stored_coordinate(degrees: float, private: bool | None) -> int:
    """Return a coordinate as a whole number of 1/`DEGREE` degrees, rounded to about a kilometre where it is private."""
    return round((round(degrees, PRIVATE_POINT_DECIMALS) if private else degrees) * DEGREE)


def _grid_cells(latitude: Array, longitude: Array) -> Array:
    """Return the numbers of the cells, a quarter of a degree wide, row after row from the south pole."""
    rows = np.floor((latitude + 90) * CELLS_PER_DEGREE).astype(np.int64)
    return rows * 360 * CELLS_PER_DEGREE + np.floor((longitude + 180) * CELLS_PER_DEGREE).astype(np.int64)


def build_segment(only: Collection[int] | None = None, report: Report | None = None) -> dict[str, Array]:
    """Return the columns of a segment of all published listings, or of those among the ids `only`."""
    return SegmentBuilder(only, report).columns()
