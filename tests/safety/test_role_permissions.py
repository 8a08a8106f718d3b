"""A8: roles hold. Every address of the desk, every role, both methods, against the table that is declared here.

c: curator, o: curator of another region, p: publisher, s: steward, u: superuser. Nobody else ever gets in.
"""

from contextlib import contextmanager

import pytest
import reversion
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from core.work_queues import sorted_queues
from curation.models import CuratorRegion, LikelyDuplicate, LinkCheck, Report, Suggestion
from curation.roles import regions
from curation.roles.roles import GROUPS, publisher_group
from directory.kinds.registry import kinds
from directory.models import Organization, Place, Region, SynonymEntry, TranslationReview, ZeroResultQuery
from feeds.models import ImportRun, Source
from network.accounts.allauth_internals import TOTP, generate_totp_secret
from tests.builders import make_account, make_curator
from tests.safety.admin_rows import make_one_of_each

pytestmark = [pytest.mark.django_db, pytest.mark.one_database("permissions, which Python decides")]
ROLES = {
    "anonymous": "", "member": "", "staff without a second factor": "", "curator": "c",
    "curator of another region": "o", "publisher": "p", "steward": "s", "superuser": "u",
}  # fmt: skip
# Page → who may open it, who may send it. "-" for a page that takes no such request.
LISTING = {
    "changelist": ("copsu", "copsu"), "add": ("copsu", "copsu"), "upload": ("copsu", "copsu"),
    "change": ("cpsu", "cpsu"), "history": ("cpsu", "-"), "revision": ("cpsu", "cpsu"),
    "delete": ("u", "u"), "recoverlist": ("u", "-"), "recover": ("u", "u"),
}  # fmt: skip
RECORD = {"add": ("", ""), "delete": ("", ""), "history": ("cpsu", "-")}
CARD = {"changelist": ("copsu", "copsu"), "add": ("", ""), "delete": ("u", "u"), "next": ("cpsu", "-"),
        "change": ("cpsu", "psu"), "listing": ("psu", "psu"), "history": ("cpsu", "-")}  # fmt: skip
PLAIN = {"changelist", "add", "change", "history", "delete"}
TABLE = {
    **{kind.model: LISTING for kind in kinds.values()},
    Report: CARD,
    # Nothing lies anywhere yet: everybody's.
    Suggestion: CARD | {"next": ("copsu", "-"), "change": ("copsu", "psu"), "history": ("copsu", "-"),
                        "listing": ("", "")},
    LikelyDuplicate: RECORD | {"changelist": ("psu", "psu"), "change": ("psu", "psu"), "history": ("psu", "-")},
    LinkCheck: RECORD | {"changelist": ("copsu", "copsu"), "change": ("cpsu", "")},
    ImportRun: RECORD | {"changelist": ("copsu", "copsu"), "change": ("cpsu", ""), "decide": ("-", "psu")},
    Source: RECORD | {"changelist": ("copsu", "copsu"), "change": ("cpsu", "su"), "add": ("su", "su")},
    Region: dict.fromkeys(PLAIN, ("su", "su")) | {"history": ("su", "-")},
    # Words and translations lie nowhere: everybody's.
    SynonymEntry: {"changelist": ("copsu", "copsu"), "add": ("psu", "psu"), "change": ("copsu", "psu"),
                  "history": ("copsu", "-"), "delete": ("u", "u")},
    ZeroResultQuery: RECORD | {"changelist": ("copsu", "copsu"), "change": ("copsu", ""), "history": ("copsu", "-")},
    TranslationReview: {"changelist": ("copsu", "copsu"), "add": ("copsu", "copsu"), "change": ("copsu", ""),
                      "history": ("copsu", "-"), "delete": ("psu", "psu")},
    Group: dict.fromkeys(PLAIN, ("u", "u")) | {"history": ("u", "-")},
}  # fmt: skip
TABLE[Place] = {page: who for page, who in LISTING.items() if page != "upload"}
TABLE[Organization] = {
    **{page: who for page, who in LISTING.items() if page != "upload"},
    # Names are no secret; those of others are not changed.
    "change": ("copsu", "cpsu"), "history": ("copsu", "-"), "revision": ("copsu", "cpsu"),
}  # fmt: skip
SITE = {"index": "copsu", "jsi18n": "copsu"}
# Open to all or leading to the site's own pages (where one signs in and out and changes a password; see
# tests/curation/test_admin_site.py), or tried on their own below.
ELSEWHERE = {
    "login", "logout", "password_change", "password_change_done", "autocomplete", "view_on_site", "app_list", None,
}  # fmt: skip


