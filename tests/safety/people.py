"""Save listings through HTTP on a separate site, and read the resulting lists."""

import http.client
import json
import threading
import time

from tests.safety.own_site import OwnSite, post_form

LISTINGS = 190
CREATE_CODE = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from directory.models import Listing
from tests.builders import make_listing
from network.models import Account
if not Listing.objects.exists():
    for number in range({listings}):
        make_listing(slug=f"place-{{number}}")
person = Account.objects.create_user("plain-otter-{number}", None)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = person.get_session_auth_hash()
session.save()
print(json.dumps([person.pk, session.session_key]))
"""
SAVED_CODE = """
import json
from network.models import Account
from network.saved.services import account_saved_ids
from directory.models import Listing
slugs = dict(Listing.objects.values_list("pk", "slug"))
print(json.dumps([slugs[pk] for pk in account_saved_ids(Account.objects.get(pk={pk}))]))
"""


class Saver(threading.Thread):
    """Save one listing after the other, each again until it is acknowledged."""

    def __init__(self, address: str, session: str) -> None:
        super().__init__(daemon=True)
        self.address, self.stopped = address, threading.Event()
        self.headers = {"Cookie": f"session={session}", "Origin": address}
        self.acknowledged: list[str] = []
        self.lost_answers = 0

    def run(self) -> None:
        number = 0
        while number < LISTINGS and not self.stopped.is_set():
            try:
                status = post_form(
                    f"{self.address}/my-network/save/", f"listing=place-{number}".encode(), self.headers
                )
            except (OSError, http.client.HTTPException):
                self.lost_answers += 1
                time.sleep(0.02)
                continue
            assert status == 303, status
            self.acknowledged.append(f"place-{number}")
            number += 1

    def await_more(self, number: int) -> None:
        wanted, give_up = len(self.acknowledged) + number, time.monotonic() + 120
        while len(self.acknowledged) < wanted and self.is_alive() and time.monotonic() < give_up:
            time.sleep(0.005)


def create_accounts(site: OwnSite, number: int = 1) -> tuple[int, str]:
    """Create the account `plain-otter-<number>`. Return its primary key and a session key."""
    pk, session = json.loads(site.python(CREATE_CODE.format(listings=LISTINGS, number=number)))
    return pk, session


def saved_slugs(site: OwnSite, pk: int) -> list[str]:
    """Return the slugs on the person's list. Raises AssertionError when it cannot be decrypted."""
    return json.loads(site.python(SAVED_CODE.format(pk=pk)))
