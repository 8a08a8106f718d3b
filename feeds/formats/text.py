"""Turn the values of feeds into plain text."""

import hashlib
import html
import re
import unicodedata
from html.entities import html5

NAME_LENGTH = 255  # characters, also for the parts of an address
NOTES_LENGTH = 4000

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.S | re.I)
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li|/?ul|/?ol|/?tr|/?h[1-6])\b[^<>]*>", re.I)
_TAG = re.compile(r"</?[A-Za-z!?][^<>]*>")
_NEWLINE = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_SPACE = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Control characters, halves of surrogate pairs, and characters that hide or reorder text. The joiners U+200C and
# U+200D stay: Persian and emoji need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff]"
)
# Windows-1252 read as Latin-1: a curly quote becomes a control character.
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0) if code != 0x85}


# Character references that HTML accepts without a semicolon, the longest first.
_OLD_NAMES = "|".join(sorted((name for name in html5 if not name.endswith(";")), key=len, reverse=True))
# A character reference. A number with more digits is none, and Python refuses to parse one of thousands.
_REFERENCE = re.compile(
    rf"&(?:#[0-9]{{1,9}};?|#[xX][0-9a-fA-F]{{1,8}};?|[A-Za-z][A-Za-z0-9]{{1,31}};|(?:{_OLD_NAMES}))"
)

_NOTHING = frozenset(
    {"", "-", "--", "?", "n/a", "na", "nil", "no", "none", "null", "tba", "tbd", "unknown", "ninguno"}
)

# Most texts of a feed are plain already and need none of the steps below.
_PLAIN_ALREADY = re.compile(r"[ -%'-;=-~]*")


def plain_text(value: object, *, limit: int = NAME_LENGTH, lines: bool = False) -> str:
    """Return the value as readable text of at most `limit` characters; "" if it is neither text nor number.

    With `lines` single line breaks stay. Tags are removed for readability: pages escape all text anyway.
    """
    if not value and value != 0:
        return ""
    text = _string(value)[: limit * 4]
    if _PLAIN_ALREADY.fullmatch(text):
        return " ".join(text.split())[:limit].strip()
    if "&" in text:
        text = _unescaped(_unescaped(text))
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", _SCRIPT.sub(" ", _COMMENT.sub(" ", text))))
    text = _NEWLINE.sub("\n", text).translate(_WINDOWS)
    text = unicodedata.normalize("NFC", _UNSEEN.sub("", text))
    parts = [part for line in text.split("\n") if (part := _SPACE.sub(" ", line).strip())]
    return ("\n" if lines else " ").join(parts)[:limit].strip()


def says_nothing(text: str) -> bool:
    """Return whether a text is empty or one of the words that feeds write for "none"."""
    return text.casefold().strip(" .") in _NOTHING


def _unescaped(text: str) -> str:
    """Return the text without character references.

    `html.unescape` is slow on many “&” that begin no reference, and fails on numbers that are too long.
    """
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text)


def _string(value: object) -> str:
    """Return a value from JSON as text, or "" for what is neither text nor number."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))[:NAME_LENGTH]
    return ""


def digest(*parts: str) -> str:
    """Return eight hexadecimal digits that identify the parts."""
    joined = "\x1f".join(parts).encode("utf-8", "replace")
    return hashlib.blake2s(joined, digest_size=4).hexdigest()