def create_staff(role="", **facts):
    account = make_account(is_staff=True, **facts)
    TOTP.activate(account, generate_totp_secret())
    if role:
        account.groups.add(GROUPS[role]())
    return account


@pytest.fixture
def world():
    return make_one_of_each()


def sign_in(role):
    """A client in that role."""
    client = Client()
    if role == "member":
        client.force_login(make_account())
    elif role == "staff without a second factor":
        account = make_account(is_staff=True)
        account.groups.add(publisher_group())
        client.force_login(account)
    elif role == "curator of another region":
        account = create_staff("curator")
        CuratorRegion.objects.create(curator=account, region=Region.objects.get(name="There"))
        client.force_login(account)
    elif role == "superuser":
        client.force_login(create_staff(is_superuser=True))
    elif role != "anonymous":
        client.force_login(create_staff(role))
    return client


def version_of(row):
    with reversion.create_revision():
        reversion.add_to_revision(row)
    return reversion.models.Version.objects.get_for_object(row).first()


def admin_address(row, page):
    opts = row._meta
    if page in ("revision", "recover"):
        version = version_of(row).pk
        args = (row.pk, version) if page == "revision" else (version,)
    else:
        args = () if page in ("changelist", "add", "upload", "recoverlist", "next") else (row.pk,)
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=args)


def is_open(answer):
    """Whether the page was given, or led on to where its work goes on."""
    if answer.status_code == 302:
        return (
            not answer["Location"].startswith(("/admin/login/", "/accounts/"))
            and answer["Location"] != "/admin/"
        )
    return answer.status_code == 200


def requests_of(model):
    for page, (open_to, sent_by) in TABLE[model].items():
        if open_to != "-":
            yield page, "get", open_to
        if sent_by != "-":
            yield page, "post", sent_by


@contextmanager
def unrendered_pages():
    """Answer each page without its text: the status is known before, and other tests read the pages."""

    def leave_empty(response):
        response.content = b""
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SimpleTemplateResponse, "render", leave_empty)
        yield


@unrendered_pages()
def mismatches(role, world):
    client = sign_in(role)
    found = []
    for model, row in world.items():
        for page, method, allowed in requests_of(model):
            if page == "delete" and method == "post":
                continue  # without its answer "yes" it asks, as the page itself does
            answer = getattr(client, method)(admin_address(row, page))
            if is_open(answer) is not (ROLES[role] in allowed and bool(ROLES[role])):
                found.append(f"{model.__name__} {page} {method}: {answer.status_code}")
    for name, allowed in SITE.items():
        if is_open(client.get(reverse(f"admin:{name}"))) is not (
            bool(ROLES[role]) and ROLES[role] in allowed
        ):
            found.append(name)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_matrix_of_roles_addresses_and_methods(role, world):
    assert mismatches(role, world) == []


def test_each_admin_address_is_in_the_table():
    [desk] = [each for each in get_resolver().url_patterns if str(each.pattern) == "admin/"]
    declared = {
        f"{model._meta.app_label}_{model._meta.model_name}_{page}" for model in TABLE for page in TABLE[model]
    }
    assert {name for name in names(desk) if name not in declared | SITE.keys() | ELSEWHERE} == set()
    assert set(TABLE) == set(admin.site._registry)


def names(resolver):
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from names(each)
        elif isinstance(each, URLPattern):
            yield each.name


def test_matrix_detects_a_missing_limit(world, monkeypatch):
    """The planted fault: regions do not count."""
    monkeypatch.setattr(regions, "regions_of", lambda curator: [])
    assert "Therapist change get: 200" in mismatches("curator of another region", world)


def test_matrix_detects_a_role_with_too_many_permissions(world):
    GROUPS["curator"]().permissions.add(*publisher_group().permissions.all())
    account = create_staff()
    account.groups.add(Group.objects.get(name="Curators"))
    client = Client()
    client.force_login(account)
    assert is_open(client.post(admin_address(world[Report], "change")))


def test_removed_permission_applies_at_the_next_request(client, world):
    account = make_curator(client, "steward")
    page = admin_address(world[Region], "change")
    assert client.get(page).status_code == 200
    account.groups.clear()
    assert client.get(page).status_code == 403
    account.is_staff = False
    account.save()
    assert client.get(page).status_code == 302


