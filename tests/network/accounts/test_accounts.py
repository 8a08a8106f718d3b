import re

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from network.accounts import recovery_codes, usernames
from network.accounts.passwords import Argon2
from network.models import Account, Session
from tests.builders import PASSWORD, make_account, make_listing
from tests.network import dump
from tests.network.steps import (
    is_signed_in,
    parse_html,
    post_form,
    reauthenticate,
    saved_slugs,
    sign_in,
    sign_up,
    signed_login_name,
)

pytestmark = pytest.mark.django_db
OTHER_PASSWORD = "another four plain words"
# What differs from one answer to the next without telling anything.
MASKED = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|\w+-otter-\d+')


def masked(response) -> bytes:
    return MASKED.sub(b"", response.content)


def recover(client, login_name, code, password=OTHER_PASSWORD, **more):
    given = {"login_name": login_name, "code": code, "password": password}
    return client.post(reverse("account_reset_password"), given, **more)


# Login names


def test_login_names_come_from_long_lists_of_different_words():
    for words in (usernames.ADJECTIVES, usernames.ANIMALS):
        assert len(set(words)) == len(words) >= 64
        assert all(word.isascii() and word.isalpha() and word.islower() for word in words)


def test_login_name_is_adjective_animal_number():
    adjective, animal, number = usernames.new_login_name().split("-")
    assert adjective in usernames.ADJECTIVES
    assert animal in usernames.ANIMALS
    assert 100 <= int(number) <= 9999


def test_new_login_name_is_unique(monkeypatch):
    make_account("able-alpaca-100")
    numbers = iter([0, 1])
    monkeypatch.setattr(usernames.secrets, "choice", lambda words: words[0])
    monkeypatch.setattr(usernames.secrets, "randbelow", lambda _: next(numbers))
    assert usernames.new_login_name() == "able-alpaca-101"


def test_login_name_is_stored_in_lower_case():
    assert make_account(" Plain-Otter-77 ").login_name == "plain-otter-77"
    with pytest.raises(IntegrityError):
        Account.objects.filter(login_name="plain-otter-77").update(login_name="Plain-otter-77")


# Signing up


def test_sign_up_offers_another_login_name(client):
    pages = [parse_html(client.get(reverse("account_signup"))) for _ in range(2)]
    names = [page.select_one("input[name=login_name]")["value"] for page in pages]
    assert names[0] != names[1]
    assert pages[0].find("a", string="Another one")["href"] == reverse("account_signup")


def test_sign_up_uses_the_signed_login_name(client):
    client.post(
        reverse("account_signup"),
        {"issued": signed_login_name(client), "login_name": "jane.doe@example.org", "password": PASSWORD},
    )
    name = Account.objects.get().login_name
    assert name.split("-")[1] in usernames.ANIMALS


@pytest.mark.parametrize("made_up", ["", "jane-doe-1", "jane-doe-1:1abcde:forged"])
def test_sign_up_refuses_a_forged_login_name(client, made_up):
    response = client.post(reverse("account_signup"), {"issued": made_up, "password": PASSWORD})
    assert response.status_code == 200
    assert not Account.objects.exists()
    renewed = parse_html(response).select_one("input[name=issued]")["value"]
    client.post(reverse("account_signup"), {"issued": renewed, "password": PASSWORD})
    assert Account.objects.exists()


def test_sign_up_keeps_the_login_name_after_an_error(client):
    given = signed_login_name(client)
    response = client.post(reverse("account_signup"), {"issued": given, "password": "short"})
    again = parse_html(response).select_one("input[name=issued]")["value"]
    assert usernames.verify_login_name(again) == usernames.verify_login_name(given)


def test_sign_up_form_sent_twice_makes_one_account(client):
    given = signed_login_name(client)
    for _ in range(2):
        Client().post(reverse("account_signup"), {"issued": given, "password": PASSWORD})
    assert Account.objects.count() == 1


def test_sign_up_signs_in_and_shows_name_and_code_once(client):
    account, code = sign_up(client)
    assert is_signed_in(client)
    assert re.fullmatch(r"([2-9A-Z]{4}-){4}[2-9A-Z]{4}", code)
    page = parse_html(client.get(reverse("welcome")))
    assert page.select_one("[data-login-name]").text == account.login_name
    assert page.select_one("[data-recovery-code]") is None


def test_sign_up_moves_the_device_list_into_the_account(client):
    one = make_listing()
    post_form(client, "save", listing=one.slug)
    sign_up(client)
    assert saved_slugs(client) == [one.slug]
    assert not client.cookies["kept"].value


def test_sign_up_always_redirects_to_the_welcome_page(client):
    given = {"issued": signed_login_name(client), "password": PASSWORD, "next": "/now/"}
    assert client.post(reverse("account_signup"), given)["Location"] == reverse("welcome")


