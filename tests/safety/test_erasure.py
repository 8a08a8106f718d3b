"""P5: account deletion is complete and permanent.

No row of any model is left and no byte in the files of SQLite. A backup made before the deletion does not bring the
person back, whether it is restored here or on a new machine that has the ledger of deletions.

Planted faults: without `secure_delete` bytes stay in the file; a restore without the ledger brings the person back.
"""

import json
import shutil

import pytest
from django.apps import apps

from tests.soak import size

CANARIES = size(50, 500)
FILL = """
import json, uuid
from network.accounts import recovery_codes
from network.accounts.allauth_internals import TOTP, RecoveryCodes, generate_totp_secret
from network.models import Account, EncryptedItem, Session
from network.vault import store
from network.vault.items import Person
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
kept = Account.objects.create_user("kept-otter-1", "four plain words are good")
gone = Account.objects.create_user("gone-otter-1", "four plain words are good")
for person in (kept, gone):
    recovery_codes.create_recovery_code(person)
    for number in range({canaries}):
        item = Person(f"Canary {{number}} of {{person.login_name}}", boundaries="x" * (number % 40 * 50))
        store.save_item(person, uuid.uuid4(), item, store.UNSAVED_VERSION)
    TOTP.activate(person, generate_totp_secret())
    RecoveryCodes.activate(person)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session.save()
gone.refresh_from_db()
traces = [gone.login_name, gone.password, gone.recovery_hash, bytes(gone.wrapped_key).decode()]
traces += [factor.data.get("secret") or factor.data["seed"] for factor in gone.authenticator_set.all()]
traces += [row.session_data for row in Session.objects.filter(account=gone)]
ciphertexts = [bytes(row.ciphertext).hex() for row in EncryptedItem.objects.filter(account=gone)]
print(json.dumps([traces, ciphertexts]))
"""
ERASE = """
from django.db import connection
from network.data_rights import account_deletion
from network.models import Account
{before}
account_deletion.delete_account(Account.objects.get(login_name="gone-otter-1"))
"""
PEOPLE = """
import json
from network.models import Account
from network.vault import store
names = []
for person in Account.objects.order_by("login_name"):
    names += [person.login_name] + [row.item.name for row in store.load_items(person)][:1]
print(json.dumps(names))
"""
UNSAFE = "connection.cursor().execute('PRAGMA secure_delete=OFF')"


def count_traces(site, traces, ciphertexts):
    """Return how many traces occur in what the site wrote: its database, the write-ahead log and its own files."""
    content = b"\n".join(path.read_bytes() for path in sorted(site.folder.glob("site.sqlite3*")))
    found = [trace for trace in traces if trace.encode() in content]
    return len(found) + sum(bytes.fromhex(each)[:60] in content for each in ciphertexts)


def count_rows(site):
    """Return the rows left of the person, in all models that refer to an account."""
    models = [model._meta.label for model in apps.get_models() if leads_to_account(model)]
    code = f"""
from django.apps import apps
from network.models import Account
print(Account.objects.filter(login_name="gone-otter-1").count())
for label in {models!r}:
    model = apps.get_model(label)
    for field in model._meta.get_fields():
        if field.is_relation and field.concrete and field.related_model is Account and field.many_to_one:
            known = Account.objects.values("pk")
            print(model.objects.exclude(**{{field.attname: None}}).exclude(**{{field.attname + "__in": known}}).count())
"""
    return sum(map(int, site.python(code).split()))


def leads_to_account(model):
    from network.models import Account

    return any(field.is_relation and field.related_model is Account for field in model._meta.get_fields())


def test_erasure_leaves_nothing_p5(own_site, figure):
    site, elsewhere = own_site(), own_site()
    traces, ciphertexts = json.loads(site.python(FILL.format(canaries=CANARIES)))
    is_sqlite = site.url.startswith("sqlite")
    if is_sqlite:
        assert count_traces(site, traces, ciphertexts) == len(traces) + len(ciphertexts)
    file = site.folder / "before.backup"
    site.manage("backup", str(file))
    site.python(ERASE.format(before=""))
    bytes_left = count_traces(site, traces, ciphertexts) if is_sqlite else 0
    rows_left = count_rows(site)

    site.manage("restore", str(file))
    assert people(site) == ["kept-otter-1", "Canary 0 of kept-otter-1"]
    # A new machine that knows of the erasing by the file alone.
    shutil.copy(site.folder / "erasures", elsewhere.folder / "erasures")
    assert "Accounts erased again: 1" in elsewhere.manage("restore", str(file))
    assert people(elsewhere) == ["kept-otter-1", "Canary 0 of kept-otter-1"]
    if is_sqlite:
        assert count_traces(elsewhere, traces, ciphertexts) == 0
    measured = f"{CANARIES} texts: {rows_left} rows and {bytes_left} traces left, 0 back from an older backup"
    figure("P5", measured, must="0, 0 and 0" if is_sqlite else "0 rows, 0 back; files rest on the sealing")
    assert rows_left == bytes_left == 0


def people(site):
    found = json.loads(site.python(PEOPLE))
    return [
        name if "otter-1" not in name or "of" not in name else f"Canary 0 of {name.split()[-1]}"
        for name in found
    ]


def test_erasure_faults_are_detected_p5(own_site):
    """Detect the planted faults."""
    site = own_site()
    traces, ciphertexts = json.loads(site.python(FILL.format(canaries=20)))
    file = site.folder / "before.backup"
    site.manage("backup", str(file))
    if site.url.startswith("sqlite"):
        site.python(ERASE.format(before=UNSAFE))
        assert count_traces(site, traces, ciphertexts) > 0
    else:
        site.python(ERASE.format(before=""))
    (site.folder / "erasures").unlink()
    site.python("from network.models import Erasure\nErasure.objects.all().delete()")
    site.manage("restore", str(file))
    assert "gone-otter-1" in people(site)


@pytest.mark.django_db
def test_encrypted_items_refer_only_to_their_account_p5():
    from network.models import EncryptedItem, Session

    assert {field.name for field in EncryptedItem._meta.get_fields()} == {
        "id",
        "account",
        "version",
        "ciphertext",
    }
    assert leads_to_account(Session)
