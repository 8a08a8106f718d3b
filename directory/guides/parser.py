"""Read the guides: short pages, in one Markdown file for each guide and language.

`en/03-network.md` is the third guide, at `/guides/network/`; `es/03-network.md` is the same in Spanish. The English
file declares the guide; nothing else lists it. A file has a head and a body:

    ---
    title: Title
    lead: What the guide comes to, in one or two sentences.
    icon: lamp                          English only; a symbol of templates/icons.svg
    danger: yes                         English only; where a life may be at risk, the emergency number comes first
    search: sleep, i cannot sleep       phrases between commas that people type who need this guide
    source: Who | What | https://… | 2026-11-25     where facts were read, and on which day; once for each source
    ---

    ## Heading

    A paragraph.

    - a point

    1. a step

    - [Words](/find/?q=x)               something to do on this site; the address is an English one

Of Markdown, only these forms are allowed. Raw HTML, images, emphasis, code and links out of the site are errors.
"""

import datetime
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.i18n import translate_path

GUIDES_FOLDER = Path(__file__).parent
FENCE = "---"
HEAD_KEYS = ("title", "lead", "icon", "danger", "search", "source")
SENTENCE_END = re.compile(r"(?<=[.!?…]) ")
# The kind of the lines that follow a token. Forms do not nest, so that every end leads back to text.
KIND_AFTER = {
    "heading_open": "heading",
    "bullet_list_open": "points",
    "ordered_list_open": "steps",
    "heading_close": "text",
    "bullet_list_close": "text",
    "ordered_list_close": "text",
}
ALLOWED_BLOCKS = {
    *KIND_AFTER, "paragraph_open", "paragraph_close", "list_item_open", "list_item_close", "inline"
}  # fmt: skip
MARKDOWN = MarkdownIt("commonmark")


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts of a guide were read, and on which day."""

    who: str
    what: str
    url: str
    day: datetime.date


@dataclass(frozen=True, slots=True)
class GuideLink:
    """A link to something to do on this site; `url` is in the language of the page."""

    url: str
    text: str


@dataclass(slots=True)
class Block:
    """Lines of one kind: "text", "points" and "steps" hold strings, "links" hold links."""

    kind: str
    lines: list[str | GuideLink]


@dataclass(slots=True)
class Section:
    """A heading and the blocks below it."""

    heading: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide in one language; `search_phrases` are in the order of the file."""

    slug: str
    language: str
    title: str
    icon: str
    danger: bool
    lead: str
    search_phrases: tuple[str, ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]

    @property
    def phrases(self) -> list[str]:
        """The texts by which a search finds the guide: its search phrases and its title."""
        return [*self.search_phrases, self.title]

    @property
    def first_sentence(self) -> str:
        """The first sentence of the lead, for places with one line."""
        return SENTENCE_END.split(self.lead, maxsplit=1)[0]

    @property
    def prose(self) -> list[str]:
        """The lead, paragraphs, points and steps, without headings and links."""
        lines = (line for section in self.sections for block in section.blocks for line in block.lines)
        return [self.lead, *(line for line in lines if isinstance(line, str))]


def guides(language: str) -> dict[str, Guide]:
    """Return all guides by slug, in their order; in English where the language has no file of its own."""
    return {path.stem[3:]: read_guide(path.name, language) for path in guide_files()}


@lru_cache
def guide_files() -> tuple[Path, ...]:
    """Return the English files, which declare the guides, in order."""
    return tuple(sorted((GUIDES_FOLDER / settings.LANGUAGE_CODE).glob("*.md")))


@lru_cache
def read_guide(name: str, language: str) -> Guide:
    """Return the guide of a file name such as "03-network.md", with the icon and the danger of the English file."""
    english = GUIDES_FOLDER / settings.LANGUAGE_CODE / name
    own = GUIDES_FOLDER / language / name
    path = own if own.exists() else english
    declared = parse_guide(english, language)
    return replace(
        parse_guide(path, language), language=path.parent.name, icon=declared.icon, danger=declared.danger
    )


def parse_guide(path: Path, language: str) -> Guide:
    """Return the guide of a file, with links into the pages of `language`."""
    file = f"{path.parent.name}/{path.name}"
    return parse(path.read_text("utf-8"), slug=path.stem[3:], language=language, file=file)


def parse(text: str, *, slug: str, language: str, file: str = "guide") -> Guide:
    """Return the guide of a text, with links into the pages of `language`.

    Raises ValueError with file, line and rule where the text has anything that a guide may not have.
    """
    head, body_start = _read_head(text, file)
    values = {key: value for _line, key, value in head if key != "source"}
    body = "\n".join(text.splitlines()[body_start:])
    return Guide(
        slug,
        language,
        values.get("title", ""),
        values.get("icon", ""),
        values.get("danger", "") == "yes",
        values.get("lead", ""),
        split_phrases(values.get("search", "")),
        tuple(_BodyReader(file, body_start, language).read(body)),
        tuple(_parse_source(value, file, line) for line, key, value in head if key == "source"),
    )


