"""A3: password rules follow current advice.

Only length counts, common passwords are refused without asking another service, and the password is hashed as typed,
with Argon2id.

Planted faults: stripped spaces, and a rule about characters. The tables below have examples of each.
"""

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.test import Client
from django.urls import reverse

from network.models import Account
from tests.builders import PASSWORD
from tests.network.steps import is_signed_in, parse_html, sign_in, sign_up, signed_login_name

pytestmark = pytest.mark.django_db
TAKEN = (
    "fifteen letters", "x1 " * 21 + "!", "a plain sentence of sixty-four signs, told in words, not in sign",
    " blank at the start and end ", "no-capital-no-digit-no-sign", "ALLINCAPITALSOFLATIN", "48151623421131719",
    "🦦🦦🦦🦦🦦🦦🦦 and on on", "пароль из простых слов", "zwölf Boxkämpfer jagen", "tab\tand\tnewline-free one",
    "ab cd ef gh ij " * 8 + "and 128!",
)  # fmt: skip
REFUSED = (
    "", "short", "fourteen signs", "passwordpassword", "Password1Password1", "123456789012345", "qwertyuiopasdfg",
    "aaaaaaaaaaaaaaaa", "letmeinletmeinletmein", "iloveyouiloveyou", "trustno1trustno1", "abcdefghijklmnop",
    "1qaz2wsx3edc4rfv5tgb",
)  # fmt: skip


@pytest.mark.parametrize("password", TAKEN)
def test_password_is_accepted_unchanged_a3(password):
    account, _code = sign_up(Client(), password)
    client = Client()
    sign_in(client, account.login_name, password)
    assert is_signed_in(client)
    assert not account.check_password(password + " ")


@pytest.mark.parametrize("password", REFUSED)
def test_password_is_refused_a3(password):
    client = Client()
    answer = client.post(
        reverse("account_signup"), {"issued": signed_login_name(client), "password": password}
    )
    assert answer.status_code == 200
    assert not Account.objects.exists()


def test_password_rules_figures_a3(figure):
    lengths = sorted({len(password) for password in TAKEN})
    measured = f"{len(TAKEN)} taken as they are (up to {lengths[-1]} signs), {len(REFUSED)} refused offline"
    figure("A3", measured, must="15, 64 and 128 signs taken, common ones refused")
    assert lengths[0] == 15
    assert {64, 128} <= set(lengths)


def test_password_hint_names_no_character_rule_a3(client):
    hint = parse_html(client.get(reverse("account_signup"))).select_one("#id_password_helptext").text
    assert "15" in hint
    for word in ("capital", "uppercase", "digit", "symbol", "special"):
        assert word not in hint


def test_password_field_accepts_paste_a3(client):
    for name in ("account_signup", "account_login"):
        field = parse_html(client.get(reverse(name))).select_one("input[type=password]")
        assert not [attribute for attribute in field.attrs if attribute.startswith("on")]
        assert field["autocomplete"] in ("new-password", "current-password")


def test_passwords_are_hashed_with_argon2id_a3(settings):
    from recovery_site import settings as of_the_site

    settings.PASSWORD_HASHERS = of_the_site.PASSWORD_HASHERS
    encoded = make_password(PASSWORD)
    assert encoded.startswith("argon2$argon2id$")
    assert identify_hasher(encoded).memory_cost >= 19 * 1024
    assert check_password(PASSWORD, encoded)
    assert not check_password(PASSWORD + " ", encoded)
