from tests.feeds.sample import import_rows  # noqa: F401 - a fixture
