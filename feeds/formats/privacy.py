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

# Passwords. A strong label is one that names a secret wherever it stands ("Passcode tide"); a weak one has other
# meanings and needs a colon or digits ("code 4321", but "Code 3 Group").
_STRONG_LABEL = (
    r"\b(?:pass[\s-]?(?:word|code|wd|key|phrase)s?|pass?wrd|passowrd|passwort|kennwort|contrase(?:ñ|n|ni)as?|"
    r"mot de passe|senha|wachtwoord|lösenord|pwd|pswd|psw|pw|p/w|"
    r"(?:clave|c[oó]digo|pin) (?:de )?(?:la |el )?(?:acceso|entrada|zoom|reuni[oó]n|sala|sesi[oó]n))\b"
)
_NAMED_CODE = r"(?:zoom|access|entry|entrance|door|gate|security|alarm|lock|host|room) code\b"
_FOR_WHAT = r"(?:\s?\([^()]{0,30}\)|\s(?:for|to|of|de|del|para)\s(?:[^\s:=]{1,15}\s?){1,4}?(?=\s?(?:is\b|es\b|[:=])))?"
_IS = r"(?:is|es|est|ist|será|will be)\b"
_SEPARATOR = rf"\s?(?:{_IS}\s?)?[:=#–-]{{1,3}}\s?"
# "Password: not needed" and "password-protected" contain no password.
_NO_VALUE = (
    r"(?!(?:is |are )?(?:(?:not |none |no se |is )?(?:needed|required?|necessary|necesita|requerid[ao])|none|n/?a|"
    r"ningun[ao]|protect\w*|protegid[ao]|free|less)(?![\w-]))"
)
# After a label without a colon, these words go on with the sentence: "the password is sent by e-mail". Joined to
# another word they are the password: "IN-HARMONY", "on.time".
_GOES_ON = (
    r"(?!(?:protect\w*|required?|requires|needed|necessary|given|sent|available|provided|posted|emailed|changes|changed|"
    r"to|for|and|or|from|by|on|at|in|is|are|the|a|an|will|may|can|please|when|if|that|has|was|not|no|via|with|free|"
    r"es|est|ist|para|por|en|de|del|y|o|se|no|la|el)(?![\w'’]|[-–.,_/@+]\w))"
)
_PASSWORD = (
    rf"{_STRONG_LABEL}{_FOR_WHAT}{_SEPARATOR}{_NO_VALUE}\S",
    rf"(?<!no )(?<!sin ){_STRONG_LABEL}{_FOR_WHAT}\s?(?:{_IS}\s?)?{_NO_VALUE}{_GOES_ON}[\w\"'“‘(*!@#$&]",
    rf"(?<!no )(?<!sin )(?<!without ){_STRONG_LABEL}[^.,;:=]{{1,40}}[:=]\s?(?!\d\d\b){_NO_VALUE}\S",
    rf"\b(?:pin|clave|c[oó]digo|pc|pass|{_NAMED_CODE}){_FOR_WHAT}{_SEPARATOR}{_NO_VALUE}[^\s:=#–-]",
    rf"\b(?:pin|clave|{_NAMED_CODE})\b\s?(?:{_IS}\s)?(?=\S{{0,80}}\d)\S",
    rf"(?<!zip )(?<!area )(?<!postal )\b(?:c[oó]digo|code|pc|pass)\b\s?(?:{_IS}\s?)?[:=#–-]{{0,3}}\s?"
    r"(?=\S{0,77}\d\S{0,3}\d\S{0,3}\d)\S",
    r"(?<!zip )(?<!area )(?<!postal )(?<!dress )\b(?:code)\b\s?[:=#]\s?(?=\S{0,80}\d)\S",
    rf"\b(?:pin|clave|{_NAMED_CODE}) {_IS} {_GOES_ON}\w",
)
# The secret stands before its label: "Use tide7 as the password".
_VALUE_FIRST = (
    r"(?<!\S)(?=\S{0,40}\d)\S{1,40} (?:is |as |for |es )?\(?(?:the |your |our |la |el )?(?:zoom |meeting )?"
    r"(?:pass[\s-]?(?:word|code)|pwd|pin|contraseña|clave)\)?\W{0,5}$"
)
_SECRET_TO_COME = re.compile(
    r"(?<!no )(?<!sin )(?<!without )\b(?:pass[\s-]?(?:word|code)s?|pwd|p/?w|pin|clave|contraseñas?)\s?(?:is|es)?\s?"
    r"[:=–-]{0,3}\s?$",
    re.I,
)
_SECRET_WORD = re.compile(rf"{_STRONG_LABEL}|\b(?:pin|clave)\b", re.I)
_PAYMENT = (
    r"\b(?:venmo|pay\s?pal|cash\s?app|zelle|gofundme)\b",
    r"(?<!\S)[@$](?!(?:noon|midnight|home|the)\b)[^\W\d]\w{2,}[\w.-]*",
)

