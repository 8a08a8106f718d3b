"""Guides: short pages to read, one text file for each guide and language.

`en/03-network.txt` is the third guide, at `/guides/network/`; `es/03-network.txt` is the same in Spanish. The English
file declares the guide; nothing else names it. A file reads as it is read:

    # Title                       one, first
    words: sleep, i cannot sleep  what a person may type who needs this guide: phrases between commas
    icon: lamp                    English only; a symbol of templates/icons.svg
    danger: yes                   English only; where a life may hang on it: the emergency number comes first
    > What it comes to.           one, the lead
    ## Heading                    a section; under it, in any order:
    A paragraph, on one line.
    - a point
    1. a step
    => /find/?q=x Words           something to do here; the address is an English one
    source: Who | What | https://… | 2026-11-25       last: where facts were read, and on which day
"""

import datetime
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from core.i18n import translate_path

HERE = Path(__file__).parent
STEP = re.compile(r"\d+\. ")
SENTENCE_END = re.compile(r"(?<=[.!?…]) ")


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts of a guide were read; `day` is the day on which a copy of the page was read."""

    who: str
    what: str
    url: str
    day: datetime.date


@dataclass(frozen=True, slots=True)
class Way:
    """Something to do on this site; `url` is in the language of the page."""

    url: str
    words: str


@dataclass(slots=True)
class Block:
    """Lines of one sort: "text" and "points" and "steps" hold strings, "ways" hold `Way`s."""

    sort: str
    lines: list[str | Way]


@dataclass(slots=True)
class Section:
    heading: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide in one language. `words` are the search phrases of that language, in the order of the file."""

    slug: str
    language: str
    title: str
    icon: str
    danger: bool
    lead: str
    words: tuple[str, ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]

    @property
    def phrases(self) -> list[str]:
        """What it is found by: its search phrases and its title."""
        return [*self.words, self.title]

    @property
    def first_sentence(self) -> str:
        """The first sentence of its lead, for where it is shown in one line."""
        return SENTENCE_END.split(self.lead, maxsplit=1)[0]

    @property
    def prose(self) -> list[str]:
        """Its paragraphs, points and steps, without headings and links."""
        lines = (line for section in self.sections for block in section.blocks for line in block.lines)
        return [self.lead, *(line for line in lines if isinstance(line, str))]


def guides(language: str) -> dict[str, Guide]:
    """All guides by slug, in their order; in English where the language has none of its own."""
    return {path.stem[3:]: read_once(path.name, language) for path in declared()}


@lru_cache
def declared() -> tuple[Path, ...]:
    return tuple(sorted((HERE / settings.LANGUAGE_CODE).glob("*.txt")))


@lru_cache
def read_once(name: str, language: str) -> Guide:
    own = HERE / language / name
    path = own if own.exists() else HERE / settings.LANGUAGE_CODE / name
    declared = (HERE / settings.LANGUAGE_CODE / name).read_text("utf-8")
    return replace(
        parse(path.read_text("utf-8"), slug=path.stem[3:], language=language),
        language=path.parent.name,
        icon=head(declared, "icon"),
        danger=head(declared, "danger") == "yes",
    )


def head(text: str, name: str) -> str:
    """What the head of a file says under that name; empty where it says nothing."""
    found = re.search(rf"^{name}: (.+)$", text, re.MULTILINE)
    return found[1] if found else ""


def parse(text: str, *, slug: str, language: str) -> Guide:
    """A guide from its file, with links into the pages of `language`. Raises ValueError where a line stands before
    the first heading."""
    title = lead = ""
    sections: list[Section] = []
    sources: list[Source] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("# "):
            title = line[2:]
        elif line.startswith("> "):
            lead = line[2:]
        elif line.startswith("## "):
            sections.append(Section(line[3:], []))
        elif line.startswith("source: "):
            sources.append(source(line.removeprefix("source: ")))
        elif not line.startswith(("icon: ", "danger: ", "words: ")):
            add(sections, line, slug, language)
    icon, danger = head(text, "icon"), head(text, "danger") == "yes"
    words = search_words(head(text, "words"))
    return Guide(slug, language, title, icon, danger, lead, words, tuple(sections), tuple(sources))


def search_words(line: str) -> tuple[str, ...]:
    """Return the phrases of a `words:` line, without blanks around them and without empty ones."""
    return tuple(filter(None, (" ".join(phrase.split()) for phrase in line.split(","))))


def add(sections: list[Section], line: str, slug: str, language: str) -> None:
    if not sections:
        raise ValueError(f"{slug}: “{line}” stands under no heading")
    sort, value = sort_of(line, language)
    blocks = sections[-1].blocks
    if sort == "text" or not blocks or blocks[-1].sort != sort:
        blocks.append(Block(sort, []))
    blocks[-1].lines.append(value)


def sort_of(line: str, language: str) -> tuple[str, str | Way]:
    if line.startswith("=> "):
        url, _space, words = line[3:].partition(" ")
        return "ways", Way(translate_path(url, language), words)
    if line.startswith("- "):
        return "points", line[2:]
    if step := STEP.match(line):
        return "steps", line[step.end() :]
    return "text", line


def source(line: str) -> Source:
    who, what, url, day = (part.strip() for part in line.split(" | "))
    return Source(who, what, url, datetime.date.fromisoformat(day))
