"""Files that are no copy, or hold what no form takes, brought back: each gets one clear answer, and no page breaks.

Row of the safety matrix: N6.
"""

import io
import json
import lzma
import random
import struct
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from network.data_rights import export_copy, import_copy, zip_reader
from network.models import EncryptedItem
from network.vault import items, store
from network.vault.store import UNSAVED_VERSION
from tests.builders import make_account
from tests.network.steps import reauthenticate

pytestmark = pytest.mark.django_db
NO_COPY = "This is no copy that was taken out here."
ID = "a6e7a3c0-0000-4000-8000-00000000000{}"
GOAL = {"id": ID.format(1), "kind": "goal", "words": "Sleep before midnight", "on": "2026-12-24"}
# Long enough to be packed, and no two parts alike.
FILLING = "".join(random.Random(1).choices("abcdefghij", k=2000))


def copy_text(*kept, **more):
    made = {
        "format": export_copy.COPY_FORMAT,
        "version": export_copy.COPY_VERSION,
        "kept": list(kept),
        **more,
    }
    return json.dumps(made)


def zipped(text="", method=zipfile.ZIP_DEFLATED, name="copy.json", **facts):
    file = io.BytesIO()
    info = zipfile.ZipInfo(name)
    for key, value in facts.items():
        setattr(info, key, value)
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(info, text or copy_text(GOAL, filling=FILLING), compress_type=method)
    return bytearray(file.getvalue())


def patched(content, *, local=None, central=None):
    """With bytes put into the head of the file and into the directory, each as (position, bytes)."""
    for start, change in ((content.index(b"PK\3\4"), local), (content.index(b"PK\1\2"), central)):
        if change:
            content[start + change[0] : start + change[0] + len(change[1])] = change[1]
    return content


def short(number):
    return struct.pack("<H", number)


def long(number):
    return struct.pack("<L", number)


def scrambled(content, start=60, length=20):
    content[start : start + length] = bytes(255 - sign for sign in content[start : start + length])
    return content


def twice():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("copy.json", copy_text(GOAL))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("copy.json", copy_text())
    return file.getvalue()


def zip64():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, archive.open("copy.json", "w", force_zip64=True) as inside:
        inside.write(copy_text(GOAL).encode())
    return file.getvalue()


def many():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(zip_reader.MAX_ENTRIES + 1):
            archive.writestr(f"{number}.json", "{}")
        archive.writestr("copy.json", copy_text(GOAL))
    return file.getvalue()


