"""I3, N7: nothing that a visitor writes into a header or before a path reaches another visitor.

The real server is asked for each page with the headers by which proxies change prefix, path, host and scheme. These
requests come first, so that whatever is remembered is remembered from a forged one; then every page is asked plainly.
The planted fault is a server that believes a prefix.
"""

import re
import shutil
import ssl
from collections.abc import Iterator

import pytest
from django.test import Client, RequestFactory

from recovery_site.management.commands.serve import GUNICORN_ARGUMENTS
from recovery_site.security import forwarded_headers
from tests.builders import make_listing
from tests.project_rules import MAY_IMPORT, ROOT
from tests.safety import raw_http
from tests.safety.own_site import OwnSite, copied_site

pytestmark = pytest.mark.one_database("headers, which the server reads")

ORIGIN = "http://localhost:8765"
PREFIX, PORT, HOST = "/canary-prefix", "4242", "canary.example"
FILL = """
from tests.builders import make_group, make_listing
from directory.models import Channel
for number in range(3):
    make_listing("therapists", slug=f"vale-{number}", languages=("es", "en"))
line = make_listing("hotlines", slug="line", country="US", always_open=True)
Channel.objects.create(listing=line, type="call", dial="+15555550100", display="555-555-0100")
make_group(slug="lantern", meetings=2)
"""
PAGES = (
    "/", "/find/", "/find/?q=vale", "/therapists/?language=es", "/es/therapists/?language=es", "/support-groups/",
    "/listing/vale-0/", "/listing/lantern/", "/listing/lantern.ics", "/now/", "/hotlines/", "/guides/", "/about/",
    "/find/suggest/?q=va", "/sitemap.xml", "/sitemap-pages.xml", "/sitemap-listings.xml", "/robots.txt", "/worker.js",
    "/manifest.webmanifest", "/suggest/", "/listing/vale-0/report/", "/accounts/login/", "/my-network/",
    "/no-such-page/", "/shared/?l=1", "/leave/",
)  # fmt: skip
FORGED = (
    f"Script-Name: {PREFIX}", f"X-Script-Name: {PREFIX}", f"X-Forwarded-Prefix: {PREFIX}",
    f"X-Forwarded-Path: {PREFIX}", f"Script-Url: {PREFIX}/", f"Redirect-Url: {PREFIX}/",
    f"PATH_INFO: {PREFIX}/find/",
    f"X-Original-Url: {PREFIX}/find/", f"X-Rewrite-Url: {PREFIX}/find/", f"X-Forwarded-Host: {HOST}",
    f"X-Forwarded-Server: {HOST}", f"X-Forwarded-Port: {PORT}", f"Forwarded: host={HOST};proto=https",
    f"X-Host: {HOST}", f"Referer: http://localhost{PREFIX}/", f"HX-Current-URL: http://{HOST}{PREFIX}/",
)  # fmt: skip
SCHEMES = (
    "X-Forwarded-Proto: https",
    "X-Forwarded-Protocol: ssl",
    "X-Forwarded-Ssl: on",
    "Front-End-Https: on",
)
# Before a path, a prefix of several shapes.
SHAPES = ("/{}{}", "{}/.{}", "{}/..{}", "{}//{}", "http://" + HOST + "{}{}")


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker
) -> Iterator[OwnSite]:
    folder = tmp_path_factory.mktemp("site")
    with django_db_blocker.unblock(), copied_site(folder, DEBUG="0", SITE_ORIGIN=ORIGIN, TLS="0") as site:
        site.manage("collectstatic", "--no-input", "--verbosity=0")
        site.python(FILL)
        yield site


def send_forged_headers(address: str) -> int:
    """Send every forged request; their number."""
    sent = 0
    for page in PAGES:
        host = f"localhost:{PORT}"
        asked = [
            raw_http.request_head(
                address, "GET", f"{PREFIX}{page}", f"SCRIPT_NAME: {PREFIX}", *FORGED, host=host
            ),
            raw_http.request_head(address, "GET", page, *FORGED, SCHEMES[0], host=host),
            *(raw_http.request_head(address, "GET", shape.format(PREFIX, page), *FORGED) for shape in SHAPES),
            *(
                raw_http.request_head(address, "GET", page, host=other)
                for other in (f"127.0.0.1:{PORT}", f"[::1]:{PORT}", HOST)
            ),
        ]
        for request in asked:
            raw_http.send_raw(address, request)
            sent += 1
    return sent


def find_canaries(address: str) -> list[tuple[str, str]]:
    """The pages on which a forged prefix, port or host stands, and which of them."""
    found = []
    for page in PAGES:
        answer = raw_http.get_raw(address, page)
        said = answer.head + answer.body.decode(errors="replace")
        found += [(page, canary) for canary in (PREFIX, f":{PORT}", HOST) if canary in said]
    return found


def test_forged_headers_reach_nobody_else(filled: OwnSite, figure) -> None:
    """With a server that passes all of them on: the options of `serve` are left out."""
    with filled.serving(1) as server:
        sent = send_forged_headers(server.address)
        found = find_canaries(server.address)
    figure(
        "N7", f"{sent} requests with forged prefixes, paths and hosts reached {len(found)} pages", must="0"
    )
    assert found == []


def test_shipped_server_accepts_no_prefix(filled: OwnSite) -> None:
    with filled.serving(1, *GUNICORN_ARGUMENTS[3:]) as server:
        assert raw_http.get_raw(server.address, f"{PREFIX}/find/", f"SCRIPT_NAME: {PREFIX}").status == 404


