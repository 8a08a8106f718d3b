from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.feeds.sample import import_rows  # noqa: F401 - a fixture
from tests.safety.own_site import OwnSite, copied_site


@pytest.fixture
def own_site(tmp_path: Path, django_db_setup: None, django_db_blocker) -> Iterator[Callable[..., OwnSite]]:
    """Makes sites on copies of the tests' empty database."""
    with django_db_blocker.unblock(), ExitStack() as stack:
        made = 0

        def make(**more: str) -> OwnSite:
            nonlocal made
            made += 1
            folder = tmp_path / f"site-{made}"
            folder.mkdir()
            return stack.enter_context(copied_site(folder, **more))

        yield make


@pytest.fixture(scope="module")
def one_site(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker
) -> Iterator[OwnSite]:
    """One such site for all tests of a module."""
    with django_db_blocker.unblock(), copied_site(tmp_path_factory.mktemp("site")) as made:
        yield made
