"""The site's own settings with the two languages of tests/pseudo.py beside its own and error pages at will, for a
server that tests start."""

import os
from pathlib import Path

from recovery_site.settings import *  # noqa: F403
from recovery_site.settings import ACCOUNT_RATE_LIMITS, LANGUAGES, LOCALE_PATHS
from tests import pseudo

LANGUAGES = [*LANGUAGES, *pseudo.LANGUAGES]
LOCALE_PATHS = [*LOCALE_PATHS, Path(os.environ["PSEUDO_LOCALES"])]
ROOT_URLCONF = "tests.pseudo_urls"
# One walk over all pages in all languages makes more accounts in a minute than any address may.
ACCOUNT_RATE_LIMITS = {**ACCOUNT_RATE_LIMITS, "signup": "100/m/ip"}
# Whoever needs a second code in half a minute takes the next one.
MFA_TOTP_TOLERANCE = 1
