"""Write the listings of one kind as a CSV file for a spreadsheet, and read such a file as a list of differences.

A spreadsheet runs a cell that begins like a formula. Such a cell is written with an apostrophe in front, and so is a
cell that begins with an apostrophe. Reading removes exactly the apostrophes that were added.
"""

import copy
import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import models
from django.forms import modelform_factory
from django.utils.translation import gettext as _

from core.fields import ChoiceSetField
from directory.admin.forms import ListingForm
from directory.kinds.base import Kind
from directory.listings import publisher_rights
from directory.models import Organization

MAX_FILE_BYTES = 2 * 1024 * 1024
MAX_FILE_ROWS = 5000
SHARED_COLUMNS = (
    "slug", "name", "status", "status_reason", "summary", "description", "organization", "modes", "concerns",
    "languages", "audiences", "payment", "cost_note", "access", "country", "national_finder", "zone", "always_open",
    "hours_note", "text_language",
)  # fmt: skip
YES, NO = "yes", "no"
FORMULA_STARTS = frozenset("=+-@|%＝＋－＠\t\r\n")
ESCAPE_MARK = "'"


class UnreadableFile(Exception):
    """A file as a whole cannot be read. The message tells the curator why."""


# ---- Cells ----


def needs_mark(text: str) -> bool:
    """Return whether a spreadsheet might run the cell as a formula.

    Some programs ignore blanks and invisible characters at the start of a cell.
    """
    return text[:1] in ("\t", "\r", "\n", ESCAPE_MARK) or visible_text(text)[:1] in FORMULA_STARTS


def visible_text(text: str) -> str:
    """Return the text from its first visible character on."""
    for position, character in enumerate(text):
        if not (character.isspace() or unicodedata.category(character) in ("Cc", "Cf")):
            return text[position:]
    return ""


def escape_formula(text: str) -> str:
    """Return the cell with an apostrophe in front where a spreadsheet might run it."""
    return ESCAPE_MARK + text if text and needs_mark(text) else text


def unescape_formula(cell: str) -> str:
    """Return the cell without the apostrophe that `escape_formula` added; other texts stay as they are."""
    return cell[1:] if cell[:1] == ESCAPE_MARK and cell[1:] and needs_mark(cell[1:]) else cell


def cell_text(listing: Any, name: str) -> str:
    """Return a fact of a listing as the text of a cell. The values of a set are separated by blanks."""
    value = getattr(listing, name)
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Organization):
        return value.name
    return "" if value is None else str(value)


def form_value(db_field: Any, text: str) -> Any:
    """Return the text of a cell as input of the listing's form. Raise ValueError with a message for the curator."""
    if isinstance(db_field, ChoiceSetField):
        return text.replace(",", " ").replace(";", " ").split()
    if isinstance(db_field, models.BooleanField):
        if db_field.null and not text.strip():
            return None
        if text.strip().lower() not in (YES, NO):
            raise ValueError(_("write yes or no"))
        return text.strip().lower() == YES
    if db_field.name == "organization":
        return organization_id(text.strip())
    return text


def organization_id(name: str) -> int | None:
    """Return the id of the organization with that name. Raise ValueError where none or several have it."""
    if not name:
        return None
    ids = list(Organization.objects.filter(name=name).values_list("pk", flat=True)[:2])
    if len(ids) == 1:
        return ids[0]
    raise ValueError(_("several have this name") if ids else _("no organization has this name"))


# ---- Writing ----


def csv_columns(kind: Kind) -> tuple[str, ...]:
    """Return the columns of a kind: every fact that fits into a cell.

    Places, and facts in rows of their own, are changed in the admin.
    """
    kind_columns = [
        name for name in (*kind.phone_check_fields, *kind.extra_fields) if name not in SHARED_COLUMNS
    ]
    return (*SHARED_COLUMNS, *(name for name in kind_columns if is_plain(kind.model, name)))


def is_plain(model: Any, name: str) -> bool:
    """Return whether the name is a field of the model that is no relation."""
    try:
        db_field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return db_field.concrete and not db_field.is_relation


