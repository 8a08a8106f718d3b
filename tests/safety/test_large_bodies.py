"""I4, D6: a body that is too large is refused by its length, before anything of it reaches a disk.

Over a socket, at the real server: files and other bodies of many sizes, in chunks, with lengths that are not true, and
broken off. The planted fault is Django's own upload handlers, which write a file of any size to the disk.
"""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from directory.admin.csv_views import MAX_UPLOAD_BYTES
from recovery_site.security.request_bodies import IDLE_SECONDS
from tests.builders import make_account, make_curator
from tests.safety import raw_http
from tests.safety.own_site import OwnSite, Server, copied_site

pytestmark = pytest.mark.one_database("bodies, which are refused before a query")

MEGABYTE = 1024 * 1024
MOST = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
BOUNDARY = "wall"
PART_HEAD = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n\r\n'.encode()
MULTIPART = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
URLENCODED = "Content-Type: application/x-www-form-urlencoded"
PAGES = (
    "/accounts/login/",
    "/suggest/",
    "/my-network/save/",
    "/my-network/import/",
    "/answer/",
    "/admin/login/",
)


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker
) -> Iterator[OwnSite]:
    """A site whose temporary files lie in a folder of their own."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "temporary").mkdir()
    with django_db_blocker.unblock(), copied_site(folder, TMPDIR=str(folder / "temporary")) as made:
        yield made


@pytest.fixture(scope="module")
def server(site: OwnSite) -> Iterator[Server]:
    with site.serving(1) as served:
        yield served


def post(
    server: Server, page: str, body: bytes, *headers: str, length: int | None = None
) -> raw_http.RawAnswer:
    """Send a form from a page of this site; `length` is what the head says of the body."""
    lines = [
        f"Content-Length: {len(body) if length is None else length}",
        f"Origin: {server.address}",
        *headers,
    ]
    return raw_http.send_raw(
        server.address, raw_http.request_head(server.address, "POST", page, *lines) + body
    )


def file_part(size: int) -> bytes:
    return PART_HEAD + b"x" * size + f"\r\n--{BOUNDARY}--\r\n".encode()


def temporary_files(server: Server, site: OwnSite) -> list[str]:
    """What the server has open, or left, in the folder for temporary files, other than gunicorn's own files."""
    folder = str(site.folder / "temporary")
    found = [str(path) for path in Path(folder).iterdir()]
    for worker in server.workers():
        for link in Path(f"/proc/{worker}/fd").iterdir():
            try:
                found.append(os.readlink(link))
            except OSError:
                continue
    return sorted({path for path in found if path.startswith(folder) and "wgunicorn" not in path})


@pytest.mark.parametrize("page", PAGES)
def test_large_file_is_rejected_unread(server: Server, site: OwnSite, page: str) -> None:
    """The answer comes while most of the file has not been sent yet, and no file was made."""
    size = 400 * MEGABYTE
    lines = [MULTIPART, f"Content-Length: {size}", f"Origin: {server.address}"]
    with raw_http.open_socket(server.address, 30) as sock:
        sock.sendall(raw_http.request_head(server.address, "POST", page, *lines))
        seen: list[str] = []
        try:
            sock.sendall(PART_HEAD)
            for _ in range(24):
                sock.sendall(b"x" * MEGABYTE)
                seen += temporary_files(server, site)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = raw_http.read_answer(sock)
    assert seen == []
    assert answer.status in (413, 0)  # 0: the kernel threw the answer away together with what nobody read


@pytest.mark.parametrize("page", PAGES)
def test_413_page_says_what_to_do(server: Server, page: str) -> None:
    answer = post(server, page, file_part(3 * MEGABYTE), MULTIPART)
    assert answer.status == 413
    words = answer.body.decode()
    assert "2 MB" in words
    assert "smaller file" in words
    assert 'href="tel:988"' in words


@pytest.mark.parametrize(
    "kind",
    [URLENCODED, MULTIPART, "Content-Type: application/json", "Content-Type: text/plain", "X-Nothing: 1"],
)
@pytest.mark.parametrize(("over", "status"), [(1, 413), (0, None)])
def test_limit_applies_to_the_whole_body(server: Server, kind: str, over: int, status: int | None) -> None:
    empty = len(file_part(0))
    body = file_part(MOST + over - empty) if kind == MULTIPART else b"a=" + b"x" * (MOST + over - 2)
    assert len(body) == MOST + over
    answer = post(server, "/accounts/login/", body, kind)
    assert answer.status == 413 if status else answer.status in (200, 403)


def test_chunked_request_gets_411(server: Server, site: OwnSite) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (65536, b"x" * 65536) for _ in range(64)) + b"0\r\n\r\n"
    for page in PAGES:
        lines = [MULTIPART, "Transfer-Encoding: chunked", f"Origin: {server.address}"]
        answer = raw_http.send_raw(
            server.address, raw_http.request_head(server.address, "POST", page, *lines) + chunks
        )
        assert answer.status in (411, 0)
        assert temporary_files(server, site) == []
    short = raw_http.request_head(
        server.address, "POST", "/suggest/", URLENCODED, "Transfer-Encoding: chunked"
    )
    assert raw_http.send_raw(server.address, short + b"3\r\na=b\r\n0\r\n\r\n").status == 411


