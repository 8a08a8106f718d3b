"""M3: staff cannot read private data.

A superuser opens every page of the admin and searches every list. None shows anybody's saved list, code, second
factor, password or session.
"""

from urllib.parse import urljoin, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from curation.models import CuratorRegion, LikelyDuplicate, Message, Report
from directory.models import Region
from network.models import Account, EncryptedItem, Session
from recovery_site import models as site_models
from tests.builders import make_account, make_curator
from tests.curation.test_admin_site import admin_addresses
from tests.safety.admin_rows import make_one_of_each

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("the text of pages")]
CANARY = "canary-4f1d"
# An id that no listing has, so that it is told from those that are shown anyway.
SAVED = 98765432101
PRIVATE = (Account, EncryptedItem, Session, Authenticator, EmailAddress, Message)
MAX_PAGES = 600


@pytest.fixture
def private():
    """Return marked values in all private data of a member, and of a curator whom the admin names."""
    rows = make_one_of_each()
    member = make_account(f"{CANARY}-member")
    curator = make_account("named-curator", is_staff=True)
    for account in (member, curator):
        account.recovery_hash = account.password = f"{CANARY}-hash"
        account.wrapped_key = CANARY.encode() + bytes(account.wrapped_key)
        account.save()
        Authenticator.objects.create(user=account, type="totp", data={"secret": f"{CANARY}-seed"})
        EncryptedItem.objects.create(account=account, ciphertext=f"{CANARY} {SAVED}".encode())
    Session.objects.create(session_key=f"{CANARY}-session", session_data=CANARY, expire_date=timezone.now())
    CuratorRegion.objects.create(curator=curator, region=Region.objects.get(name="Here"))
    Report.objects.update(code_hash=f"{CANARY}-code", handled_by=curator)
    LikelyDuplicate.objects.update(decided_by=curator)
    return rows


def first_pages():
    """Return the addresses that the admin declares, and each list with its searches."""
    addresses = [*admin_addresses(), "/admin/"]
    for model in admin.site._registry:
        page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        addresses += [page, f"{page}?q={CANARY}", f"{page}?q={SAVED}"]
    return addresses


def find_canaries(client, waiting, *, most=MAX_PAGES):
    """Return the pages of the admin that show a marked value, and how many were opened, `most` at most."""
    seen, found = set(), []
    while waiting and len(seen) < most:
        address = waiting.pop()
        if address in seen or address.startswith(("/admin/logout", "/admin/password_change")):
            continue
        seen.add(address)
        answer = client.get(address)
        text = answer.content.decode(errors="replace") if not answer.streaming else ""
        # What was searched for stands in the box and in the links of the page; rows are counted instead. A list that
        # cannot be searched shows all of its rows, and is read at its plain address.
        if "?q=" in address:
            shown = (answer.context or {}).get("cl")
            found += [address] if shown and shown.search_fields and shown.result_count else []
            continue
        found += [address] if CANARY in text or str(SAVED) in text else []
        waiting += [link for link in links(address, text) if link not in seen]
    return found, len(seen)


def links(address, text):
    """Return the addresses of the admin that a page links to, without other orders and filters of a list."""
    for link in BeautifulSoup(text, "html.parser").select("a[href]"):
        whole = urlsplit(urljoin(address, str(link["href"])))
        if whole.path.startswith("/admin/") and not whole.query:
            yield whole.path


def private_models_in(site):
    return [
        model for model in site._registry if issubclass(model, PRIVATE) or model._meta.app_label == "network"
    ]


def test_no_admin_page_shows_private_data(client, private):
    make_curator(client, is_superuser=True)
    found, pages = find_canaries(client, first_pages())
    assert found == []
    assert len(admin_addresses()) < pages < MAX_PAGES


def test_private_models_are_not_in_the_admin():
    assert private_models_in(admin.site) == []
    kept = [model for model in vars(site_models).values() if isinstance(model, type)]
    assert not [model for model in kept if model in admin.site._registry]


@pytest.mark.parametrize("path", ["recovery_hash", "password", "held__sealed", "login_name"])
@pytest.mark.parametrize(
    ("page", "person"),
    [
        ("curation_report", "handled_by"),
        ("curation_likelyduplicate", "decided_by"),
        ("directory_therapist", "verifications__verified_by"),
        ("directory_region", "curatorregion__curator"),
        ("auth_group", "user"),
    ],
)
def test_no_list_can_be_filtered_by_account(client, private, page, person, path):
    """A filter in the address would tell a hash letter by letter."""
    make_curator(client, is_superuser=True)
    asked = {f"{person}__{path}__startswith": CANARY}
    answer = client.get(reverse(f"admin:{page}_changelist"), asked)
    assert answer.status_code == 400 or answer["Location"].endswith("?e=1")


def test_nobody_can_impersonate():
    names = " ".join(admin_addresses())
    assert not [word for word in ("impersonat", "hijack", "login-as", "loginas", "su/") if word in names]


def test_crawl_detects_a_revealing_page(client, private, monkeypatch):
    """The planted fault: an account is called by its hash."""
    monkeypatch.setattr(Account, "__str__", lambda account: account.recovery_hash)
    make_curator(client, is_superuser=True)
    found, _pages = find_canaries(client, ["/admin/directory/region/"], most=1)
    assert found == ["/admin/directory/region/"]


def test_rule_detects_a_private_model():
    site = admin.AdminSite()
    site.register(EncryptedItem)
    assert private_models_in(site) == [EncryptedItem]