def test_recovery_code_is_stored_as_a_hash(client):
    _, code = sign_up(client)
    held = dump.database_text()
    assert code not in held
    assert code.replace("-", "") not in held


def test_account_life_cycle_sends_no_email(client):
    account, code = sign_up(client)
    one = make_listing()
    post_form(client, "save", listing=one.slug)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)
    recover(client, account.login_name, code)
    assert saved_slugs(client) == [one.slug]
    client.post(reverse("account_logout"))
    sign_in(client, account.login_name, OTHER_PASSWORD)
    assert saved_slugs(client) == [one.slug]
    assert mail.outbox == []


# Passwords


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "  blanks at both ends  ",
        "ключ от дома у реки",
        "🦦🦦 swims at night 🌙",
        "x" * 7 + "y" * 57,
        "ab cd ef gh " * 10 + "and more",
        "0" * 3 + "".join(chr(0x4E00 + n) for n in range(200)),
    ],
)
def test_password_is_not_normalized(client, password):
    account, _ = sign_up(client, password)
    other = Client()
    sign_in(other, account.login_name, password)
    assert is_signed_in(other)
    assert not account.check_password(password.strip() + "!")
    assert account.check_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "fourteen signs",
        "manchesterunited",
        "ManchesterUnited",
        "passwordpassword",
        "123456789012345",
        "98765432109876543",
        "aaaaaaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "qwertyuiopasdfgh",
        "plain-otter-4711",
        "Plain Otter 4711 !!!",
    ],
)
def test_common_password_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, Account(login_name="plain-otter-4711"))


def test_long_password_may_contain_the_login_name():
    validate_password("plain-otter-4711 swims to the far side", Account(login_name="plain-otter-4711"))


def test_password_field_accepts_paste_and_long_values(client):
    field = parse_html(client.get(reverse("account_signup"))).select_one("input[name=password]")
    assert "onpaste" not in field.attrs
    assert int(field["maxlength"]) >= 128
    assert field["autocomplete"] == "new-password"


def test_passwords_are_hashed_with_small_argon2id():
    assert (
        Argon2().encode(PASSWORD, "salt of some length").startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    )


# Signing in


@pytest.mark.parametrize("typed", ["plain-otter-77", "Plain-Otter-77", "  PLAIN-OTTER-77 "])
def test_sign_in_ignores_case_and_spaces_of_the_login_name(client, typed):
    make_account("plain-otter-77")
    sign_in(client, typed)
    assert is_signed_in(client)


def test_sign_in_records_the_day_only(client, time_machine):
    account = make_account()
    time_machine.move_to("2031-05-06 07:08:09+00:00", tick=False)
    sign_in(client, account.login_name)
    account.refresh_from_db()
    assert f"{account.last_seen_on:%Y-%m-%d}" == "2031-05-06"
    assert account.last_login is None


@time_machine.travel("2026-03-12 18:35", tick=False)
def test_sign_in_response_is_the_same_for_unknown_names(client):
    make_account("plain-otter-1")
    known = sign_in(client, "plain-otter-1", "not the password at all")
    unknown = sign_in(client, "quiet-otter-1", "not the password at all")
    assert known.status_code == unknown.status_code == 200
    assert masked(known) == masked(unknown)
    assert known.headers.items() == unknown.headers.items()


def test_inactive_account_cannot_sign_in(client):
    sign_in(client, make_account(is_active=False).login_name)
    assert not is_signed_in(client)


# Recovery


def test_recovery_code_resets_the_password_once(client):
    account, code = sign_up(client)
    elsewhere = Client()
    response = recover(elsewhere, account.login_name.upper(), code.lower().replace("-", " "), follow=True)
    fresh = parse_html(response).select_one("[data-recovery-code]").text
    assert is_signed_in(elsewhere)
    assert fresh != code
    assert recover(Client(), account.login_name, code).status_code == 200
    assert recover(Client(), account.login_name, fresh).status_code == 302


def test_recovery_code_is_used_up_before_the_new_one_is_shown(client):
    account, code = sign_up(client)
    assert recover(Client(), account.login_name, code).status_code == 302
    assert recover(Client(), account.login_name, code).status_code == 200


def test_password_reset_ends_the_other_sessions(client):
    account, code = sign_up(client)
    recover(Client(), account.login_name, code)
    assert not is_signed_in(client)