# Names of groups and places lose only what is certain: "Code 3 Group", "Sober @Sunrise", "Group 867-5309" stay whole.
_CERTAIN = (
    r"(?<![\w.+%'-])[\w.+%'-]++[@＠]\w[\w-]{0,62}\.\w[\w.-]*",
    r"(?<![\w.+%'-])[\w.+%'-]++[@＠](?:gmail|yahoo|hotmail|outlook|aol|icloud|proton)\w*",
    *_EMAIL[2:],
    *_PHONE,
    r"(?:\b(?:call|text|phone|tel|ph|cell|llam[ae])\b[.:]?\s?)\d{3}[.–-]?\s?\d{4}(?![\d–-])",
    rf"{_STRONG_LABEL}{_FOR_WHAT}{_SEPARATOR}{_NO_VALUE}[^\s)\]]+",
    rf"{_STRONG_LABEL}\s?(?:{_IS}\s?)?(?=\S{{0,80}}\d)[^\s)\]]+",
    r"\b(?:pin|clave)\s?(?:is|es)?\s?[:=#]\s?[^\s)\]]+",
    r"\bpin\s?(?=\S{0,80}\d)(?=\S{3})[^\s)\]]+",
    rf"\b(?:{_NAMED_CODE})\s?(?:{_IS}\s?)?[:=#]{{0,2}}\s?(?=\S{{0,80}}\d)[^\s)\]]+",
    r"\b(?:code|c[oó]digo|pass|pc)\s?[:=#]\s?(?=\S{0,77}\d\S?\d\S?\d)[^\s)\]]+",
    r"\b(?:venmo|pay\s?pal|cash\s?app|zelle)\b\W{0,3}[@$][\w.-]+",
)