@pytest.mark.parametrize("length", ["-1", "1e9", "0x10", "9" * 30, "9" * 5000, "+5", "5, 5", ""])
def test_invalid_length_breaks_nothing(server: Server, length: str) -> None:
    """Also where the client waits for an answer and sends nothing more: nobody waits for the rest."""
    lines = [URLENCODED, f"Content-Length: {length}"]
    began = time.monotonic()
    answer = raw_http.send_raw(
        server.address, raw_http.request_head(server.address, "POST", "/suggest/", *lines) + b"a=b"
    )
    assert 400 <= answer.status < 500
    assert time.monotonic() - began < 15
    assert server.log.read_text().count("Traceback") == 0


@pytest.mark.parametrize("kind", [URLENCODED, MULTIPART])
@pytest.mark.parametrize("page", PAGES)
def test_incomplete_body_is_no_form(server: Server, kind: str, page: str) -> None:
    """Half of a form must not count as a form: the rest may be what changes its meaning."""
    body = b"kind=support-groups&name=Half&location=San+Jose" if kind == URLENCODED else file_part(100)[:-10]
    lines = [kind, f"Content-Length: {len(body) + 1000}", f"Origin: {server.address}"]
    with raw_http.open_socket(server.address) as sock:
        sock.sendall(raw_http.request_head(server.address, "POST", page, *lines) + body)
        sock.shutdown(socket.SHUT_WR)
        answer = raw_http.read_answer(sock)
    assert answer.status in (400, 403)
    assert "failed with status 500" not in server.log.read_text()


def test_short_length_truncates_the_body(server: Server, site: OwnSite) -> None:
    """What follows is another request, and none that can be read."""
    answer = post(server, "/accounts/login/", file_part(30 * MEGABYTE), MULTIPART, length=100)
    assert answer.status in (400, 403)
    assert temporary_files(server, site) == []


def test_silent_client_is_disconnected(server: Server) -> None:
    lines = [URLENCODED, "Content-Length: 1000", f"Origin: {server.address}"]
    began = time.monotonic()
    with raw_http.open_socket(server.address, IDLE_SECONDS + 20) as sock:
        sock.sendall(raw_http.request_head(server.address, "POST", "/suggest/", *lines) + b"a=b")
        answer = raw_http.read_answer(sock)
    assert answer.status == 400
    assert time.monotonic() - began < IDLE_SECONDS + 15


def test_server_still_answers(server: Server) -> None:
    began = time.monotonic()
    assert raw_http.get_raw(server.address, "/now/").status == 200
    assert time.monotonic() - began < 5


def test_default_upload_handlers_are_detected(site: OwnSite) -> None:
    """The planted fault."""
    module = site.folder / "spilling.py"
    module.write_text(
        "from recovery_site.settings import *\n"
        "from django.conf import global_settings\n"
        "FILE_UPLOAD_HANDLERS = global_settings.FILE_UPLOAD_HANDLERS\n"
        "MIDDLEWARE = [each for each in MIDDLEWARE if 'check_body' not in each]\n"
    )
    spilling = OwnSite(site.folder, site.url, TMPDIR=site.environment["TMPDIR"])
    spilling.environment |= {
        "DJANGO_SETTINGS_MODULE": "spilling",
        "PYTHONPATH": f"{site.environment['PYTHONPATH']}:{site.folder}",
    }
    with spilling.serving(1) as server, raw_http.open_socket(server.address) as sock:
        cookie = f"Cookie: {settings.CSRF_COOKIE_NAME}={'y' * 32}"
        lines = [MULTIPART, f"Content-Length: {40 * MEGABYTE}", cookie]
        sock.sendall(raw_http.request_head(server.address, "POST", "/accounts/login/", *lines) + PART_HEAD)
        sock.sendall(b"x" * 8 * MEGABYTE)
        give_up = time.monotonic() + 10
        while not (found := temporary_files(server, spilling)) and time.monotonic() < give_up:
            time.sleep(0.1)
        assert found


# ---- Files of people whom the site knows ----


def sheet(size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile("sheet.csv", b"slug,name\r\n".ljust(size, b"x"), content_type="text/csv")


@pytest.mark.django_db
def test_curator_may_send_a_larger_file_and_sees_the_limit(client: Client) -> None:
    make_curator(client)
    address = reverse("admin:directory_therapist_upload")
    answer = client.post(address, {"file": sheet(3 * MEGABYTE)})
    assert answer.status_code == 200
    assert "2 MB" in answer.content.decode()
    assert client.post(address, {"file": sheet(MAX_UPLOAD_BYTES)}).status_code == 413


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nobody", "member", "staff without a second factor"])
def test_nobody_else_may_send_a_larger_file(client: Client, who: str) -> None:
    if who != "nobody":
        client.force_login(make_account(is_staff=who.startswith("staff")))
    answer = client.post(reverse("admin:directory_therapist_upload"), {"file": sheet(3 * MEGABYTE)})
    assert answer.status_code == 413


@pytest.mark.django_db
def test_uploaded_file_stays_in_memory(client: Client, monkeypatch) -> None:
    make_curator(client)
    monkeypatch.setattr("tempfile.NamedTemporaryFile", None)
    kept = []
    monkeypatch.setattr("directory.admin.csv_io.parse_csv", lambda data, kind: kept.append(len(data)) or [])
    client.post(reverse("admin:directory_therapist_upload"), {"file": sheet(2 * MEGABYTE)})
    assert kept == [2 * MEGABYTE]