def test_added_region_applies_at_the_next_request(client, world):
    account = make_curator(client)
    listing = world[kinds["therapists"].model]
    assert client.get(admin_address(listing, "change")).status_code == 200
    CuratorRegion.objects.create(curator=account, region=Region.objects.get(name="There"))
    assert not is_open(client.get(admin_address(listing, "change")))


@pytest.mark.parametrize("slug", kinds)
def test_no_page_for_another_region_names_a_listing(world, slug):
    """Lists, searches, autocompletes, filters, queues, files: all that may be asked without an id."""
    client = sign_in("curator of another region")
    model = kinds[slug].model
    listing = world[model]
    shown = [
        client.get(admin_address(listing, "changelist")),
        client.get(admin_address(listing, "changelist"), {"q": "Canary", "_facets": "True"}),
        client.get(admin_address(listing, "changelist"), {"name__startswith": "Can"}),
        client.get(reverse("admin:index")),
        client.get(reverse("admin:curation_report_changelist"), {"q": "Canary"}),
        client.get(reverse("admin:curation_linkcheck_changelist"), {"q": "example"}),
        client.get(reverse("admin:curation_suggestion_changelist")),
    ]
    for answer in shown:
        assert answer.status_code == 200
        assert ">Canary<" not in answer.content.decode()
    asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": "place"}
    assert client.get(reverse("admin:autocomplete"), {**asked, "term": ""}).json()["results"] == []


@pytest.mark.parametrize(
    "action", ["pause", "checked_by_phone", "checked_facts", "change_several", "download", "publish", "close"]
)
def test_no_action_reaches_another_region(world, action):
    client = sign_in("curator of another region")
    listing = world[kinds["therapists"].model]
    answer = client.post(
        admin_address(listing, "changelist"),
        {
            "action": action, "_selected_action": [listing.pk], "select_across": "1", "reason": "No.",
            "how": "called", "step": "apply", "add_languages": ["es"],
        },
    )  # fmt: skip
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert b"Canary" not in content
    listing.refresh_from_db()
    assert (listing.status, listing.languages, listing.verifications.count()) == ("published", (), 0)


def test_place_of_another_region_cannot_be_chosen_by_its_id(world):
    client = sign_in("curator of another region")
    model = kinds["therapists"].model
    facts = {"name": "Mine", "status": "draft", "place": world[Place].pk, "text_language": "en"}
    totals = {
        f"{rows}-{name}": 0
        for rows in ("channels", "intervals", "exceptions")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    answer = client.post(admin_address(world[model], "add"), {**facts, **totals})
    assert "place" in answer.context["adminform"].form.errors


def test_link_to_the_public_page_respects_regions(world):
    listing = world[kinds["therapists"].model]
    ids = (ContentType.objects.get_for_model(listing).pk, listing.pk)
    assert (
        sign_in("curator of another region").get(reverse("admin:view_on_site", args=ids)).status_code == 404
    )
    assert sign_in("curator").get(reverse("admin:view_on_site", args=ids)).status_code == 302


@pytest.mark.parametrize(
    ("model", "page", "method"),
    [
        *((kind.model, page, "post") for kind in kinds.values() for page in ("change", "revision")),
        (Report, "change", "post"),
        (Report, "listing", "post"),
        (LikelyDuplicate, "change", "post"),
        (Place, "change", "post"),
        (Organization, "change", "post"),
        (ImportRun, "decide", "post"),
        (Source, "change", "get"),
    ],
)
def test_publishers_of_another_region_may_decide_nothing(world, client, model, page, method):
    account = make_curator(client, "publisher")
    assert is_open(getattr(client, method)(admin_address(world[model], page)))
    CuratorRegion.objects.create(curator=account, region=Region.objects.get(name="There"))
    answer = getattr(client, method)(admin_address(world[model], page))
    assert (
        answer.status_code in (403, 404)
        or answer["Location"].startswith(
            ("/admin/curation/likelyduplicate/?", "/admin/curation/likelyduplicate/")
        )
        or answer["Location"] == "/admin/"
    )


def test_queues_count_only_own_regions(world):
    client_of_other = create_staff("publisher")
    CuratorRegion.objects.create(curator=client_of_other, region=Region.objects.get(name="There"))
    counts = {queue.key: queue.count for queue in sorted_queues(client_of_other) if queue.count}
    assert counts == {"suggested": 1}
    assert {queue.key for queue in sorted_queues(create_staff("publisher")) if queue.count} > {
        "reported",
        "doubles",
    }