BAD = {
    "encrypted": lambda: patched(zipped(), local=(6, short(1)), central=(8, short(1))),
    "encrypted by the directory": lambda: patched(zipped(), central=(8, short(1))),
    "encrypted by its head": lambda: patched(zipped(), local=(6, short(1))),
    "damaged deflate": lambda: scrambled(zipped()),
    "deflate that ends early": lambda: patched(zipped(), local=(18, long(40)), central=(20, long(40))),
    "lzma": lambda: zipped(method=zipfile.ZIP_LZMA),
    "damaged lzma": lambda: scrambled(zipped(method=zipfile.ZIP_LZMA), 45),
    "bzip2": lambda: zipped(method=zipfile.ZIP_BZIP2),
    "damaged bzip2": lambda: scrambled(zipped(method=zipfile.ZIP_BZIP2), 45),
    "an unknown method": lambda: patched(zipped(), local=(8, short(99)), central=(10, short(99))),
    "another method in its head": lambda: patched(zipped(), local=(8, short(0))),
    "another checksum": lambda: patched(zipped(), local=(14, long(1)), central=(16, long(1))),
    "another checksum in its head": lambda: patched(zipped(), local=(14, long(1))),
    "larger than it is": lambda: patched(zipped(), local=(22, long(9999)), central=(24, long(9999))),
    "larger by the directory": lambda: patched(zipped(), central=(24, long(9999))),
    "smaller than it is": lambda: patched(zipped(), local=(22, long(9)), central=(24, long(9))),
    "packed larger than it is": lambda: patched(zipped(), central=(20, long(10**6))),
    "packed smaller than it is": lambda: patched(zipped(), central=(20, long(3))),
    "of four gigabytes": lambda: patched(
        zipped(), local=(18, long(2**32 - 2)), central=(20, long(2**32 - 2))
    ),
    "with zip64 and no sizes": lambda: patched(zipped(), central=(20, long(2**32 - 1))),
    "with zip64 and no place": lambda: patched(zipped(), central=(42, long(2**32 - 1))),
    "with zip64 heads": zip64,
    "elsewhere": lambda: patched(zipped(), central=(42, long(10**6))),
    "one byte further": lambda: patched(zipped(), central=(42, long(1))),
    "with a long name in its head": lambda: patched(zipped(), local=(26, short(9999))),
    "with another name in its head": lambda: patched(zipped(), local=(30, b"evil.json")),
    "of a later version": lambda: patched(zipped(), central=(6, short(99))),
    "a link": lambda: zipped("/etc/passwd", external_attr=0o120777 << 16),
    "a folder": lambda: zipped(external_attr=0o040755 << 16),
    "there twice": twice,
    "among too many": many,
    "a zip in a zip": lambda: zipped(bytes(zipped())),
    "not there": lambda: zipped(name="other.json"),
    "one folder down": lambda: zipped(name="a/copy.json"),
    "one folder up": lambda: zipped(name="../copy.json"),
    "a bomb": lambda: zipped(" " * (20 * 1024 * 1024) + copy_text()),
    "cut": lambda: zipped()[:-30],
    "cut in the middle": lambda: zipped()[:200],
    "only its end": lambda: b"PK\5\6" + b"\0" * 18,
    "two letters": lambda: b"PK",
    "junk": lambda: b"PK" + bytes(range(256)),
    "no json": lambda: zipped("[1"),
    "no text": lambda: zipped(b"\xff\xfe\x00"),
    "very deep": lambda: zipped("[" * 100_000),
    "another format": lambda: zipped(json.dumps({"format": "x", "version": 1, "kept": []})),
    "kept is no list": lambda: zipped(
        json.dumps({"format": export_copy.COPY_FORMAT, "version": 1, "kept": 7})
    ),
    "gzip": lambda: zlib.compress(copy_text().encode(), wbits=31),
    "xz": lambda: lzma.compress(copy_text().encode()),
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
}


@pytest.fixture
def member(client):
    account = make_account()
    client.force_login(account)
    reauthenticate(client)
    return account


def bring(client, content):
    file = SimpleUploadedFile("copy.zip", bytes(content), content_type="application/zip")
    return client.post(reverse("import_copy"), {"file": file})


def kept(account):
    return [row.item for row in store.load_items(account)]


@pytest.mark.parametrize("make", BAD.values(), ids=BAD)
def test_import_of_an_invalid_file_shows_one_error(client, member, make):
    answer = bring(client, make())
    assert answer.status_code == 400
    assert answer.content.decode().count(NO_COPY) == 1
    assert not EncryptedItem.objects.exists()


@pytest.mark.parametrize("given", [{}, {"file": SimpleUploadedFile("a.zip", b"")}], ids=["none", "empty"])
def test_import_without_a_file_shows_an_error(client, member, given):
    answer = client.post(reverse("import_copy"), given)
    assert (answer.status_code, NO_COPY in answer.content.decode()) == (400, False)


GOOD = {
    "as it was taken out": zipped,
    "not packed": lambda: zipped(method=zipfile.ZIP_STORED),
    "packed again on a stream": lambda: patched(
        zipped(), local=(6, short(8) + short(8) + b"\0" * 4 + b"\0" * 12)
    ),
    "a plain file": lambda: zipped(external_attr=0o100644 << 16),
    "on its own": lambda: copy_text(GOAL).encode(),
}


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD)
def test_import_restores_an_exported_copy(client, member, make):
    assert bring(client, make()).status_code == 200
    assert [thing.words for thing in kept(member)] == ["Sleep before midnight"]


