"""Builders of rows for tests, with defaults that keyword arguments override."""

import datetime
import itertools
from typing import Any

from django.test import Client

from curation.roles.roles import GROUPS
from directory.kinds.registry import kinds
from directory.models import Listing, Place
from groups.models import Meeting, SupportGroup
from network.accounts.allauth_internals import TOTP, generate_totp_secret
from network.models import Account

_number = itertools.count(1)
PASSWORD = "four plain words are good"


def make_place(**facts: Any) -> Place:
    """Make a public place in the centre of San José."""
    defaults = {
        "street": "1 Invented Street", "city": "San Jose", "region": "CA", "country": "US",
        "latitude": 37.3382, "longitude": -121.8863, "zone": "America/Los_Angeles",
    }  # fmt: skip
    return Place.objects.create(**{**defaults, **facts})


def make_listing(kind: str = "therapists", **facts: Any) -> Listing:
    """Make a published listing as an instance of its kind's model."""
    number = next(_number)
    defaults = {"kind": kind, "slug": f"{kind}-{number}", "name": f"Listing {number}", "status": "published"}
    return kinds[kind].model.objects.create(**{**defaults, **facts})


def make_group(*, meetings: int = 0, **facts: Any) -> SupportGroup:
    """Make a published group with that many weekly meetings, on Mondays at 19:00 and the days after."""
    group = make_listing("support-groups", **facts)
    for day in range(meetings):
        make_meeting(group, weekday=day % 7)
    return group


def make_meeting(group: SupportGroup, **facts: Any) -> Meeting:
    """Make a weekly meeting, by default on Mondays from 19:00 to 20:00 in Los Angeles."""
    defaults = {"weekday": 0, "start": datetime.time(19), "minutes": 60, "zone": "America/Los_Angeles"}
    return Meeting.objects.create(group=group, **{**defaults, **facts})


def make_account(login_name: str = "", **facts: Any) -> Account:
    """Make an account with the password `PASSWORD`."""
    return Account.objects.create_user(login_name or f"plain-otter-{next(_number)}", PASSWORD, **facts)


def make_curator(client: Client, role: str = "publisher", **facts: Any) -> Account:
    """Make a curator with a role and a second factor, and sign in with `client`.

    `is_superuser=True` makes a superuser.
    """
    account = make_account(is_staff=True, **facts)
    account.groups.add(GROUPS[role]())
    TOTP.activate(account, generate_totp_secret())
    client.force_login(account)
    return account