# Words with a capital that follow "call", "ring" or "text" and are nobody's name.
_NO_PERSON = (
    r"Study|Book|Central|Intergroup|Office|Hotline|Helpline|Zoom|Group|The|In|For|To|On|At|Us|Church|Meetings?|"
    r"Room|District|Area|Before|Ahead|First|Your|Our|An?|And|Or|If|When|It|This|That|Only|No|Not|Bell|Buzzer|Doorbell|"
    r"Door|Numbers?|Lists?|Line|Back|Calls?|Conference|Access|Information|Info|Service|Website|Online|Hall|Center|"
    r"Meditation|Big|Step|Literature|Entrance|Side|Rear|Front|Main|Building|Upon|Once|After|Use|Please|Monday|Tuesday|"
    r"Wednesday|Thursday|Friday|Saturday|Sunday"
)
_NAME = rf"(?!(?:{_NO_PERSON})\b)[^\W\d_a-z][^\W\d_A-Z'’]+"
_ASK = (
    r"(?i:\b(?:contact[ae]?|call|text|phone|message|e-?mail|reach(?: out to)?|ask(?: for)?|dm|whatsapp|ring|"
    r"llam[ae])\b"
    r"(?:[\s/,]{1,4}(?:or|and|a|person|our|the|text|call|email|secretary|chair|host|member|info|is|by|gsr)){0,7})"
)
_ROLE = (
    r"(?i:\b(?:contact(?: person| info(?:rmation)?| name)?|secretary|chair(?:person)?|gsr|host|facilitator|"
    r"treasurer|leader|trusted servant)(?:(?<!chair)s)?)"
)
# "Host: First Presbyterian Church", but not "Host: Tom at First Presbyterian Church" or "Host: John Hall".
_INSTITUTION = (
    r"(?i:(?:(?!(?:at|in|from|or)\b)[\w&][\w.&'’-]*+\s){0,6}"
    r"(?:church|cent(?:er|re)|club(?:house)?|group|synagogue|library|hospital|school|college|university|intergroup|"
    r"community|society|cathedral|ministr(?:y|ies)|foundation|association|committee|district|area|fellowship|alano|ymca|"
    r"building|office|website|iglesia|centro|grupo|parroquia|biblioteca|escuela|"
    r"(?:(?<=\w\w\s)lodge|temple|parish|vfw|legion) hall)\b(?!\s*\w*\s*(?-i:[A-Z])))"
)
_NOBODY = (
    r"(?i:(?:rotat\w+|var(?:y|ies|ied|ious)|volunteers?|needed|open|tb[ad]|none|any(?:one)?|members?|see|via|use|"
    r"the group|our|different|vacant|ninguno)\b)"
)
_TO_ASK_FOR = re.compile(rf"{_ASK}\s*[:–-]?\s+{_NAME}")
_TO_ASK_BY_ROLE = re.compile(rf"{_ROLE}\s?[:=–]\s?(?!{_NOBODY}|{_INSTITUTION})\S")
# The first letter of a name; a text without any such letter need not be searched for one.
_FIRST_OF_NAME = re.compile(r"[^\W\d_a-z]")
_PERSON_TO_COME = re.compile(rf"(?:{_ASK}|{_ROLE})\s?[:=–-]?\s?$")
_STARTS_WITH_NAME = re.compile(rf"\W{{0,3}}{_NAME}")
# "Dave will answer" beside a number.
_NAME_WITH_VERB = re.compile(
    rf"\W{{0,3}}(?!(?:Members?|Newcomers?|Everyone|Someone|Somebody|We|You|They|There|Entry|Doors?|Hosts?|All)\b)"
    rf"{_NAME}(?:\s[A-Z]\.?)?\s"
    r"(?:will|answers|can|has the key|is (?:the|our) (?:host|chair|secretary|contact|leader|gsr))\b"
)
_CAPITAL = r"[^\W\d_a-z][\w'’-]*"
# "Tom" alone on its line, or "Tom Sailor."; a word that ends a sentence ("Chips.") is no name.
_NO_BARE_NAME = (
    r"(?!(?:Chips|Coffee|Cake|Café|Open|Closed|Abierta|Cerrada|Hybrid|Zoom|Online|Phone|Telephone|Email|Speaker|Discussion|"
    r"Beginners?|Newcomers?|Women|Men|Masks|Parking|Wheelchair|Elevator|Welcome|Bienvenidos|Potluck|Snacks|Dial|Join|"
    r"Meeting|Big Book|Twelve|Step)\b)"
)
_BARE_NAME = re.compile(
    rf"\W*{_NO_BARE_NAME}(?:{_CAPITAL}[^\w.!?]*|{_CAPITAL}\s+{_CAPITAL}(?:\s+{_CAPITAL})?\W*)"
)
_SHORT = {"mr", "mrs", "ms", "dr", "st", "ave", "rd", "ph", "tel", "no", "ext", "cell", "mob", "apt", "rm"}


# Rows of one group and groups in one building repeat the same texts.
_cache_texts = lru_cache(maxsize=20_000)


def _match_any(*patterns: str) -> re.Pattern[str]:
    """Return one pattern that matches any of the patterns, without regard to case."""
    return re.compile("|".join(patterns), re.I)


_REACHES_SOMEONE = _match_any(*_EMAIL, *_PHONE, *_LOCAL_PHONE, *_DIGITS)
_WHOLE_CLAUSE = _match_any(*_EMAIL, *_PHONE, *_LOCAL_PHONE, *_DIGITS, *_PAYMENT, _VALUE_FIRST)
_SECRET = _match_any(*_PASSWORD)
_IN_NAME = _match_any(*_CERTAIN)


def public_notes(value: object) -> str:
    """Return notes as plain text without the sentences that contain private data, and with cleaned links."""
    return _public_notes(plain_text(value, limit=NOTES_LENGTH, lines=True))


