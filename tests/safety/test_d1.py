"""D1: what was acknowledged survives kill -9, and nothing is half-written.

A person saves listings through HTTP, one after the other, while the processes that answer are killed at random moments.
Whatever was answered with 303 is in the list afterwards, in its order, and the list opens. Planted fault: with the
answer given before the commit (the list written in a thread after it), acknowledged listings are missing.
"""

import http.client
import json
import random
import threading
import time

from tests.safety.figures import figure
from tests.safety.own_site import post
from tests.soak import size

KILLS = size(10, 100)
KILLS_EACH = 10
LISTINGS = 190
BEGIN = """
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
LOOK = """
import json
from network.models import Account
from network.saving import in_account
from directory.models import Listing
slugs = dict(Listing.objects.values_list("pk", "slug"))
print(json.dumps([slugs[pk] for pk in in_account(Account.objects.get(pk={pk}))]))
"""


class Saver(threading.Thread):
    """Saves one listing after the other, each again until it is acknowledged."""

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
                status = post(
                    f"{self.address}/my-network/keep/", f"listing=place-{number}".encode(), self.headers
                )
            except (OSError, http.client.HTTPException):
                self.lost_answers += 1
                time.sleep(0.02)
                continue
            assert status == 303, status
            self.acknowledged.append(f"place-{number}")
            number += 1


def one_round(site, server, number, kills):
    pk, session = json.loads(site.python(BEGIN.format(listings=LISTINGS, number=number)))
    saver = Saver(server.address, session)
    saver.start()
    for _ in range(kills):
        time.sleep(random.uniform(0.1, 0.5))
        assert server.kill_workers()
    saver.stopped.set()
    saver.join(60)
    held = json.loads(site.python(LOOK.format(pk=pk)))
    return saver, held


def test_d1_acknowledged_saves_survive_kills(own_site):
    site = own_site()
    acknowledged = lost = killed = 0
    with site.serving() as server:
        for number in range(-(-KILLS // KILLS_EACH)):
            saver, held = one_round(site, server, number, min(KILLS, KILLS_EACH))
            # One more may be there: written, and killed before the answer.
            missing = [slug for slug in saver.acknowledged if slug not in held]
            assert held[: len(saver.acknowledged)] == saver.acknowledged or missing
            assert len(held) - len(saver.acknowledged) in (0, 1)
            acknowledged += len(saver.acknowledged)
            lost += len(missing)
            killed += min(KILLS, KILLS_EACH)
    figure("D1", f"{killed} kills, {acknowledged} saves acknowledged, {lost} lost, 0 half-written")
    assert lost == 0
    assert acknowledged >= killed
