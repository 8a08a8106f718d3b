"""Texts are found wherever the site says them, and every translation can stand in their place."""

import json
import os
import re

import polib
import pytest
from babel import Locale

from core import locale_names as core_names
from recovery_site.checks import check_catalogs
from recovery_site.i18n import catalogs, extraction, locale_names
from tests.project_rules import ROOT

PLACEHOLDER = re.compile(r"%\(\w+\)[.\d]*[a-z]|%[sd]|\{\w*\}")
TAG = re.compile(r"</?(\w+)")


def said(source):
    return [
        (each.msgctxt or "", each.msgid, each.msgid_plural) for each in extraction.extract_from_source(source)
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('_("Find")', [("", "Find", "")]),
        ('gettext_lazy("Two " "halves")', [("", "Two halves", "")]),
        ('ngettext("%(n)d day", "%(n)d days", n)', [("", "%(n)d day", "%(n)d days")]),
        ('pgettext_lazy("way", "Call")', [("way", "Call", "")]),
        ("_(name)", []),
        ('print("Find")', []),
    ],
)
def test_texts_in_code(source, expected):
    assert said(source) == expected


def test_texts_in_templates_code_and_data():
    found = extraction.extract_texts()
    assert ("templates/base.html", "") in found["", "Leave quickly"].occurrences
    assert found["", "%(counter)s line"].msgid_plural == "%(counter)s lines"
    assert ("country", "Mexico") in found
    assert ("way to reach", "Call") in found


def test_texts_of_the_admin_are_left_out(tmp_path, settings):
    settings.ROOT = tmp_path
    package = tmp_path / "app" / "inner"
    package.mkdir(parents=True)
    (tmp_path / "app" / "__init__.py").write_text("")
    files = {
        "app/views.py": False, "app/admin.py": True, "app/admin_site.py": True, "app/inner/listings_admin.py": True,
        "app/administration.py": False, "app/management.py": True, "app/marked.py": True,
    }  # fmt: skip
    for name in files:
        (tmp_path / name).write_text("# i18n: admin only" if "marked" in name else "")
    assert {name: extraction.is_for_admin(tmp_path / name) for name in files} == files
    (package / "__init__.py").write_text("# i18n: admin only")
    (package / "services.py").write_text("")
    assert extraction.is_for_admin(package / "services.py")
    assert not extraction.is_for_admin(tmp_path / "app" / "views.py")


def test_names_of_countries_and_languages_are_those_of_the_cldr():
    """A new code needs `make messages`."""
    assert locale_names.build_locale_names() == json.loads(core_names.PATH.read_text("utf-8"))
    for path in catalogs.catalog_paths():
        territories = Locale(catalogs.catalog_language(path)).territories
        names = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if entry.msgctxt == "country"}
        assert names == {name: territories[code] for code, name in core_names.COUNTRY_NAMES.items()}


def test_merge_catalog_keeps_translations_and_drops_removed_texts(tmp_path):
    path = tmp_path / "es" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    extraction.merge_catalog(
        path, [extraction.make_entry("", "Find"), extraction.make_entry("", "Gone")]
    ).save(str(path))
    held = polib.pofile(str(path))
    held.find("Find").msgstr = "Buscar"
    held.save()
    extraction.merge_catalog(
        path, [extraction.make_entry("", "Find"), extraction.make_entry("", "New")]
    ).save(str(path))
    assert {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))} == {"Find": "Buscar", "New": ""}
    assert catalogs.untranslated_texts(path) == ["New"]


def test_only_changed_catalogs_are_compiled(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    path = tmp_path / "es" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    extraction.merge_catalog(path, [extraction.make_entry("", "Find")]).save(str(path))
    assert [message.id for message in check_catalogs(None)] == ["steady.E003"]
    assert catalogs.compile_changed_catalogs() == [path]
    assert catalogs.compile_changed_catalogs() == []
    assert check_catalogs(None) == []
    assert sorted(each.name for each in path.parent.iterdir()) == ["django.mo", "django.po"]
    os.utime(path, (2**31, 2**31))
    assert catalogs.compile_changed_catalogs() == [path]


def entries():
    return [entry for path in catalogs.catalog_paths() for entry in polib.pofile(str(path))]


def slips(entry):
    """What of the text's placeholders and tags a translation lost or made up."""
    forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    # "One line" may leave the number out, in any language.
    optional = set(PLACEHOLDER.findall(entry.msgid_plural)) if entry.msgid_plural else set()
    for number, form in enumerate(forms):
        held = set(PLACEHOLDER.findall(form))
        if form and (held - wanted or (wanted - held - (optional if number == 0 else set()))):
            yield f"{entry.msgid!r}: {form!r}"
        if form and sorted(TAG.findall(form)) != sorted(TAG.findall(entry.msgid)):
            yield f"{entry.msgid!r}: tags of {form!r}"


def test_translations_keep_placeholders_and_tags():
    assert [slip for entry in entries() for slip in slips(entry)] == []


@pytest.mark.parametrize(
    ("text", "translation"),
    [("%(n)d days", "días"), ("Page %(a)s", "Página %(b)s"), ("<b>Now</b>", "Ahora"), ("Hi %s", "Hola %d")],
)
def test_slip_rule_finds_broken_translations(text, translation):
    assert list(slips(polib.POEntry(msgid=text, msgstr=translation)))


def test_every_text_is_in_the_catalog_and_translated():
    """A new text needs `make messages` and its translation, for every language that the site offers."""
    assert {catalogs.catalog_language(path): missing(path) for path in catalogs.catalog_paths()} == {"es": []}


def missing(path):
    """The texts of the site that a catalogue does not have, or has without a translation."""
    held = {catalogs.entry_key(entry) for entry in polib.pofile(str(path))}
    return sorted(
        [text for _context, text in extraction.extract_texts().keys() - held]
        + catalogs.untranslated_texts(path)
    )


def test_missing_texts_are_found(tmp_path):
    path = tmp_path / "es" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    empty = extraction.merge_catalog(path, [extraction.make_entry("", "Leave quickly")])
    empty.save(str(path))
    found = missing(path)
    assert "Leave quickly" in found
    assert "Find support" in found


FORMAT_OF_ONE_LANGUAGE = re.compile(r"""["'][^"']*\bj [FMN]\b[^"']*["']""")


def test_dates_use_the_formats_of_the_language():
    """`date_format(day, "DATE_FORMAT")` and its like: a format spelled out is right in one language only."""
    code = extraction.source_files()
    pages = (ROOT / "templates").rglob("*.html")
    found = [
        str(path.relative_to(ROOT))
        for path in (*code, *pages)
        if "formats" not in path.parts and FORMAT_OF_ONE_LANGUAGE.search(path.read_text("utf-8"))
    ]
    assert found == []