def split_phrases(line: str) -> tuple[str, ...]:
    """Return the phrases between commas, with single spaces and without empty ones."""
    return tuple(filter(None, (" ".join(phrase.split()) for phrase in line.split(","))))


def _fail(file: str, line: int, rule: str) -> NoReturn:
    """Raise the error for a broken rule; `line` counts from 1."""
    raise ValueError(f"{file}, line {line}: {rule}")


def _read_head(text: str, file: str) -> tuple[list[tuple[int, str, str]], int]:
    """Return the entries of the head as line, key and value, and the number of lines before the body."""
    lines = text.splitlines()
    if lines[:1] != [FENCE]:
        _fail(file, 1, f"the head begins with {FENCE}")
    entries: list[tuple[int, str, str]] = []
    for number, line in enumerate(lines[1:], start=2):
        if line == FENCE:
            return entries, number
        key, colon, value = line.partition(":")
        if not colon or key not in HEAD_KEYS:
            _fail(file, number, f"the head has only the keys {', '.join(HEAD_KEYS)}")
        entries.append((number, key, value.strip()))
    return _fail(file, len(lines), f"the head ends with {FENCE}")


def _parse_source(value: str, file: str, line: int) -> Source:
    """Return the source of "Who | What | https://… | 2026-11-25"."""
    parts = [part.strip() for part in value.split("|")]
    if len(parts) != 4 or not parts[2].startswith("https://"):
        _fail(file, line, "a source is: who | what | an https address | the day on which it was read")
    who, what, url, day = parts
    try:
        return Source(who, what, url, datetime.date.fromisoformat(day))
    except ValueError:
        _fail(file, line, "the day of a source is written as 2026-11-25")


class _BodyReader:
    """Reads the body of one guide and checks that it has no other Markdown than the allowed forms."""

    def __init__(self, file: str, lines_before: int, language: str) -> None:
        self.file, self.lines_before, self.language = file, lines_before, language

    def read(self, body: str) -> list[Section]:
        """Parse the body of a guide and return its sections."""
        sections: list[Section] = []
        kind = "text"
        for token in MARKDOWN.parse(body):
            self._check_block(token, kind)
            kind = KIND_AFTER.get(token.type, kind)
            if token.type == "inline":
                line = self._read_line(token, kind)
                if kind == "heading":
                    sections.append(Section(str(line), []))
                elif sections:
                    _add_line(sections[-1].blocks, kind, line)
                else:
                    self._fail(token, "text stands before the first heading")
        return sections

    def _check_block(self, token: Token, kind: str) -> None:
        """Reject a block that a guide may not have after lines of this kind."""
        if token.type not in ALLOWED_BLOCKS:
            self._fail(token, f"{token.type} is not allowed; a guide has headings, paragraphs and lists only")
        if token.type == "heading_open" and token.tag != "h2":
            self._fail(token, "a heading begins with ##")
        if token.nesting > 0 and token.type in KIND_AFTER and kind != "text":
            self._fail(token, "a list has neither a heading nor a list inside")

    def _read_line(self, token: Token, kind: str) -> str | GuideLink:
        """Return a text, or the link of a list item that is one link; reject all other inline Markdown."""
        parts = token.children or []
        if kind in ("points", "steps") and [part.type for part in parts] == [
            "link_open",
            "text",
            "link_close",
        ]:
            url = str(parts[0].attrs["href"])
            if not url.startswith("/") or url.startswith("//"):
                self._fail(token, "a link leads to a page of this site, such as /now/")
            return GuideLink(translate_path(url, self.language), parts[1].content)
        for part in parts:
            if part.type not in ("text", "softbreak"):
                self._fail(token, f"{part.type} is not allowed; a text is plain, and a link is a list item")
        text = "".join(part.content or " " for part in parts)
        if "](" in text:
            self._fail(token, "a link leads to a page of this site, such as /now/")
        return text

    def _fail(self, token: Token, rule: str) -> NoReturn:
        """Raise the error for a token that breaks a rule."""
        _fail(self.file, self.lines_before + (token.map[0] if token.map else 0) + 1, rule)


def _add_line(blocks: list[Block], kind: str, line: str | GuideLink) -> None:
    """Add a line to the last block if that is a list of the same kind, or else to a new block."""
    kind = "links" if isinstance(line, GuideLink) else kind
    if kind == "text" or not blocks or blocks[-1].kind != kind:
        blocks.append(Block(kind, []))
    blocks[-1].lines.append(line)
