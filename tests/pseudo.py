"""Two languages that nobody speaks, made from the English texts for the tests: one much longer, one from right to left.

`/en-xa/` and `/ar-xb/` (the names that ICU gives such languages) show at once which words are no text of a catalogue,
what breaks when words grow, and what still thinks in left and right. They have no name, so no page offers them.
"""

import re
from pathlib import Path

import polib

LONG, RIGHT_TO_LEFT = "en-xa", "ar-xb"
LANGUAGES = [(LONG, ""), (RIGHT_TO_LEFT, "")]
# What must come through untouched: placeholders, tags and entities.
KEPT = re.compile(r"(%\(\w+\)\.?\d*[sdf]|%[sd]|%%|<[^>]+>|&\w+;|\{\w*\})")
ACCENTED = str.maketrans("aceinosuyACEINOSUY", "áçéíñóşúýÁÇÉÍÑÓŞÚÝ")


def write(folder: Path) -> Path:
    """Compiled catalogues of both languages under `folder`, which goes into `LOCALE_PATHS`."""
    # Not above: settings read this module's names before there is a Django to speak of.
    from recovery_site.i18n import extraction

    found = list(extraction.extract_texts().values())
    for code, change in ((LONG, longer), (RIGHT_TO_LEFT, turned)):
        locale = folder / code.replace("-xa", "_XA").replace("-xb", "_XB") / "LC_MESSAGES"
        locale.mkdir(parents=True, exist_ok=True)
        (locale / "django.mo").write_bytes(catalogue_of(found, change).to_binary())
    return folder


def catalogue_of(found, change) -> polib.POFile:
    made = polib.POFile()
    made.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for entry in found:
        new = polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt)
        if entry.msgid_plural:
            new.msgid_plural = entry.msgid_plural
            new.msgstr_plural = {0: changed(entry.msgid, change), 1: changed(entry.msgid_plural, change)}
        else:
            new.msgstr = changed(entry.msgid, change)
        made.append(new)
    return made


def changed(text: str, change) -> str:
    return "".join(part if KEPT.fullmatch(part) else change(part) for part in KEPT.split(text) if part)


def longer(text: str) -> str:
    """Half as long again, as other languages are, with letters that fonts and cases stumble over."""
    spread = re.sub(r"[aeiou](?=\w)", lambda found: found[0] * 2, text)
    return spread.translate(ACCENTED) + (" öñé" if len(text) > 3 else "")


def turned(text: str) -> str:
    """Each word written from right to left, still readable."""
    return re.sub(r"\w[\w'’-]*", lambda found: f"\u202e{found[0]}\u202c", text)


def whole(html: str) -> str:
    """The words of a page as a reader knows them: without the marks that turn them."""
    return re.sub("[\u202e\u202c]", "", html)
