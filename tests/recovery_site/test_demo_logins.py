import io
import json
import re
import stat

import pytest
from allauth.mfa.models import Authenticator
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.urls import reverse

from network.models import Account
from tests.network.steps import is_signed_in, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO, settings.STATE_DIR = True, tmp_path
    return tmp_path / "demo-logins.json"


def printed() -> str:
    out = io.StringIO()
    call_command("demo_logins", stdout=out)
    return out.getvalue()


def password_of(name: str, text: str) -> str:
    return re.search(rf"{name}\s+password (\S+)", text)[1]


def test_demo_logins_are_rejected_without_demo_mode(settings, tmp_path):
    settings.DEMO, settings.STATE_DIR = False, tmp_path
    with pytest.raises(CommandError):
        printed()
    assert not Account.objects.exists()
    assert not list(tmp_path.iterdir())


def test_demo_logins_are_the_same_the_second_time(demo):
    first, second = printed(), printed()
    for name in ("demo-curator", "demo-member"):
        assert password_of(name, first) == password_of(name, second)
    assert re.search(r"key (\S+),", first)[1] == re.search(r"key (\S+),", second)[1]
    assert stat.S_IMODE(demo.stat().st_mode) == 0o600


def test_demo_logins_differ_between_installations(demo):
    first = printed()
    demo.unlink()
    second = printed()
    assert password_of("demo-curator", first) != password_of("demo-curator", second)
    assert Account.objects.count() == 2
    assert Authenticator.objects.count() == 1
    assert Account.objects.get(login_name="demo-member").check_password(password_of("demo-member", second))


def test_demo_curator_signs_in_to_the_admin_with_the_printed_code(demo, client):
    text = printed()
    response = sign_in(client, "demo-curator", password_of("demo-curator", text))
    assert response["Location"] == reverse("mfa_authenticate")
    client.post(reverse("mfa_authenticate"), {"code": re.search(r"code now (\d{6})", text)[1]})
    assert client.get("/admin/").status_code == 200
    curator = Account.objects.get(login_name="demo-curator")
    assert not curator.is_superuser
    assert curator.has_perm("groups.change_supportgroup")
    assert not curator.has_perm("network.view_account")


def test_demo_member_signs_in_without_access_to_the_admin(demo, client):
    sign_in(client, "demo-member", password_of("demo-member", printed()))
    assert is_signed_in(client)
    assert client.get("/admin/", follow=True).status_code == 403


def test_changed_demo_password_is_reset(demo):
    text = printed()
    member = Account.objects.get(login_name="demo-member")
    member.set_password("something else entirely")
    member.save()
    printed()
    member.refresh_from_db()
    assert member.check_password(password_of("demo-member", text))


def test_demo_file_contains_the_printed_logins(demo):
    text = printed()
    assert json.loads(demo.read_text())["demo-member"]["password"] in text


def found() -> list[str]:
    return [
        message.msg for message in run_checks(include_deployment_checks=True) if message.id == "steady.E001"
    ]


def test_deployment_check_fails_while_demo_logins_exist(demo, settings):
    printed()
    assert found() == []
    settings.DEMO = False
    assert len(found()) == 2
    Account.objects.filter(login_name__startswith="demo-").delete()
    assert found() == []
