"""Remove private data from texts: names of contact persons, phones, e-mails, passwords and payment handles.

Volunteers write meeting notes for members; here the notes are public. A sentence that is removed needlessly costs a
sentence; one that is kept wrongly costs somebody's anonymity. So a doubtful sentence is removed.
"""

import re
from functools import lru_cache

from feeds.formats.links import public_web_address
from feeds.formats.text import NAME_LENGTH, NOTES_LENGTH, plain_text

_URL = re.compile(
    r"(?:https?://|\bwww\.)[^\s<>\"']+|(?<![@\w.-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,12}/[^\s<>\"']*", re.I
)

_EMAIL = (
    # Each pattern starts only at the beginning of a word and never backtracks, so a long word costs its length once.
    r"(?<![\w.+%'-])[\w.+%'-]++[@＠]\w[\w-]{0,62}\.\w[\w.-]*",
    r"(?<![\w.+%'-])[\w.+%'-]++[@＠][^\W\d]\w{2,}",
    r"(?<!\w)\w++\s?[\[({<]\s?at\s?[\])}>]\s?\w{1,64}(?:\s?[\[({<.]\s?(?:dot)?\s?[\])}>]?\s?\w{1,64})?",
    r"(?<![\w.])[\w.]++ at [\w-]{1,63} dot [a-z]{2,6}\b",
    r"\[?email\s?protected\]?",
)
_PHONE = (
    r"(?<![\w/.-])(?:\+?\d{1,3}[\s.–-]{0,2})?\(?\d{3}\)?[\s./–-]{0,3}\d{3}[\s.–-]{1,3}\d{4}(?!\d)",
    r"\+\d(?:[\s().–-]{0,2}\d){6,14}",
    r"\(\d{2,5}\)[\s–-]{0,2}\d{3,4}[\s–-]{0,2}\d{3,4}",
)
_LOCAL_PHONE = (r"(?<![\d.–-])\d{3}[.–-]\d{4}(?![\d–-])",)
# In prose any long run of digits is a phone number or a meeting id, except for a date in ISO form.
_DIGITS = (
    r"(?<!\w)(?!\d{4}-\d\d-\d\d)\d(?:[\s().–-]{0,2}\d){8,}",
    r"\d{7,}",
    r"(?<![\d.–-])\d{3} \d{4}(?![\d–-])",
)
_NOT_THE_WORD = (
    r"(?!(?:protect\w*|required?|requires|needed|necessary|given|to|for|and|or|from|by|on|at|in|is|are|the|a|an|will|"
    r"may|can|please|when|if|that|has|was|not|via|es|est|ist|free)\b)"
)
_PASSWORD = (
    r"\b(?:pass[\s-]?(?:word|code|wd|key|phrase)s?|passwrd|passwort|kennwort|contrase(?:ñ|n|ni)a|"
    r"mot de passe|senha|"
    r"wachtwoord|lösenord)\b\s*(?:\(\w*\))?\s*(?:is\b|es\b|est\b|ist\b)?\s*[:=#–-]?\s*"
    + _NOT_THE_WORD
    + r"[\w\"'“‘(*!@#$&]\S*",
    r"\b(?:pwd|pswd|psw|pw|p/w)\b\s*(?:is\b)?\s*[:=#–-]?\s*" + _NOT_THE_WORD + r"[\w\"'“‘(*!@#$&]\S*",
    r"(?<!zip )(?<!area )(?<!postal )\b(?:pin|pc|clave|c[oó]digo|code|pass)\b"
    r"\s*(?:is\b)?\s*[:=#–-]?\s*(?=\S{0,80}\d)\S+",
)
_SECRET_TO_COME = re.compile(
    r"(?i:pass[\s-]?(?:word|code)|pwd|pw|pin|clave|contraseña)s?\s*(?:is)?\s*[:=–-]?\s*$", re.I
)
_PAYMENT = (
    r"\b(?:venmo|pay\s?pal|cash\s?app|zelle|gofundme)\b",
    r"(?<!\S)[@$](?!(?:noon|midnight|home|the)\b)[^\W\d]\w{2,}[\w.-]*",
)

_NAME = (
    r"(?!(?:Study|Book|Central|Intergroup|Office|Hotline|Helpline|Zoom|Group|The|In|For|To|On|At|Us|Church|Meeting|"
    r"Room|District|Area|Before|Ahead|First|Your|Our|An?|And|Or|If|When|It|This|That)\b)[^\W\d_a-z][^\W\d_A-Z'’]+"
)
_ASK = (
    r"(?i:\b(?:contact[ae]?|call|text|phone|message|e-?mail|reach(?: out to)?|ask(?: for)?|dm|whatsapp|ring|"
    r"llam[ae])\b"
    r"(?:[\s/,]{1,4}(?:or|and|a|person|our|the|text|call|email|secretary|chair|host|member|info|is|by|gsr)){0,7})"
)
_TO_ASK_FOR = re.compile(
    rf"{_ASK}\s*[:–-]?\s+{_NAME}"
    r"|(?i:\b(?:contact(?: person| info(?:rmation)?| name)?|secretary|chair(?:person)?|gsr|host|facilitator|"
    r"treasurer|leader|trusted servant)s?\s*[:=–]\s*\S)"
)
_CAPITAL = r"[^\W\d_a-z][\w'’-]*"
# "Tom" alone on its line, or "Tom Sailor."; a word that ends a sentence ("Chips.") is no name.
_BARE_NAME = re.compile(rf"\W*(?:{_CAPITAL}[^\w.!?]*|{_CAPITAL}\s+{_CAPITAL}(?:\s+{_CAPITAL})?\W*)")
_SHORT = {"mr", "mrs", "ms", "dr", "st", "ave", "rd", "ph", "tel", "no", "ext", "cell", "mob", "apt", "rm"}