def csv_lines(kind: Kind, listings: Iterable[Any]) -> Iterator[str]:
    """Yield the file line by line: a byte order mark with the names of the columns, then a line for each listing."""
    names = csv_columns(kind)
    yield "\ufeff" + csv_line(names)
    for listing in listings:
        yield csv_line(escape_formula(cell_text(listing, name)) for name in names)


def csv_line(cells: Iterable[str]) -> str:
    """Return the values of cells as one line of a CSV file."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


# ---- Reading ----


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One row of a file: its number in the spreadsheet, and the unescaped text of each column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class CsvProblem:
    """A cell that cannot be used, and why."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class CsvDifference:
    """What a row would change on one listing: by column, the present text and the text in the file."""

    row: int
    slug: str
    name: str
    changes: dict[str, tuple[str, str]]


@dataclass(slots=True)
class CsvPreview:
    """What a file would change, and what is wrong with it."""

    rows: int = 0
    differences: list[CsvDifference] = field(default_factory=list)
    problems: list[CsvProblem] = field(default_factory=list)


def parse_csv(content: bytes, kind: Kind) -> list[CsvRow]:
    """Return the rows of a file. Raise UnreadableFile."""
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableFile(_("The file is larger than 2 MB. Send it in parts."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(_("The file is not in UTF-8. Save it as “CSV UTF-8”.")) from error
    if "\0" in text:
        raise UnreadableFile(_("This is no CSV file."))
    head = text.splitlines()[0] if text.strip() else ""
    separator = ";" if head.count(";") > head.count(",") else ","
    try:
        return list(
            parse_rows(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), kind)
        )
    except csv.Error as error:
        raise UnreadableFile(_("This is no CSV file: %(why)s.") % {"why": error}) from error


def parse_rows(reader: Iterator[list[str]], kind: Kind) -> Iterator[CsvRow]:
    """Yield the rows after the header. Raise UnreadableFile."""
    names = [name.strip().lower() for name in next(reader, [])]
    check_header(names, kind)
    for number, cells in enumerate((cells for cells in reader if any(cells)), start=1):
        if number > MAX_FILE_ROWS:
            raise UnreadableFile(
                _("The file has more than %(n)d rows. Send it in parts.") % {"n": MAX_FILE_ROWS}
            )
        if len(cells) != len(names):
            raise UnreadableFile(
                _("Row %(row)d has %(n)d cells, and there are %(m)d columns.")
                % {"row": number + 1, "n": len(cells), "m": len(names)}
            )
        yield CsvRow(
            number + 1, {name: unescape_formula(cell) for name, cell in zip(names, cells, strict=True)}
        )


def check_header(names: list[str], kind: Kind) -> None:
    """Raise UnreadableFile where a column is missing, unknown or given twice."""
    if "slug" not in names:
        raise UnreadableFile(_("There is no column “slug”, by which listings are found."))
    if doubled := {name for name in names if names.count(name) > 1}:
        raise UnreadableFile(
            _("A column stands there twice: %(names)s.") % {"names": ", ".join(sorted(doubled))}
        )
    if unknown := [name for name in names if name not in csv_columns(kind)]:
        raise UnreadableFile(_("Unknown columns: %(names)s.") % {"names": ", ".join(unknown)[:300]})


def preview_changes(rows: list[CsvRow], kind: Kind, listings: Any, *, may_publish: bool) -> CsvPreview:
    """Return the changes that rows of a CSV file would make to `listings`, without writing anything."""
    preview = CsvPreview(rows=len(rows))
    slugs = [row.cells["slug"].strip() for row in rows]
    known = find_listings(listings, slugs)
    seen_before: set[str] = set()
    for row, slug in zip(rows, slugs, strict=True):
        listing = known.get(slug)
        if listing is None or slug in seen_before:
            reason = (
                _("this address stands in an earlier row")
                if listing
                else _("no listing of yours has this address")
            )
            preview.problems.append(CsvProblem(row.number, "slug", reason))
            continue
        seen_before.add(slug)
        changes, problems = row_differences(row, kind, listing, may_publish=may_publish)
        preview.problems.extend(problems)
        if changes:
            preview.differences.append(CsvDifference(row.number, slug, listing.name, changes))
    return preview


def find_listings(listings: Any, slugs: list[str]) -> dict[str, Any]:
    """Return listings by slug. Query in batches, since a database limits the values of one query."""
    batches = [slugs[start : start + 500] for start in range(0, len(slugs), 500)]
    rows = listings.select_related("organization").prefetch_related("verifications")
    return {listing.slug: listing for batch in batches for listing in rows.filter(slug__in=batch)}


def row_differences(
    row: CsvRow, kind: Kind, listing: Any, *, may_publish: bool
) -> tuple[dict[str, tuple[str, str]], list[CsvProblem]]:
    """Return the differences of one row by column, or its problems."""
    cells = {name: cell for name, cell in row.cells.items() if name != "slug"}
    present = {name: cell_text(listing, name) for name in cells}
    changed = {name: cell for name, cell in cells.items() if cell != present[name]}
    if not changed:
        return {}, []
    new, problems = validated_values(changed, kind, listing, may_publish=may_publish)
    if problems:
        return {}, [CsvProblem(row.number, column, reason) for column, reason in problems]
    pairs = {
        name: (present.get(name, cell_text(listing, name)), text)
        for name, text in cell_texts(new, kind).items()
    }
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    return withhold_protected(row, listing, changes, may_publish=may_publish)


def withhold_protected(
    row: CsvRow, listing: Any, changes: dict[str, tuple[str, str]], *, may_publish: bool
) -> tuple[dict[str, tuple[str, str]], list[CsvProblem]]:
    """Return the differences, or a problem for each that needs the right to publish."""
    if may_publish or not changes or not (guard := publisher_rights.guard_of_listing(listing)):
        return changes, []
    problems = [CsvProblem(row.number, name, guard.rule) for name in changes if name in guard.names]
    return ({}, problems) if problems else (changes, [])


def cell_texts(new: dict[str, Any], kind: Kind) -> dict[str, str]:
    """Return new values of fields as the texts of cells."""
    after = kind.model(**new)
    return {name: cell_text(after, name) for name in new}


def validated_values(
    changed: dict[str, str], kind: Kind, listing: Any, *, may_publish: bool
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Return the new values of fields, validated by the listing's form, or problems as (column, reason)."""
    data: dict[str, Any] = {}
    problems = []
    for name, cell in changed.items():
        try:
            data[name] = form_value(kind.model._meta.get_field(name), cell)
        except ValueError as error:
            problems.append((name, str(error)))
    if problems:
        return {}, problems
    # A rule compares these two fields, so the form gets both.
    for name in (
        {"status", "status_reason"} - data.keys() if data.keys() & {"status", "status_reason"} else ()
    ):
        data[name] = cell_text(listing, name)
    return validate_row(data, kind, listing, may_publish=may_publish)


def validate_row(
    data: dict[str, Any], kind: Kind, listing: Any, *, may_publish: bool
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Validate values with the listing's form and the model's constraints; return them, or the problems."""
    form_class: Any = modelform_factory(kind.model, form=ListingForm, fields=list(data))
    form_class.may_publish = may_publish
    # A form changes the instance that it is given, so it gets a copy.
    form = form_class(data, instance=copy.copy(listing))
    if not form.is_valid():
        return {}, [
            error_text(name, error) for name, errors in form.errors.as_data().items() for error in errors
        ]
    try:
        # The form leaves out rules over fields that it does not have.
        form.instance.validate_constraints()
    except ValidationError as error:
        return {}, [("", " ".join(error.messages))]
    return {name: stored_value(kind, name, form.cleaned_data[name]) for name in data}, []


def stored_value(kind: Kind, name: str, value: Any) -> Any:
    """Return a value as the field has it after the listing is loaded from the database."""
    db_field = kind.model._meta.get_field(name)
    return db_field.to_python(value) if isinstance(db_field, ChoiceSetField) else value


def error_text(name: str, error: ValidationError) -> tuple[str, str]:
    """Return an error as (column, reason)."""
    return "" if name == NON_FIELD_ERRORS else name, " ".join(error.messages)
