"""CSV files in the admin, and changes to several listings at once."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from reversion.models import Version

from curation.models import CuratorRegion
from directory.admin import csv_io, csv_views
from directory.kinds.registry import kinds
from directory.models import Listing, Organization, Region
from tests.builders import make_curator, make_listing
from tests.directory.admin.test_admin import act, address, messages_of
from tests.form_filling import sent_by

pytestmark = pytest.mark.django_db
THERAPIST = kinds["therapists"].model
UPLOAD = "/admin/directory/therapist/upload/"


def send(client, text):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", content)})


def apply(client, preview_page):
    return client.post(UPLOAD, sent_by(preview_page, "form.apply"), follow=True)


def problems(preview_page):
    return [
        (problem.row, problem.column, problem.reason) for problem in preview_page.context["preview"].problems
    ]


def test_preview_shows_differences_and_writes_nothing_until_applied(client):
    curator = make_curator(client)
    listing = make_listing(slug="one", name="One", source="example", provenance={"*": {"source": "Example"}})
    make_listing(slug="two", name="Two")
    preview_page = send(client, "slug,name,languages,always_open\none,Uno,es en,yes\ntwo,Two,,no\n")
    [difference] = preview_page.context["preview"].differences
    assert difference.changes == {
        "name": ("One", "Uno"), "languages": ("", "en es"), "always_open": ("no", "yes"),
    }  # fmt: skip
    assert "Uno" in preview_page.content.decode()
    assert Listing.objects.get(slug="one").name == "One"
    assert not Version.objects.exists()
    assert messages_of(apply(client, preview_page)) == ["1 listing changed."]
    listing.refresh_from_db()
    assert (listing.name, listing.languages, listing.always_open) == ("Uno", ("en", "es"), True)
    assert listing.provenance["name"]["corrected_by"] == str(curator.pk)
    assert [each.field_dict["name"] for each in Version.objects.get_for_object(listing)] == ["Uno", "One"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("slug,name\nnone,X\n", (2, "slug", "no listing of yours has this address")),
        ("slug,name\none,\n", (2, "name", "This field is required.")),
        ("slug,languages\none,klingon\n", (2, "languages", "klingon")),
        ("slug,status\none,gone\n", (2, "status", "gone")),
        ("slug,status\none,paused\n", (2, "status_reason", "Say why")),
        ("slug,always_open\none,perhaps\n", (2, "always_open", "write yes or no")),
        ("slug,organization\none,Nobody\n", (2, "organization", "no organization has this name")),
        ("slug,zone\none,Mars/Base\n", (2, "zone", "no time zone")),
        ("slug,accepting_on\none,tomorrow\n", (2, "accepting_on", "valid date")),
        ("slug,accepting\none,yes\n", (2, "", "Say on which day")),
        ("slug,price_low,price_high\none,50,20\n", (2, "", "should not be lower")),
        ("slug,name\none,A\none,B\n", (3, "slug", "earlier row")),
        (f"slug,name\none,{'x' * 300}\n", (2, "name", "at most 255")),
    ],
)  # fmt: skip
def test_invalid_row_is_reported_with_row_column_and_reason(client, text, problem):
    make_curator(client)
    make_listing(slug="one", name="One")
    preview_page = send(client, text)
    [(row, column, reason)] = problems(preview_page)
    assert (row, column) == problem[:2]
    assert problem[2] in reason
    assert "form.apply" not in preview_page.content.decode()
    assert preview_page.context["changes"] == ""


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"name\nX\n", "no column"),
        (b"slug,nonsense,town\na,b,c\n", "Unknown columns: nonsense, town."),
        (b"slug,name,name\na,b,c\n", "twice: name"),
        (b"slug,name\na\n", "Row 2 has 1 cells"),
        ("slug,name\na,Müller\n".encode("latin-1"), "UTF-8"),
        (b"PK\x03\x04\x00\x00", "no CSV"),
        (b'slug,name\na,"open\n', "no CSV"),
        (b"slug,name\n" + b"a,b\n" * 5001, "5000 rows"),
        (b"slug,name\na," + b"x" * 2_100_000, "2 MB"),
        (b"slug,name\na," + b"x" * 200_000, "no CSV"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else None,
)
def test_unreadable_file_is_refused_with_reason(client, content, reason):
    make_curator(client)
    answer = send(client, content)
    assert reason in " ".join(answer.context["form"].errors["file"])


def test_file_with_semicolons_is_read(client):
    make_curator(client)
    make_listing(slug="one", name="One")
    preview_page = send(client, "\ufeffslug;name\r\none;Uno, dos\r\n")
    assert preview_page.context["preview"].differences[0].changes == {"name": ("One", "Uno, dos")}


def test_listing_changed_since_the_preview_is_previewed_again(client):
    make_curator(client)
    listing = make_listing(slug="one", name="One")
    preview_page = send(client, "slug,name\none,Uno\n")
    Listing.objects.filter(pk=listing.pk).update(name="Someone else’s")
    answer = apply(client, preview_page)
    assert "Something changed since you looked" in answer.content.decode()
    assert Listing.objects.get().name == "Someone else’s"
    assert answer.context["preview"].differences[0].changes == {"name": ("Someone else’s", "Uno")}


def test_preview_is_void_for_others_or_when_altered_or_old(client, time_machine):
    make_curator(client)
    make_listing(slug="one", name="One")
    changes = send(client, "slug,name\none,Uno\n").context["changes"]
    client.post(UPLOAD, {"changes": changes + "x"})
    client.post(UPLOAD.replace("therapist", "hotline"), {"changes": changes})
    make_curator(client)
    client.post(UPLOAD, {"changes": changes})
    assert Listing.objects.get().name == "One"
    time_machine.move_to(datetime.datetime.now(datetime.UTC))
    changes = send(client, "slug,name\none,Uno\n").context["changes"]
    time_machine.shift(csv_views.MAX_PREVIEW_AGE + datetime.timedelta(minutes=1))
    client.post(UPLOAD, {"changes": changes})
    assert Listing.objects.get().name == "One"


def test_too_many_changes_at_once_are_refused(client, monkeypatch):
    monkeypatch.setattr(csv_views, "MAX_SIGNED_LENGTH", 10)
    make_curator(client)
    make_listing(slug="one", name="One")
    preview_page = send(client, "slug,name\none,Uno\n")
    assert preview_page.context["changes"] == ""
    assert "Send the file in parts" in preview_page.content.decode()


def test_upload_respects_regions_and_roles(client):
    here, there = (Region.objects.create(name=name, country="US") for name in ("Here", "There"))
    make_listing(slug="mine", name="Mine", region=here, status="draft")
    make_listing(slug="theirs", name="Theirs", region=there)
    curator = make_curator(client, "curator")
    CuratorRegion.objects.create(curator=curator, region=here)
    preview_page = send(client, "slug,name\nmine,New\ntheirs,New\n")
    assert problems(preview_page) == [(3, "slug", "no listing of yours has this address")]
    preview_page = send(client, "slug,status\nmine,published\n")
    assert problems(preview_page)[0][:2] == (2, "status")
    preview_page = send(client, "slug,name\nmine,New\n")
    Listing.objects.filter(slug="mine").update(region=there)
    apply(client, preview_page)
    assert set(Listing.objects.values_list("name", flat=True)) == {"Mine", "Theirs"}


def test_query_count_of_unchanged_rows_is_constant(client, django_assert_max_num_queries):
    make_curator(client)
    names = [make_listing().slug for _number in range(40)]
    text = "slug,always_open\n" + "".join(f"{name},no\n" for name in names)
    send(client, text)  # writes the key of the day
    with django_assert_max_num_queries(20):
        assert send(client, text).context["preview"].rows == 40


def test_csv_columns_contain_every_field_of_each_kind():
    for kind in kinds.values():
        assert set(kind.phone_check_fields) | set(kind.extra_fields) <= set(csv_io.csv_columns(kind)) | {
            "meetings"
        }


def test_admin_pages_have_no_inline_script_or_style(client):
    make_curator(client)
    listing = make_listing(slug="one", name="One")
    asked = act(client, THERAPIST, "change_several", [listing])
    for page in (send(client, "slug,name\none,Uno\n"), asked, client.get(UPLOAD)):
        text = page.content.decode()
        assert not [mark for mark in ("<style", " style=", " onclick") if mark in text]


# ---- Bulk edit ----


def test_bulk_edit_previews_first_and_changes_at_the_next_request(client):
    make_curator(client)
    hope = Organization.objects.create(name="Hope House")
    listings = [make_listing(languages=["en", "es"]), make_listing(languages=["vi"]), make_listing()]
    asked = act(client, THERAPIST, "change_several", listings[:2])
    form = {**sent_by(asked, "form.bulk-edit"), "add_languages": ["vi"], "drop_languages": ["es"]}
    page = address(THERAPIST, "changelist")
    preview_page = client.post(page, {**form, "step": "preview"})
    assert preview_page.context["affected"] == 1
    assert not Version.objects.exists()
    form = {**sent_by(preview_page, "form.bulk-edit"), "organization": "hope house"}
    assert client.post(page, {**form, "step": "preview"}).context["affected"] == 2
    answer = client.post(page, {**form, "step": "apply"}, follow=True)
    assert messages_of(answer) == ["2 listings changed."]
    found = [Listing.objects.get(pk=each.pk) for each in listings]
    assert [each.languages for each in found] == [("en", "vi"), ("vi",), ()]
    assert [each.organization for each in found] == [hope, hope, None]
    assert Version.objects.get_for_object(found[0].kind_instance).count() == 2


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"organization": "Nobody"},
        {"add_languages": ["es"], "drop_languages": ["es"]},
        {"add_languages": ["klingon"]},
        {"region": "1"},
    ],
    ids=str,
)
def test_bulk_edit_refuses_invalid_values(client, facts):
    make_curator(client)
    listing = make_listing(languages=["en"])
    answer = act(client, THERAPIST, "change_several", [listing], step="apply", **facts)
    assert answer.context["form"].errors
    assert Listing.objects.get().languages == ("en",)


def test_bulk_edit_is_all_or_nothing(client, monkeypatch):
    make_curator(client)
    listings = [make_listing(), make_listing()]
    from directory.listings import services

    kept, done = services.mark_corrected, []

    def failing(*args, **options):
        done.append(args)
        if len(done) == 2:
            raise RuntimeError("power cut")
        return kept(*args, **options)

    monkeypatch.setattr(services, "mark_corrected", failing)
    with pytest.raises(RuntimeError):
        act(client, THERAPIST, "change_several", listings, step="apply", add_languages=["es"])
    assert not Listing.objects.exclude(languages="").exists()


def test_list_links_to_the_upload_page(client):
    make_curator(client)
    assert reverse("admin:directory_therapist_upload") == UPLOAD
    assert UPLOAD in client.get(address(THERAPIST, "changelist")).content.decode()