# Rows of one group and groups in one building repeat the same texts.
_cache_texts = lru_cache(maxsize=20_000)


def _match_any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.I)


_REACHES_SOMEONE = _match_any(*_EMAIL, *_PHONE, *_LOCAL_PHONE, *_DIGITS)
_IN_NOTES = _match_any(*_EMAIL, *_PHONE, *_LOCAL_PHONE, *_DIGITS, *_PASSWORD, *_PAYMENT)
_IN_NAME = _match_any(*_EMAIL, *_PHONE, *_LOCAL_PHONE, *_PASSWORD, *_PAYMENT[1:])
_IN_ADDRESS = _match_any(*_EMAIL, *_PHONE, *_PASSWORD[:2])  # "112-0002" is a postal code in Japan


def public_notes(value: object) -> str:
    """Return notes as plain text without the sentences that contain private data, and with cleaned links."""
    return _public_notes(plain_text(value, limit=NOTES_LENGTH, lines=True))


@_cache_texts
def _public_notes(text: str) -> str:
    lines = [_split_sentences(line) for line in text.split("\n")]
    sentences = [sentence for line in lines for sentence in line]
    private = _find_private(sentences)
    kept, position = [], 0
    for line in lines:
        hidden = private[position : position + len(line)]
        position += len(line)
        kept.append(" ".join(_clean_links(part) for part, hide in zip(line, hidden, strict=True) if not hide))
    return "\n".join(" ".join(line.split()) for line in kept if re.search(r"\w", line))


def public_name(value: object) -> str:
    """Return the name of a group, meeting or place without contacts and passwords."""
    return _public_name(plain_text(value, limit=NAME_LENGTH))


@_cache_texts
def _public_name(text: str) -> str:
    text = _without_urls(text)
    asked = _TO_ASK_FOR.search(text) if _IN_NAME.search(text) else None
    return _trim(_IN_NAME.sub(" ", text[: asked.start()] if asked else text))


def public_address(value: object) -> str:
    """Return a line or part of a postal address without contacts and passwords."""
    return _public_address(plain_text(value))


@_cache_texts
def _public_address(text: str) -> str:
    return _trim(_IN_ADDRESS.sub(" ", _without_urls(text)))


def extract_links(value: object) -> list[str]:
    """Return the cleaned web addresses in a text, in their order."""
    text = plain_text(value, limit=NOTES_LENGTH)
    return [address for found in _URL.findall(text) if (address := public_web_address(found))]


def quote_if_public(value: object) -> str:
    """Return the value in quotes, for a reason that curators read, if it is too short and plain to be private."""
    text = plain_text(value, limit=60)
    plain_enough = re.fullmatch(r"[\w :.,/+\[\]-]{1,24}", text) and not _IN_NOTES.search(text)
    return f" “{text}”" if plain_enough else ""


def _without_urls(text: str) -> str:
    """Return the text with a single space for each web address: the patterns are slow on runs of spaces."""
    return re.sub(r"\s{2,}", " ", _URL.sub(" ", text))


def _trim(text: str) -> str:
    text = re.sub(r"\(\s*\)|\[\s*\]", " ", text)
    return re.sub(r"\s+", " ", text).strip().strip("-–,:;/|*").strip()


def _clean_links(sentence: str) -> str:
    return _URL.sub(lambda found: public_web_address(found[0]), sentence)


def _split_sentences(line: str) -> list[str]:
    """Split after . ! ? and rows of stars, but not after an initial: "Contact John S. 555-0100" is one sentence."""
    parts, start = [], 0
    for found in re.finditer(r"[.!?][\"”')\]]*\s+|\s\*[\s*]*\s", line):
        # Only the last word is read: otherwise a line of many initials would be read as often as it has initials.
        before = line[start : found.start()].rsplit(maxsplit=1)
        word = before[-1].strip("(").casefold() if before else ""
        if found[0].startswith(".") and ((len(word) == 1 and word.isalpha()) or word in _SHORT):
            continue
        parts.append(line[start : found.end()].strip())
        start = found.end()
    parts.append(line[start:].strip())
    return [part for part in parts if part]


def _find_private(sentences: list[str]) -> list[bool]:
    bare = [_without_urls(sentence) for sentence in sentences]
    contact = [bool(_REACHES_SOMEONE.search(text)) for text in bare]
    private = [bool(_IN_NOTES.search(text) or _TO_ASK_FOR.search(text)) for text in bare]
    for index, text in enumerate(bare):
        if _SECRET_TO_COME.search(text):  # "Password:" with the password on the next line
            private[index : index + 2] = [True] * len(private[index : index + 2])
        beside = contact[max(index - 1, 0) : index + 2]
        private[index] = private[index] or (any(beside) and bool(_BARE_NAME.fullmatch(text)))
    return private
