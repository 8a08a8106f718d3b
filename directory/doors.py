"""The doors on the home page: one for each kind, lit when somebody is there now."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import ngettext

from directory.kinds import Kind, kinds
from directory.models import Listing
from directory.moments import At
from directory.opening import open_now


def context(at: At) -> dict[str, Any]:
    here = Listing.objects.filter(pk__in=open_now(at), country__in=("", settings.DEFAULT_COUNTRY))
    open_kinds = list(here.values_list("kind", flat=True))
    doors = [door(kind, at, open_kinds.count(kind.slug)) for kind in kinds.leading()]
    tonight = next((each["today"] for each in doors if each["today"]), 0)
    return {
        "doors": doors,
        "side_doors": [{"url": url(kind), "icon": kind.icon, "name": kind.plural} for kind in kinds.others()],
        "places_tonight": tonight + len(open_kinds),
        "now": {
            "lines_open": open_kinds.count("hotlines"),
            "meetings_on": sum(each["going_on"] for each in doors),
        },
        "soon_total": tonight,
        "soon_url": f"{reverse('kind', args=('support-groups',))}?day=today",
    }


def url(kind: Kind) -> str:
    return reverse("hotlines") if kind.slug == "hotlines" else reverse("kind", args=(kind.slug,))


def door(kind: Kind, at: At, opened: int) -> dict[str, Any]:
    today, going_on = kind.today(at)
    opened = opened if kind.by_the_clock else 0
    if going_on:
        words = ngettext("%(n)d going on now", "%(n)d going on now", going_on) % {"n": going_on}
    elif today:
        words = ngettext("%(n)d today", "%(n)d today", today) % {"n": today}
    elif opened:
        words = ngettext("%(n)d open now", "%(n)d open now", opened) % {"n": opened}
    else:
        words = kind.beckons()
    return {
        "url": url(kind), "icon": kind.icon, "name": kind.plural, "line": kind.line, "now": words,
        "lit": bool(going_on or opened), "today": today, "going_on": going_on,
    }  # fmt: skip
