"""What every test gets: no way out of this machine, inputs made up the same way each time, and a browser."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import settings as hypothesis_settings

from core import cache
from recovery_site.i18n import catalogs
from tests import chromium, pseudo
from tests.browser.fixtures import people, site, watch  # noqa: F401 - fixtures, for every folder
from tests.soak import FIGURE

# The same inputs in each run, so that a red test is red again tomorrow. To look further afield:
# `.venv/bin/python -m pytest --hypothesis-profile=explore`.
hypothesis_settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis_settings.load_profile("ci")


def pytest_configure() -> None:
    """Settings that differ from the site's: for speed, and because nothing has been collected."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    catalogs.compile_changed_catalogs()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--second-database",
        action="store_true",
        help="run only the tests that use a database and that have no mark `one_database`, and of each test "
        "only its first case: all the rest has run on the first database",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("second_database"):
        selected = second_database_items(items)
        kept = set(selected)
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = selected


def second_database_items(items: list[pytest.Item]) -> list[pytest.Item]:
    """Return the items that the second database runs: those that use a database, the first case of each test.

    What differs between the databases fails in any case of a test. A test with the mark `every_case` runs all of its
    cases, and one with the mark `one_database` runs none.
    """
    seen: set[str] = set()
    selected = []
    for item in items:
        if not uses_database(item) or item.get_closest_marker("one_database"):
            continue
        test = item.nodeid.partition("[")[0]
        if test not in seen or item.get_closest_marker("every_case"):
            selected.append(item)
        seen.add(test)
    return selected


def uses_database(item: pytest.Item) -> bool:
    """Return whether a test asks for a database, by a mark or by a fixture."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(
        item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "django_db_setup"}
    )


def pytest_terminal_summary(terminalreporter) -> None:
    """The figures that the rows reached, a line each, from whichever process they ran in."""
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    found = (
        value
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == FIGURE
    )
    for line in sorted(set(found)):
        terminalreporter.write_line(line)


@pytest.fixture
def figure(request):
    """Prints what a row reached once the run is over: `figure("N3", "30 kills, 0 half-written", must="0")`."""

    def reached(row: str, measured: str, *, must: str) -> None:
        request.node.user_properties.append((FIGURE, f"{row}: {measured} (must: {must})"))

    return reached


class ReachedOut(RuntimeError):
    """A test tried to speak to another machine. No OSError, so that the code under test cannot swallow it."""


def is_local(address: object) -> bool:
    """Whether a socket address (a path, or host and port) stays on this machine."""
    if isinstance(address, str | bytes):
        return True
    host = address[0] if isinstance(address, tuple) and address else None
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_literal(host: object) -> bool:
    """Whether looking the host up asks nobody: no host, this one, or an address in figures."""
    if host in (None, "", "localhost", b"localhost", socket.gethostname()):
        return True
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return True


@pytest.fixture(scope="session", autouse=True)
def this_machine_only() -> Iterator[None]:
    """Close the way out: connections and datagrams only to Unix sockets and loopback, no names looked up."""
    patch = pytest.MonkeyPatch()
    for name, place in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name), place))
    look_up = socket.getaddrinfo

    def guarded_look_up(host, *args, **kwargs):
        if not is_literal(host):
            raise ReachedOut(f"a test looked up {host!r}")
        return look_up(host, *args, **kwargs)

    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def clear_caches() -> None:
    """Begin each test as in a process that has just started."""
    cache.clear_all()


@pytest.fixture(scope="session", autouse=True)
def own_erasures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What tests erase is noted in a file of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "ERASURES_FILE", tmp_path_factory.mktemp("erasures") / "erasures")
        yield


def _guarded(method, place):
    def guarded(self, *args):
        if not is_local(args[place]):
            raise ReachedOut(f"a test reached out to {args[place]!r}")
        return method(self, *args)

    return guarded


@pytest.fixture(scope="session")
def pseudo_locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pseudo.write(tmp_path_factory.mktemp("locale"))


@pytest.fixture
def pseudo_languages(settings, pseudo_locales: Path) -> None:
    """`/en-xa/` and `/ar-xb/` answer, as tests/pseudo.py says."""
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, pseudo_locales]
    settings.LANGUAGES = [*settings.LANGUAGES, *pseudo.LANGUAGES]


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless Chromium under Playwright, shared by the tests marked `browser`."""
    program = chromium.path()
    if program is None:
        pytest.skip(chromium.MISSING)
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, and Django then takes every query for async code.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        running = playwright.chromium.launch(executable_path=program, args=chromium.flags())
        yield running
        running.close()
