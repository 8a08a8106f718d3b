"""The tables of data attributes in the developers' guide hold all that templates, scripts and code write or read.

The first table is the public contract; the second holds those of the site's own scripts and tests.
"""

import re

from tests.docs.tables import ROOT, described, differences, document

DOCS = "docs/developers.md"
PUBLIC, OTHERS = "### HTML attributes", "### Other attributes"
FILES = ("templates/**/*.html", "templates/**/*.js", "static/*.js")
APPS = ("core", "directory", "groups", "network", "feeds", "curation", "recovery_site")
WRITTEN = re.compile(r"(?<![\w-])data-[a-z]+(?:-[a-z]+)*(?![\w-])")
FROM_SCRIPT = re.compile(r"\.dataset\.([a-zA-Z]+)")
# The results and their filters: pages that other programs read.
PAGES = ("templates/directory/_card.html", "templates/directory/_search_results.html")


def attributes_in(text: str) -> set[str]:
    """Return the data attributes that a template, script or module names."""
    from_scripts = (re.sub("([A-Z])", r"-\1", name).lower() for name in FROM_SCRIPT.findall(text))
    return {*WRITTEN.findall(text), *(f"data-{name}" for name in from_scripts)}


def attributes_in_code() -> set[str]:
    paths = [path for pattern in FILES for path in ROOT.glob(pattern) if "vendor" not in path.parts]
    # In Python, only what stands in HTML: an attribute with a value.
    modules = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    found = {name for path in paths for name in attributes_in(path.read_text(encoding="utf-8"))}
    for path in modules:
        found.update(re.findall(rf"{WRITTEN.pattern}(?==)", path.read_text(encoding="utf-8")))
    return found


def test_attributes_are_described_and_exist():
    written = [*described(DOCS, PUBLIC), *described(DOCS, OTHERS)]
    names = [name for name in written if name.startswith("data-")]
    assert (
        differences(
            attributes_in_code(), set(names), code="templates and scripts", docs=f"{DOCS} (HTML attributes)"
        )
        == []
    )


def test_no_attribute_is_public_and_internal():
    assert set(described(DOCS, PUBLIC)) & set(described(DOCS, OTHERS)) == set()


def test_attributes_of_results_are_public():
    in_results = {name for path in PAGES for name in attributes_in(document(path))}
    assert {"data-listing", "data-kind", "data-guide", "data-total", "data-count"} <= in_results & set(
        described(DOCS, PUBLIC)
    )


def test_attributes_are_found_in_markup_and_scripts():
    assert attributes_in('<p data-a-b="1" data-c>') == {"data-a-b", "data-c"}
    assert attributes_in("form.dataset.signInUrl") == {"data-sign-in-url"}
    assert attributes_in("private-data-key") == set()