@_cache_texts
def _public_notes(text: str) -> str:
    """Return notes without the clauses that contain private data, line by line."""
    lines = [_split_clauses(line) for line in text.split("\n")]
    public = iter(_remove_private([clause for line in lines for clause, _mark in line]))
    kept = [_join_clauses(line, [next(public) for _ in line]) for line in lines]
    return "\n".join(" ".join(line.split()) for line in kept if re.search(r"\w", line))


def public_name(value: object) -> str:
    """Return the name of a group, meeting or place without contacts and passwords."""
    return _public_name(plain_text(value, limit=NAME_LENGTH))


@_cache_texts
def _public_name(text: str) -> str:
    """Return a name without links, personal names and contact data."""
    text = _without_urls(text)
    if not _IN_NAME.search(text):
        return _trim(text)
    asked = [found.start() for each in (_TO_ASK_FOR, _TO_ASK_BY_ROLE) if (found := each.search(text))]
    return _trim(_IN_NAME.sub(" ", text[: min(asked, default=len(text))]))


def public_address(value: object) -> str:
    """Return a line or part of a postal address without contacts and passwords."""
    return _public_address(plain_text(value))


@_cache_texts
def _public_address(text: str) -> str:
    """Return an address without links and personal data."""
    return _trim(_IN_NAME.sub(" ", _without_urls(text)))


def extract_links(value: object) -> list[str]:
    """Return the cleaned web addresses in a text, in their order."""
    text = plain_text(value, limit=NOTES_LENGTH)
    return [address for found in _URL.findall(text) if (address := public_web_address(found))]


def quote_if_public(value: object) -> str:
    """Return the value in quotes, for a reason that curators read, if it is too short and plain to be private."""
    text = plain_text(value, limit=60)
    plain_enough = re.fullmatch(r"[\w :.,/+\[\]-]{1,24}", text) and not (
        _WHOLE_CLAUSE.search(text) or _SECRET.search(text)
    )
    return f" “{text}”" if plain_enough else ""


def _without_urls(text: str) -> str:
    """Return the text with a single space for each web address: the patterns are slow on runs of spaces."""
    return re.sub(r"\s{2,}", " ", _URL.sub(" ", text))


def _trim(text: str) -> str:
    """Return a text without empty brackets, repeated spaces and punctuation at its ends."""
    text = re.sub(r"\(\s*\)|\[\s*\]", " ", text)
    return re.sub(r"\s+", " ", text).strip().strip("-–,:;/|*").strip()


def _clean_links(sentence: str) -> str:
    """Return a sentence in which each link is replaced by its public form."""
    return _URL.sub(lambda found: public_web_address(found[0]), sentence)


_CLAUSE_END = re.compile(r"[.!?][\"”')\]]*\s+|\s\*[\s*]*\s|\s(?:/{1,2}|--+|\|+|[—•·])\s")


def _split_clauses(line: str) -> list[tuple[str, str]]:
    """Split after . ! ? and rows of stars and at " / ", " -- ", " | ".

    Return each clause with the mark that divides it from the next one, "" where its own last sign ends it. The text is
    not split after an initial: "Contact John S. 555-0100" is one clause.
    """
    parts, start = [], 0
    for found in _CLAUSE_END.finditer(line):
        mark = found[0].strip()
        if found[0][0] in ".!?":
            # Only the last word is read: otherwise a line of many initials would be read as often as it has initials.
            before = line[start : found.start()].rsplit(maxsplit=1)
            word = before[-1].strip("(").casefold() if before else ""
            if mark.startswith(".") and ((len(word) == 1 and word.isalpha()) or word in _SHORT):
                continue
            parts.append((line[start : found.end()].strip(), ""))
        elif mark.startswith("*"):
            parts.append((line[start : found.end()].strip(), ""))
        else:
            parts.append((line[start : found.start()].strip(), mark))
        start = found.end()
    parts.append((line[start:].strip(), ""))
    return [(part, mark) for part, mark in parts if part]


