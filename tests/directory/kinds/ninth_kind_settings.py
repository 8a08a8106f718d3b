"""The site's own settings with the app of the ninth kind, for the tests in `ninth_kind_walk.py`."""

from recovery_site.settings import *  # noqa: F403
from recovery_site.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.directory.kinds.ninth_kind.apps.NinthKindConfig"]
