"""Clean web addresses of meetings: remove the passwords that people paste into them."""

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from feeds.formats.text import plain_text

URL_LENGTH = 1000  # characters

_HOST = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,40})", re.I)
_BARE = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?::\d{1,5})?(?:[/?#]|$)", re.I)
_NOT_PUBLIC = (".localhost", ".local", ".lan", ".internal", ".test", ".invalid", ".onion", ".home", ".arpa")
# Hosts whose addresses are people's payment handles or private phones.
_PERSONAL = ("venmo.com", "paypal.com", "paypal.me", "cash.app", "zellepay.com", "wa.me", "api.whatsapp.com")
_PRIVATE_KEYS = r"pwd|pswd|passwd|password|passcode|pass|pw|psw|pin|p|token|tk|zak|uname|secret|key|code|auth"
_PERSON = r"phone|tel|mobile|email|mail|e-mail|contact|name|username|user|displayname"
_SECRET_NAME = re.compile(rf"(?:.*[_-])?(?:{_PRIVATE_KEYS}|{_PERSON})", re.I)
_SECRET_IN_PATH = re.compile(rf"[;&/](?:{_PRIVATE_KEYS})=", re.I)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w")
_PHONE = re.compile(r"(?:tel:|\+\d{7})")
_UNSAFE = re.compile(r"[\s\\<>\"'`{}|^\x00-\x20]")

_VIDEO = (
    "zoom.us", "zoomgov.com", "zoom.com", "meet.google.com", "teams.microsoft.com", "teams.live.com",
    "webex.com", "gotomeeting.com", "gotomeet.me", "goto.com", "jit.si", "whereby.com",
    "ringcentral.com", "bluejeans.com",
    "freeconferencecall.com", "skype.com",
)  # fmt: skip
# The id is in the path. Anything after it is a password, a tracking parameter or a typing error.
_ID_IN_PATH = ("zoom.us", "zoomgov.com", "zoom.com", "meet.google.com")


def public_web_address(value: object) -> str:
    """Return a public http or https address without secrets, or "" if the value is none."""
    words = plain_text(value, limit=URL_LENGTH).split()
    text = words[0].rstrip(".,;)") if words else ""
    if "://" not in text:
        text = f"https://{text}" if _BARE.match(text) else ""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if not _is_public_web(text, parts.scheme, host) or "@" in parts.netloc:
        return ""
    path, query = _clean_path(parts.path, host), _clean_query(parts.query, host)
    address = urlunsplit(
        (parts.scheme, host + (f":{port}" if port else ""), path, query, _clean_fragment(parts.fragment))
    )
    return "" if _names_a_person(address) else address


def is_video(address: str) -> bool:
    """Return whether a cleaned address opens a meeting at a known video service."""
    parts = urlsplit(address)
    return len(parts.path) > 1 and _is_at(parts.hostname or "", _VIDEO)


def _is_public_web(text: str, scheme: str, host: str) -> bool:
    """Return whether an address is a web address on a public host without unsafe characters."""
    if scheme not in ("http", "https") or _UNSAFE.search(text) or len(host) > 253:
        return False
    return bool(_HOST.fullmatch(host)) and not host.endswith(_NOT_PUBLIC) and not _is_at(host, _PERSONAL)


def _is_at(host: str, hosts: tuple[str, ...]) -> bool:
    """Return whether a host is one of these hosts or below one of them."""
    return any(host == name or host.endswith(f".{name}") for name in hosts)


def _clean_path(path: str, host: str) -> str:
    """Return the path of a link without secrets and without what was pasted behind it, such as spaces."""
    quoted_mark = re.search(r"%3f|%26|%23", path, re.I)
    path = re.sub(
        r"(?:%20|%0d|%0a|%09)+$", "", path[: quoted_mark.start()] if quoted_mark else path, flags=re.I
    )
    secret = _SECRET_IN_PATH.search(path)
    path = path[: secret.start()] if secret else path
    return path.split("&")[0] if _is_at(host, _ID_IN_PATH) else path


def _clean_query(query: str, host: str) -> str:
    """Return the query of a link without passwords and other secrets."""
    if _is_at(host, _ID_IN_PATH):
        return ""
    try:
        pairs = parse_qsl(
            query, max_num_fields=30
        )  # a field without "=" is the end of a password and is left out
    except ValueError:
        return ""
    return urlencode([(key, text) for key, text in pairs if not _SECRET_NAME.fullmatch(key)])


def _clean_fragment(fragment: str) -> str:
    """Return the fragment if it leads to a room or a heading, such as "#/room/…" or "#meetings"."""
    return fragment if re.fullmatch(r"!?/?[\w/-]{1,80}", fragment) and "success" not in fragment else ""


def _names_a_person(address: str) -> bool:
    """Return whether an address contains an e-mail address or a phone number."""
    readable = unquote(address)
    return bool(_EMAIL.search(readable) or _PHONE.search(readable))