def _join_clauses(clauses: list[tuple[str, str]], public: list[str]) -> str:
    """Return the public forms of a line's clauses in one line; a mark stays where a clause still follows it."""
    line, mark = "", ""
    for (original, next_mark), clause in zip(clauses, public, strict=True):
        if clause:
            line = " ".join(part for part in (line, mark if line else "", clause) if part)
            mark = next_mark
        elif mark and not next_mark:
            # The last clause of this sentence is gone, so the clause before it ends the sentence.
            line, mark = line + ("." if original.endswith((".", "!", "?")) else ""), ""
    return line


def _asks_for_person(text: str) -> bool:
    """Return whether a clause says whom to call, by name or by role."""
    names_person = _FIRST_OF_NAME.search(text) and _TO_ASK_FOR.search(text)
    return bool(names_person or _TO_ASK_BY_ROLE.search(text))


def _remove_private(clauses: list[str]) -> list[str]:
    """Return each clause as it can be published; "" for one that must go whole."""
    bare = [_without_urls(clause) for clause in clauses]
    contact = [bool(_REACHES_SOMEONE.search(text)) for text in bare]
    private = [bool(_WHOLE_CLAUSE.search(text) or _asks_for_person(text)) for text in bare]
    for index, text in enumerate(bare):
        if _SECRET_TO_COME.search(text):  # "Password:" with the password on the next line
            private[index : index + 2] = [True] * len(private[index : index + 2])
        following = bare[index + 1] if index + 1 < len(bare) else ""
        if _STARTS_WITH_NAME.match(following) and _PERSON_TO_COME.search(text):
            private[index : index + 2] = [True, True]
        beside = contact[max(index - 1, 0) : index + 2]
        names_someone = _BARE_NAME.fullmatch(text) or _NAME_WITH_VERB.match(text)
        private[index] = private[index] or (any(beside) and bool(names_someone))
    public = []
    for clause, text, hide in zip(clauses, bare, private, strict=True):
        cleaned = "" if hide else _clean_links(clause)
        public.append(_cut_secret(cleaned) if cleaned and _SECRET.search(text) else cleaned)
    return public


# What may stand before a password and says nothing without it.
_LEAD_IN = frozenset(
    "zoom meeting id the a our your its this with and or of for is are use using enter join online dial by via no at "
    "on in to you need will be it then when asked room access link see please also code number phone door gate entry "
    "call de la el con para por y o en su usa usar reunión acceso entrar sala enlace".split()
)


def _cut_secret(clause: str) -> str:
    """Return a text without the password in it; the text behind the password stays where its end is certain."""
    found = _SECRET.search(clause)
    if not found:
        return clause
    before, after = clause[: found.start()], ""
    # A password with a digit in it ends at a comma, semicolon or dash, and one in brackets where they close.
    opened = max(before.rfind("("), before.rfind("["))
    if opened >= 0 and not re.search(r"[)\]]", before[opened:]):
        _secret, closing, rest = re.sub(r"[)\]]", ")", clause[found.start() :]).partition(")")
        before, after = before[: opened + 1], rest if closing else ""
    elif end := re.match(r"[^\s,;]*\d[^\s,;]*(?:[,;]\s|\s[–-]\s)", clause[found.end() - 1 :]):
        after = clause[found.end() - 1 + end.end() :]
    if after and (_SECRET.search(after) or _SECRET_WORD.search(after)):
        after = ""
    before = _without_lead_in(before)
    end_mark = clause[-1] if clause[-1] in ".!?" and before and not after else ""
    return (
        " ".join(part for part in (before, after.strip(" ,;-–") if re.search(r"\w", after) else "") if part)
        + end_mark
    )


def _without_lead_in(text: str) -> str:
    """Return the words before a password without those that lead to it; "" where nothing is said without them."""
    words = text.split()
    # "Enter by the side door, PW …" is complete up to its comma; "Enter with the password …" is not.
    is_complete = text.rstrip().endswith((",", ";", ":", "(", "[", "-", "–"))
    while words and not is_complete and words[-1].strip(",;:-–").casefold() in _LEAD_IN:
        words.pop()
    said = [
        word for word in words if re.search(r"\w", word) and word.strip(",;:.()[]").casefold() not in _LEAD_IN
    ]
    says_something = (said and len(words) > 2) if is_complete else len(said) > 1
    return " ".join(words).rstrip(" ,;:([-–") if says_something else ""
