"""No text that a real feed brings in holds a phone number, an e-mail address, a password or a payment handle.

The patterns here are not those of the parser: they are broader, so that a gap in its rules is seen.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from feeds.fetch import client
from feeds.formats.meeting_guide.parser import parse

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data"
FEEDS = sorted([*FOLDER.glob("meeting-guide/*.json*"), *FOLDER.glob("other-meetings/*-tsml.json")])
# Not texts: ids, addresses of web pages, and the number that is dialled to join.
NO_TEXTS = {"ref", "slug", "join_url", "join_phone", "website", "zone"}
_LABEL = r"(?i:\b(?:pass ?(?:word|code|phrase)|pwd|pw|pin|contraseña|clave|c[oó]digo|code)\b)"
PRIVATE = {
    "phone": re.compile(
        r"(?<![\d.,/])\(?\d{3}\)?[ .–-]{0,3}\d{3}[ .–-]{1,3}\d{4}(?!\d)|\+\d[\d ().-]{7,}|"
        r"(?<![\d-])\d{3}[-.]\d{4}(?![\d-])|(?<!\d)\d{9,}(?!\d)"
    ),
    "e-mail address": re.compile(r"[\w.+-]@[\w-]+\.\w|@(?:gmail|yahoo|hotmail)|\bat\b.{1,20}\bdot\b|[\[(] ?at ?[\])]"),
    "password": re.compile(rf"{_LABEL}\s*(?:is|es)?\s*[:=]\s*\S|{_LABEL}\s+(?:is |es )?\S*\d"),
    "payment handle": re.compile(r"(?i:venmo|paypal|zelle|cash ?app|gofundme)|(?<!\S)[@$][A-Za-z]{2}"),
    "contact person": re.compile(r"(?i:\b(?:contact|secretary|gsr|treasurer)\b\s*[:=]\s*)[A-Z][a-z]"),
}  # fmt: skip


def find_private(text: str) -> list[str]:
    without_links = re.sub(r"https?://\S+", " ", text)
    return [name for name, pattern in PRIVATE.items() if pattern.search(without_links)]


def texts(value: object, field: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from texts(part, name)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from texts(part, field)
    elif isinstance(value, str) and field not in NO_TEXTS:
        yield value


@pytest.mark.skipif(not FEEDS, reason="no shared data: real feeds do not lie beside this checkout")
@pytest.mark.parametrize("feed", FEEDS or [FOLDER], ids=lambda feed: feed.stem)
def test_real_feed_brings_no_private_text(feed: Path, figure) -> None:
    parsed = parse(client.read_feed(str(feed)).data)
    read = [text for record in parsed.records for text in texts(asdict(record))]
    read += [problem.reason for problem in parsed.problems]
    private = [(kinds, text) for text in read if (kinds := find_private(text))]
    figure(feed.name, f"{len(read)} texts, {len(private)} private", must="0 private")
    assert not private


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Chips. 503-555-0100", ["phone"]),
        ("gull@example.org", ["e-mail address"]),
        ("PW: gull", ["password"]),
        ("Passcode is 5544", ["password"]),
        ("Venmo port-gull", ["payment handle"]),
        ("Secretary: Tom", ["contact person"]),
        ("No password required. Ring bell at 7:30.", []),
    ],
)
def test_planted_secret_is_seen(text: str, kinds: list[str]) -> None:
    assert find_private(text) == kinds
