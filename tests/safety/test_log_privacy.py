"""P2: nothing of a visitor in logs, database, cache or files. The real server is asked with a canary in each place that
a request has; then everything that the site wrote is searched.

What is kept of searches, for the curators, is words that found nothing, in a table of their own that knows nobody;
words that may be personal (with figures, as here) do not get into it.

Planted fault: an access log, as servers write by default; with it the same search finds the canaries.
"""

import urllib.request
from contextlib import suppress
from urllib.parse import urlencode

import pytest

from tests.safety.own_site import NoRedirects, OwnSite

pytestmark = pytest.mark.one_database("logs and files of the server")

ADDRESS, IPV6 = "203.0.113.77", "2001:db8:77:77::77"
PLACES = ("Path", "Query", "Form", "Cookie", "Agent", "Referer", "Login", "Word")
CANARIES = tuple(f"canaryofthe{place.lower()}7" for place in PLACES)
PAGES = (
    "/",
    "/find/",
    "/support-groups/",
    "/hotlines/",
    "/now/",
    "/my-network/",
    "/accounts/login/",
    "/leave/",
)
DUMP = "from tests.network import dump\nprint(dump.database_text())"


def requests(address):
    """Addresses and forms of everything that a person without an account can do."""
    for path in PAGES:
        yield f"{address}{path}?q=canaryofthequery7&near=canaryofthequery7", None
    yield f"{address}/find/?{urlencode({'q': 'canaryoftheword7 suboxone'})}", None
    yield f"{address}/listing/canaryofthepath7/", None
    yield f"{address}/canaryofthepath7/canaryofthepath7", None
    yield f"{address}/my-network/save/", {"listing": "canaryoftheform7"}
    yield f"{address}/accounts/login/", {"login": "canaryofthelogin7", "password": "canaryoftheform7 words"}
    yield (
        f"{address}/accounts/password/reset/",
        {"login_name": "canaryofthelogin7", "code": "canaryoftheform7"},
    )
    yield f"{address}/accounts/signup/", {"issued": "canaryoftheform7", "password": "canaryoftheform7"}


def walk(address):
    """How many requests were answered."""
    opener = urllib.request.build_opener(NoRedirects)
    done = 0
    for url, form in requests(address):
        headers = {
            "X-Forwarded-For": f"{IPV6}, {ADDRESS}", "User-Agent": "canaryoftheagent7/9.9", "Origin": address,
            "Referer": f"{address}/canaryofthereferer7/", "Cookie": "session=canaryofthecookie7",
        }  # fmt: skip
        data = urlencode(form).encode() if form else None
        with suppress(urllib.error.HTTPError):
            opener.open(urllib.request.Request(url, data, headers), timeout=60).close()
        done += 1
    return done


def found(site: OwnSite) -> list[str]:
    """The canaries in the files and the rows that the site wrote."""
    content = site.python(DUMP).encode() + b"".join(
        path.read_bytes() for path in sorted(site.folder.rglob("*")) if path.is_file()
    )
    traces = [ADDRESS, IPV6, "2001:db8:77:77", *CANARIES]
    return [trace for trace in traces if trace.encode() in content.lower()]


def test_walk_through_the_site_logs_nothing_p2(own_site, figure):
    site = own_site(TRUSTED_PROXIES="1")
    with site.serving() as server:
        done = walk(server.address)
    left = found(site)
    figure(
        "P2", f"{done} requests with {len(CANARIES)} canaries and two addresses: {len(left)} found", must="0"
    )
    assert left == []


def test_access_log_is_detected_p2(own_site):
    """The planted fault."""
    site = own_site(TRUSTED_PROXIES="1", GUNICORN_CMD_ARGS="--access-logfile=-")
    with site.serving() as server:
        walk(server.address)
    assert {"canaryofthequery7", "canaryofthepath7"} <= set(found(site))


def test_shipped_server_writes_no_access_log_p2():
    from recovery_site.management.commands.serve import GUNICORN_ARGUMENTS

    assert not [option for option in GUNICORN_ARGUMENTS if option.startswith("--access")]
    assert "--log-level=error" in GUNICORN_ARGUMENTS


def test_zero_result_queries_name_nobody_p2():
    from directory.models import ZeroResultQuery

    assert {field.name for field in ZeroResultQuery._meta.get_fields()} == {"id", "text", "week", "count"}
