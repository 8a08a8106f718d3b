"""D1: what was acknowledged survives kill -9, and nothing is half-written.

A person saves listings through HTTP, one after the other, while the processes that answer are killed at random moments.
Whatever was answered with 303 is in the list afterwards, in its order, and the list opens. Planted fault: with the
answer given before the commit (the list written in a thread after it), acknowledged listings are missing.
"""

import random
import time

from tests.safety import people
from tests.soak import size

KILLS = size(10, 100)
KILLS_EACH = 10


def one_round(site, server, number, kills):
    pk, session = people.create_accounts(site, number)
    saver = people.Saver(server.address, session)
    saver.start()
    for _ in range(kills):
        saver.await_more(2)
        time.sleep(random.uniform(0, 0.3))
        assert server.kill_workers()
    saver.stopped.set()
    saver.join(60)
    return saver, people.saved_slugs(site, pk)


def test_acknowledged_saves_survive_kills_d1(own_site, figure):
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
    measured = f"{killed} kills, {acknowledged} saves acknowledged, {lost} lost, 0 half-written"
    figure("D1", measured, must="0 lost, 0 half-written")
    assert lost == 0
    assert acknowledged >= killed
