"""P7: nobody reads or changes another person's data.

One person requests every private address with the ids of another person's rows in the path and in the form, by every
method. Nothing is read or changed, and another person's row is not found.

Planted fault: rows are read without a check of their owner. The last test then reads the other person's text.
"""

import itertools
import random
import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from network.accounts import recovery_codes
from network.accounts.allauth_internals import TOTP, RecoveryCodes, generate_totp_secret
from network.models import Account, EncryptedItem, Session
from network.vault import store
from network.vault.items import Appointment, Goal, Note, Person, PlanEntry, SavedList
from tests.builders import make_account, make_listing
from tests.network.steps import ORIGIN, reauthenticate, sign_in
from tests.soak import size

pytestmark = pytest.mark.django_db
CASES = size(600, 10_000)
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")
CANARY = "Canary-of-the-other"
# Signing up, in and out is not about somebody else's rows, and would end the test's own sign-in.
ENTRANCES = {
    "account_signup", "account_login", "account_logout", "account_reset_password",
    "mfa_login_webauthn", "delete_account", "clear_device", "leave", "account_change_password", "end_sign_in_here",
}  # fmt: skip


def routes(resolver=None, before=""):
    """Yield the names and converters of all private addresses."""
    for each in (resolver or get_resolver()).url_patterns:
        where = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each, where)
        elif re.match(r"(es/)?(my-network|accounts)/", where) and each.name not in ENTRANCES:
            yield each.name, dict(each.pattern.converters)


def filled(name):
    account = make_account(name)
    place = make_listing(name=f"Place of {name}")
    for thing in (
        SavedList([place.pk]), Note(place.pk, [], CANARY), Person(CANARY), PlanEntry("signs", CANARY),
        Goal("goal", CANARY), Appointment(CANARY, on="2031-05-06", at="10:00"),
    ):  # fmt: skip
        store.save_item(account, store.row_id_for(account, thing), thing, store.UNSAVED_VERSION)
    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)
    recovery_codes.create_recovery_code(account)
    return account


@pytest.fixture
def world(time_machine):
    """Return the client of one person, and the other person with all ids. The clock stands still."""
    time_machine.move_to("2031-05-06 12:00:00+00:00", tick=False)
    other = filled("other-otter-1")
    Client().force_login(other)
    me, client = make_account("plain-otter-1"), Client(raise_request_exception=True)
    sign_in(client, me.login_name)
    reauthenticate(client)
    ids = {
        "uuid": [str(pk) for pk in EncryptedItem.objects.filter(account=other).values_list("pk", flat=True)],
        "int": [str(pk) for pk in Authenticator.objects.filter(user=other).values_list("pk", flat=True)],
        "which": list(Session.objects.filter(account=other).values_list("pk", flat=True)),
    }
    return client, other, ids


def state(account):
    account = Account.objects.get(pk=account.pk)
    rows = [
        (str(row.pk), row.version, bytes(row.ciphertext))
        for row in EncryptedItem.objects.filter(account=account).order_by("pk")
    ]
    factors = [
        (factor.pk, str(factor.data)) for factor in Authenticator.objects.filter(user=account).order_by("pk")
    ]
    return (
        rows,
        factors,
        Session.objects.filter(account=account).count(),
        account.password,
        account.recovery_hash,
    )


def requests(ids, world_slugs):
    """Yield every address with every id of its type and every method, with a form that names the other's rows."""
    for (name, converters), method in itertools.product(sorted(set(map(freeze, routes()))), METHODS):
        choices = [ids.get(kind, world_slugs) for _key, kind in converters]
        for args in itertools.product(*choices):
            keys = [key for key, _kind in converters]
            yield name, dict(zip(keys, args, strict=True)), method


def freeze(route):
    name, converters = route
    kinds = {"UUIDConverter": "uuid", "IntConverter": "int", "SlugConverter": "slug"}
    return name, tuple((key, kinds[type(each).__name__]) for key, each in converters.items())


def form(ids, chance):
    pk = chance.choice(ids["uuid"])
    return {
        "which": chance.choice(ids["which"]), "pk": pk, "id": pk, "row": pk, "people": pk, "part_of": pk,
        "account": "1", "version": chance.choice(["0", "1", "2"]), "name": "mine", "text": "mine", "words": "mine",
        "listing": "none", "credential": "{}", "code": "000000",
    }  # fmt: skip


def ask(client, name, kwargs, method, data):
    headers = {"Origin": ORIGIN, "Accept": random.Random(name).choice(["text/html", "application/json"])}
    path = reverse(name, kwargs=kwargs)
    given = {"data": data} if method in ("get", "head", "post") else {}
    return getattr(client, method)(path, **given, headers=headers)


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_another_persons_rows_are_not_accessible_p7(world, figure):
    client, other, ids = world
    chance, before = random.Random(7), state(other)
    cases = list(requests(ids, ["signs", "no-such-slug"]))
    chance.shuffle(cases)
    asked, found = 0, []
    for name, kwargs, method in itertools.islice(itertools.cycle(cases), max(CASES, len(cases))):
        asked += 1
        answer = ask(client, name, kwargs, method, form(ids, chance))
        names_a_row = "pk" in kwargs and method in ("get", "head", "post")
        if CANARY.encode() in body(answer) or (names_a_row and answer.status_code != 404):
            found.append((name, kwargs, method, answer.status_code))
        assert answer.status_code < 500
    crossed = state(other) != before
    addresses = len(set(map(freeze, routes())))
    measured = f"{asked} requests to {addresses} addresses: {len(found)} reads, {int(crossed)} writes"
    figure("P7", measured, must="0 reads, 0 writes, rows of others are not found")
    assert found == []
    assert not crossed


def test_another_persons_session_is_not_found_p7(world):
    client, _other, ids = world
    for which in ids["which"]:
        assert client.post(reverse("end_sign_in"), {"which": which}).status_code == 404


def test_rows_of_everybody_are_detected_p7(world, monkeypatch):
    """Detect the planted fault."""
    client, other, ids = world
    whole = store.load_items
    monkeypatch.setattr(store, "load_items", lambda account: whole(other))
    shown = [client.get(reverse("person", args=(pk,))) for pk in ids["uuid"]]
    assert any(CANARY.encode() in answer.content for answer in shown)