def test_server_that_accepts_a_prefix_is_detected(filled: OwnSite, tmp_path) -> None:
    """The planted fault: settings without the line that holds it."""
    module = tmp_path / "believing.py"
    module.write_text(
        "from recovery_site.settings import *\nFORCE_SCRIPT_NAME = None\n"
        "MIDDLEWARE = [each for each in MIDDLEWARE if 'forwarding' not in each]\n"
    )
    shutil.copy(module, filled.folder / "believing.py")
    believing = OwnSite(
        filled.folder, filled.url, **{k: filled.environment[k] for k in ("DEBUG", "SITE_ORIGIN")}
    )
    believing.environment |= {
        "DJANGO_SETTINGS_MODULE": "believing",
        "PYTHONPATH": f"{filled.environment['PYTHONPATH']}:{filled.folder}",
    }
    page = "/therapists/?language=es"
    with believing.serving(1) as server:
        raw_http.get_raw(server.address, PREFIX + page, f"SCRIPT_NAME: {PREFIX}")
        assert (page, PREFIX) in find_canaries(server.address)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["SCRIPT_NAME", "SCRIPT_URL", "REDIRECT_URL"])
def test_prefix_of_any_server_is_ignored(client: Client, name: str) -> None:
    """Servers other than gunicorn put these straight into the environment of a request."""
    make_listing(slug="vale")
    value = PREFIX if name == "SCRIPT_NAME" else f"{PREFIX}/therapists/"
    for page in ("/therapists/", "/", "/now/", "/accounts/login/", "/no-such-page/"):
        assert PREFIX not in client.get(page, **{name: value}).content.decode()


@pytest.mark.parametrize("proxies", ["0", "1"])
def test_scheme_is_accepted_from_trusted_proxies_only(filled: OwnSite, proxies: str) -> None:
    """With TLS on, a request that counts as plain is sent on to https; one that counts as secure is answered."""
    site = OwnSite(
        filled.folder,
        filled.url,
        DEBUG="0",
        TLS="1",
        SITE_ORIGIN="https://localhost",
        TRUSTED_PROXIES=proxies,
    )
    with site.serving(1) as server:
        for line in SCHEMES:
            answer = raw_http.get_raw(server.address, "/about/", line, host=f"localhost:{PORT}")
            believed = proxies == "1" and line == SCHEMES[0]
            assert answer.status == (200 if believed else 301), line
            assert believed or answer.header("Location") == "https://localhost/about/"


@pytest.mark.parametrize("name", [*forwarded_headers.SCHEME_HEADERS, *forwarded_headers.OTHER_HEADERS])
def test_no_view_sees_an_untrusted_header(name: str, settings) -> None:
    settings.TRUSTED_PROXIES = 0
    seen = {}
    forwarded_headers.ignore_untrusted_forwarding(lambda request: seen.update(request.META))(
        RequestFactory().get("/", **{name: "forged", "wsgi.url_scheme": "https"})
    )
    assert name not in seen
    assert seen["wsgi.url_scheme"] == ("http" if name in forwarded_headers.SCHEME_HEADERS else "https")


def test_server_with_its_own_tls_stays_secure() -> None:
    assert forwarded_headers.connection_scheme({}) == "http"
    assert (
        forwarded_headers.connection_scheme({"gunicorn.socket": ssl.SSLSocket.__new__(ssl.SSLSocket)})
        == "https"
    )


def test_each_option_of_the_server_is_in_the_operators_guide() -> None:
    guide = (ROOT / "docs/operator.md").read_text(encoding="utf-8")
    missing = [option for option in GUNICORN_ARGUMENTS[3:] if option not in guide]
    assert missing == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page", ["/", "/find/", "/now/", "/listing/vale/", "/about/", "/no-such-page/", "/robots.txt"]
)
def test_head_has_the_headers_of_get_and_no_body(client: Client, page: str) -> None:
    make_listing(slug="vale")
    got, head = client.get(page), client.head(page)
    assert (head.status_code, head.content) == (got.status_code, b"")
    own = {"Date", "Set-Cookie"}
    assert {k: v for k, v in head.headers.items() if k not in own} == {
        k: v for k, v in got.headers.items() if k not in own
    }


def test_head_logs_nothing(filled: OwnSite) -> None:
    with filled.serving(1, "--log-level=error") as server:
        said = server.log.read_text()
        lengths = {}
        for page in PAGES:
            answer = raw_http.get_raw(server.address, page, method="HEAD")
            assert answer.body == b""
            lengths[page] = answer.header("Content-Length")
        assert server.log.read_text() == said
        assert int(lengths["/now/"]) > 1000
    assert re.search("body bytes", said) is None


# These compare the host of a request with another part of the same request, and write neither anywhere: the guard of
# forms, the page to return to after a sign-in at the admin, and the origin of a passkey.
COMPARES_THE_HOST = {"core/same_origin.py", "curation/admin_site.py", "network/accounts/passkey_origin.py"}


def test_no_absolute_address_is_built_from_a_request() -> None:
    built = re.compile(r"build_absolute_uri|get_host\(|get_current_site|HTTP_HOST|SERVER_NAME|RequestSite")
    found = {
        str(path.relative_to(ROOT))
        for app in MAY_IMPORT
        for path in (ROOT / app).rglob("*.py")
        if built.search(path.read_text(encoding="utf-8"))
    }
    assert found == COMPARES_THE_HOST
