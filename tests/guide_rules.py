"""Rules that every guide must follow. Each function returns the broken ones as "file, entry: rule"."""

import re
from collections.abc import Iterator

from directory.guides.parser import Guide, GuideLink, Section

MAX_WORDS = 500  # words of prose
# The search that shows the lines whose operators stay on the phone while a person uses drugs.
COMPANION_LINES = "/find/?kind=hotlines&q=%22alone%22"
EMERGENCY = "/now/"
ADVICE_NOT_TO_USE_ALONE = {
    "en": re.compile(r"\bus(?:e|ing)\b[^.]{0,20}\balone\b", re.IGNORECASE),
    "es": re.compile(r"\bconsum\w+\b[^.]{0,20}\ba solas\b", re.IGNORECASE),
}


def guide_problems(guide: Guide, file: str) -> list[str]:
    """Return each broken rule of a guide as "file, entry: rule"; `file` is the name to show, "es/01-slipped.md"."""
    return [
        *(f"{file}, {entry}: missing" for entry in missing_entries(guide)),
        *(
            f"{file}, section “{section.heading}”: no text"
            for section in guide.sections
            if not section.blocks
        ),
        *(f"{file}, {entry}" for entry in unsafe_entries(guide)),
    ]


def missing_entries(guide: Guide) -> Iterator[str]:
    """Yield the names of the required entries that a guide does not have."""
    entries = {
        "title": guide.title,
        "lead": guide.lead,
        "section (##)": guide.sections,
        "source": guide.sources,
        "search": guide.search_phrases,
        "icon": guide.icon,
    }
    yield from (name for name, value in entries.items() if not value)


def unsafe_entries(guide: Guide) -> Iterator[str]:
    """Yield what could leave a reader in danger without a way to help."""
    if guide.danger and EMERGENCY not in link_addresses(guide.sections[:2]):
        yield f"danger: no link to {EMERGENCY} in the first two sections"
    for section in guide.sections:
        for line in unanswered_advice(section, guide.language):
            yield f"section “{section.heading}”: “{line}” is not followed by a link to {COMPANION_LINES}"


def unanswered_advice(section: Section, language: str) -> list[str]:
    """Return the lines that advise not to use alone and have no link to the companion lines after them."""
    open_advice: list[str] = []
    for block in section.blocks:
        for line in block.lines:
            if isinstance(line, GuideLink):
                if without_language(line.url) == COMPANION_LINES:
                    open_advice.clear()
            elif ADVICE_NOT_TO_USE_ALONE[language].search(line):
                open_advice.append(line)
    return open_advice


def link_addresses(sections: tuple[Section, ...]) -> set[str]:
    """Return the English addresses of all links in these sections."""
    lines = (line for section in sections for block in section.blocks for line in block.lines)
    return {without_language(line.url) for line in lines if isinstance(line, GuideLink)}


def without_language(url: str) -> str:
    """Return the English address of a page: "/es/now/" and "/now/" are both "/now/"."""
    return re.sub(r"^/[a-z]{2}(?=/)", "", url)