def test_damaged_archive_is_rejected(figure):
    """Each byte of a copy changed, and a thousand copies with several bytes changed."""
    whole, chance, tried, read = bytes(zipped(copy_text(GOAL))), random.Random(7), 0, 0
    places = [(position,) for position in range(len(whole))] * 3
    places += [tuple(chance.choices(range(len(whole)), k=chance.randint(2, 30))) for _ in range(1000)]
    for some in places:
        damaged = bytearray(whole)
        for position in some:
            damaged[position] = chance.randrange(256)
        tried += 1
        try:
            found = zip_reader.read_entry(bytes(damaged), "copy.json", most=import_copy.MAX_BYTES)
        except zip_reader.BadArchive:
            continue
        read += 1
        assert found == copy_text(GOAL).encode()
    figure("N6", f"{tried} damaged copies, {tried - read} refused, the rest read whole", must="0 uncaught")


# ---- What a copy holds ----


def appointment(**facts):
    given = {
        "id": ID.format(1), "kind": "appointment", "words": "Call Dev", "on": "2026-12-01", "at": "09:00",
        "zone": "America/Los_Angeles",
    }  # fmt: skip
    return {**given, **facts}


def zone(name):
    return {"id": ID.format(2), "kind": "zone", "name": name}


NO_ZONES = (
    "localtime", "posixrules", "Factory", "../x", "../../etc/passwd", "/etc/localtime", "posix/UTC", "right/UTC",
    "America", "America/", "Nowhere/Town", "a" * 65, "Europe/Berlin\n", "UTC ", "leapseconds", "zone.tab", "utc\0",
)  # fmt: skip
REFUSED = [
    *(zone(name) for name in NO_ZONES),
    *(appointment(zone=name) for name in NO_ZONES),
    *(
        appointment(on=day)
        for day in ("9999-12-31", "2201-01-01", "1899-12-31", "0001-01-01", "2026-W01-1", "x")
    ),
    *(appointment(repeat="weekly", until=day) for day in ("9999-12-31", "0001-01-01", "2026-11-30")),
    *(appointment(at=time) for time in ("24:00", "9:00", "09:00:00", "09:00+01:00", "")),
    *(appointment(minutes=length) for length in (0, -5, 1441, 10**30, "60", None)),
    {**GOAL, "on": "9999-12-31"},
    {**GOAL, "on": "0001-01-01"},
]
PAGES = (
    "my_network",
    "plan",
    "week",
    "people",
    "week_calendar",
    "my_data",
    "print_plan",
    "print_list",
    "people_and_steps",
)


@pytest.mark.every_case
@pytest.mark.parametrize(
    "thing", REFUSED, ids=lambda thing: "-".join(str(each) for each in thing.values())[37:90]
)
def test_import_rejects_what_no_form_accepts(client, member, thing):
    good = {**GOAL, "id": ID.format(9)}
    answer = bring(client, zipped(copy_text(thing, good)))
    assert answer.status_code == 200
    assert answer.context["result"] == import_copy.ImportResult(added=1, rejected=1)
    assert [client.get(reverse(name)).status_code for name in PAGES] == [200] * len(PAGES)


@pytest.mark.parametrize("name", NO_ZONES)
def test_pages_render_with_an_invalid_stored_time_zone(client, member, name):
    """Kept before such zones were refused: the week then goes by the site's own zone."""
    thing = items.TimeZone(name=name)
    store.save_item(member, store.row_id_for(member, thing), thing, UNSAVED_VERSION)
    assert [client.get(reverse(name)).status_code for name in PAGES] == [200] * len(PAGES)
    assert client.get(reverse("zone")).status_code == 200


@pytest.mark.parametrize(
    "facts", [{"until": "9999-12-31", "repeat": "weekly"}, {"on": "9999-12-31"}, {"on": "0001-01-01"}]
)
def test_pages_render_with_an_invalid_stored_date(client, member, facts):
    given = appointment(**facts)
    thing = items.item_from_dict({name: value for name, value in given.items() if name != "id"})
    store.save_item(member, store.row_id_for(member, thing), thing, UNSAVED_VERSION)
    assert [client.get(reverse(name)).status_code for name in PAGES] == [200] * len(PAGES)
