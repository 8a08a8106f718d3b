from tests.feeds.sample import bring  # noqa: F401 - a fixture
