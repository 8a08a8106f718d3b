"""What a person does on the site, for tests: save, sign up, sign in."""

from typing import Any

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from network.models import Account
from tests.builders import PASSWORD

ORIGIN = "http://testserver"


def post_form(client: Client, name: str, **data: Any):
    """Posts a guarded form, as a browser sends it from a page of this site."""
    return client.post(reverse(name), data, headers={"Origin": ORIGIN})


def parse_html(response) -> BeautifulSoup:
    return BeautifulSoup(response.content.decode(), "html.parser")


def signed_login_name(client: Client) -> str:
    """The signed login name on a fresh page for signing up."""
    return parse_html(client.get(reverse("account_signup"))).select_one("input[name=issued]")["value"]


def sign_up(client: Client, password: str = PASSWORD) -> tuple[Account, str]:
    """The new account, signed in, and its recovery code as the welcome page shows it."""
    page = parse_html(
        client.post(
            reverse("account_signup"),
            {"issued": signed_login_name(client), "password": password},
            follow=True,
        )
    )
    name = page.select_one("[data-login-name]").text
    return Account.objects.get(login_name=name), page.select_one("[data-recovery-code]").text


def sign_in(client: Client, login_name: str, password: str = PASSWORD, **more: Any):
    return client.post(reverse("account_login"), {"login": login_name, "password": password}, **more)


def reauthenticate(client: Client, password: str = PASSWORD) -> None:
    """Gives the password again, as is asked for before anything risky."""
    client.post(reverse("account_reauthenticate"), {"password": password})


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("my_network")).context["signed_in"]


def saved_slugs(client: Client) -> list[str]:
    """Slugs on the page, in their order."""
    page = parse_html(client.get(reverse("my_network")))
    return [card["data-listing"] for card in page.select("article[data-listing]")]


def form_values(page: BeautifulSoup) -> dict[str, Any]:
    """What a browser would send of the form in which a person writes, as it stands."""
    form = page.select_one("form[data-personal-form]")
    ticked = form.select("input[checked]")
    plain = [each for each in form.select("input[value]") if each["type"] not in ("checkbox", "radio")]
    given: dict[str, Any] = {each["name"]: each["value"] for each in plain}
    for each in ticked:
        given.setdefault(each["name"], []).append(each["value"] if each.has_attr("value") else "on")
    for each in form.select("select"):
        chosen = each.select_one("option[selected]") or each.select_one("option")
        given[each["name"]] = chosen["value"]
    return given | {each["name"]: each.text.strip("\n") for each in form.select("textarea")}


def fill_in_and_save(client: Client, address: str, *, json: bool = False, **fields: Any):
    """Opens a page to write on, fills it in and saves, without the script or as the script does."""
    given = form_values(parse_html(client.get(address))) | fields
    headers = {"Accept": "application/json"} if json else {}
    return client.post(address, given, headers=headers)