def test_password_reset_response_is_the_same_for_unknown_names(client, monkeypatch):
    recovery_codes.create_recovery_code(make_account("plain-otter-1"))
    runs = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *given: runs.append(1) or encode(*given))
    known = recover(client, "plain-otter-1", "WRNG-WRNG-WRNG-WRNG-WRNG")
    unknown = recover(client, "quiet-otter-1", "WRNG-WRNG-WRNG-WRNG-WRNG")
    assert known.status_code == unknown.status_code == 200
    assert masked(known) == masked(unknown)
    assert known.headers.items() == unknown.headers.items()
    assert len(runs) == 2


def test_password_reset_needs_an_existing_code(client):
    account = make_account()
    for code in ("", " ", "-", "!"):
        recover(client, account.login_name, code)
    assert not is_signed_in(client)


def test_refused_password_does_not_use_up_the_recovery_code(client):
    account, code = sign_up(client)
    assert recover(Client(), account.login_name, code, "short").status_code == 200
    assert recover(Client(), account.login_name, code).status_code == 302


def test_inactive_account_cannot_reset_the_password(client):
    account, code = sign_up(client)
    Account.objects.update(is_active=False)
    assert recover(Client(), account.login_name, code).status_code == 200


def test_new_recovery_code_is_shown_to_its_account_only(client):
    account, code = sign_up(Client())
    session = client.session
    session["recovery_code_due"] = account.pk
    session.save()
    sign_in(client, make_account().login_name)
    page = parse_html(client.get(reverse("welcome")))
    assert page.select_one("[data-recovery-code]") is None
    assert recover(Client(), account.login_name, code).status_code == 302


# Limits on guessing


def wrong_sign_in(client, name, number):
    return sign_in(
        client, name, f"wrong password {number}", headers={"X-Forwarded-For": f"198.51.100.{number}"}
    )


def wrong_recovery(client, name, number):
    return recover(client, name, f"WRNG{number}", headers={"X-Forwarded-For": f"198.51.100.{number}"})


@pytest.mark.parametrize("guess", [wrong_sign_in, wrong_recovery])
def test_guessing_one_name_stops_after_five_attempts(client, guess):
    name = make_account().login_name
    assert [guess(client, name, number).status_code for number in range(7)] == [200] * 5 + [429] * 2
    # Neither capitals nor another address help.
    assert guess(Client(REMOTE_ADDR="203.0.113.9"), name.upper() + " ", 8).status_code == 429


@pytest.mark.parametrize("guess", [wrong_sign_in, wrong_recovery])
def test_guessing_many_names_stops_for_an_ip_address(client, guess):
    statuses = [guess(client, f"no-such-otter-{number}", number).status_code for number in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    assert guess(Client(REMOTE_ADDR="203.0.113.9"), "no-such-otter-99", 99).status_code == 200


def test_guessing_under_several_hosts_is_counted_together(client, settings):
    settings.ALLOWED_HOSTS = [".example.org"]
    name = make_account().login_name
    statuses = [
        sign_in(client, name, "wrong password", headers={"Host": f"{number}.example.org"}).status_code
        for number in range(6)
    ]
    assert statuses == [200] * 5 + [429]


def test_rate_limited_page_is_the_sites_own(client):
    for number in range(6):
        response = wrong_sign_in(client, "no-such-otter-1", number)
    assert response.status_code == 429
    assert b'class="crisis-strip"' in response.content
    assert response["Retry-After"]


def test_successful_sign_in_is_not_counted(client):
    account = make_account()
    for _ in range(7):
        assert sign_in(Client(), account.login_name).status_code == 302


def test_sign_up_is_limited_per_ip_address(client):
    statuses = [client.post(reverse("account_signup"), {"password": "short"}).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


# What pages of accounts have in common


@pytest.mark.parametrize("name", ["account_signup", "account_login", "account_reset_password"])
def test_entrance_pages_forbid_caching_and_spell_checking(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    page = parse_html(response)
    for field in page.select("main input:not([type=hidden]):not([type=password]):not([type=checkbox])"):
        assert field.get("spellcheck") == "false", field
    assert not page.select("[placeholder]")


@pytest.mark.parametrize(
    "name",
    [
        "welcome",
        "account",
        "account_change_password",
        "account_reauthenticate",
        "export_copy",
        "delete_account",
    ],
)
def test_account_pages_require_signing_in(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_password_change_ends_the_other_sessions(client):
    account = make_account()
    other = Client()
    for browser in (client, other):
        sign_in(browser, account.login_name)
    reauthenticate(client)
    response = client.post(reverse("account_change_password"), {"password": OTHER_PASSWORD})
    assert response["Location"] == reverse("account")
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert Session.objects.filter(account=account).count() == 1
    assert mail.outbox == []


def test_refused_new_password_keeps_the_old_one(client):
    account = make_account()
    sign_in(client, account.login_name)
    reauthenticate(client)
    assert client.post(reverse("account_change_password"), {"password": "short"}).status_code == 200
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
