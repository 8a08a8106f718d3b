"""Links of published listings: which are to be tried, how they answered, and which are dead.

A link is a website, chat or video channel, or the way into a meeting. One that answered is left alone for a week, one
that did not is tried again the next day. It is dead after three failures on three days; an answer wipes them out.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.net.ssrf import STANDARD_PORTS
from core.work_queues import CuratorUser, WorkQueue
from curation.links.http_probe import LinkProber, ProbeResult
from curation.models import LinkCheck
from curation.roles.review_queues import listings_of_curator
from directory.models import Channel, Listing
from directory.vocabulary import ChannelType, Status
from groups.models import Meeting

DEAD_AFTER = 3  # failures, one a day
REST_DAYS = 7  # until a link that answered is tried again
# So many links without any answer at all, and it is this machine that has no way out.
OFFLINE_LINKS = 3
LONGEST_WORDS = 120
WEB = (ChannelType.WEBSITE, ChannelType.CHAT, ChannelType.VIDEO, ChannelType.VIDEOPHONE)
Progress = Callable[[int, int], None]


class NetworkOffline(Exception):
    """Nothing answered; nothing was noted."""


@dataclass(frozen=True, slots=True)
class CheckTally:
    """Links tried, how many of them did not answer, and how many are dead now, old ones included."""

    tried: int
    failed: int
    dead: int


def check_links(
    prober: LinkProber, *, limit: int | None = None, progress: Progress = lambda _done, _all: None
) -> CheckTally:
    """Tries what is to be tried, longest untried first. Raises Offline. May be stopped at any time."""
    chosen = round_robin_hosts(links_to_try(timezone.now())[:limit])
    failed, online = 0, False
    held: list[tuple[list[LinkCheck], ProbeResult]] = []
    for done, checks in enumerate(chosen, start=1):
        answer = prober.probe(checks[0].url)
        failed, online = failed + (not answer.alive), online or answer.reached
        held.append((checks, answer))
        if online:
            record_results(held)
        progress(done, len(chosen))
    if len(held) >= OFFLINE_LINKS:
        raise NetworkOffline
    record_results(held)
    return CheckTally(len(chosen), failed, dead_links(LinkCheck.objects.all()).count())


def links_to_try(now: datetime.datetime) -> list[list[LinkCheck]]:
    """The checks of each address, which may stand on several listings; drops checks of links that are gone."""
    known = {(check.listing_id, check.url): check for check in LinkCheck.objects.all()}
    current = dict.fromkeys(current_links())
    LinkCheck.objects.filter(pk__in=[known[link].pk for link in known if link not in current]).delete()
    by_url: dict[str, list[LinkCheck]] = defaultdict(list)
    for pk, url in current:
        by_url[url].append(known.get((pk, url)) or LinkCheck(listing_id=pk, url=url))
    wanted = [checks for checks in by_url.values() if any(is_due(check, now) for check in checks)]
    return sorted(wanted, key=lambda checks: min(map(last_tried, checks)))


def current_links() -> Iterator[tuple[int, str]]:
    """Listing and address; samples lead nowhere and are left out."""
    published = Listing.objects.published().filter(sample=False)
    ways = Channel.objects.filter(listing__in=published.values("pk"), type__in=WEB)
    rooms = Meeting.objects.filter(group__in=published.values("pk"), active=True)
    yield from web_only(ways.order_by("pk").values_list("listing_id", "dial"))
    yield from web_only(rooms.order_by("pk").values_list("group_id", "join_url"))


def web_only(links: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    return ((pk, url) for pk, url in links if url.split(":")[0].lower() in STANDARD_PORTS)


def is_due(check: LinkCheck, now: datetime.datetime) -> bool:
    if check._state.adding:
        return True
    days = (timezone.localdate(now) - timezone.localdate(check.checked_at)).days
    return days >= (1 if check.failures else REST_DAYS)


def last_tried(check: LinkCheck) -> datetime.datetime:
    return datetime.datetime.min.replace(tzinfo=datetime.UTC) if check._state.adding else check.checked_at


def round_robin_hosts(links: list[list[LinkCheck]]) -> list[list[LinkCheck]]:
    """The first link of each host, then the second of each: while one host has its pause, others are asked."""
    seen: Counter[str] = Counter()
    turns = []
    for checks in links:
        host = checks[0].url.split("/")[2].lower() if checks[0].url.count("/") > 1 else ""
        turns.append((seen[host], checks))
        seen[host] += 1
    return [checks for _turn, checks in sorted(turns, key=lambda each: each[0])]


def record_results(held: list[tuple[list[LinkCheck], ProbeResult]]) -> None:
    for checks, answer in held:
        for check in checks:
            record_result(check, answer, timezone.now())
    held.clear()


def record_result(check: LinkCheck, answer: ProbeResult, now: datetime.datetime) -> None:
    """Counts at most one failure a day."""
    counted = check.failures and timezone.localdate(check.checked_at) == timezone.localdate(now)
    if answer.alive:
        check.failures, check.failing_since = 0, None
    elif not counted:
        check.failures += 1
        check.failing_since = check.failing_since or now
    check.checked_at, check.result = now, answer.words[:LONGEST_WORDS]
    # The listing may have been taken out meanwhile, or another run may have been faster.
    with suppress(IntegrityError), transaction.atomic():
        check.save()


def dead_links(checks: QuerySet[LinkCheck]) -> QuerySet[LinkCheck]:
    """Dead links that visitors are still led to; one that a curator changed or took off does not count any more."""
    way = Channel.objects.filter(listing=OuterRef("listing"), dial=OuterRef("url"), type__in=WEB)
    room = Meeting.objects.filter(group=OuterRef("listing"), join_url=OuterRef("url"), active=True)
    standing = Exists(way) | Exists(room)
    return checks.filter(standing, failures__gte=DEAD_AFTER, listing__status=Status.PUBLISHED)


def visible_checks(curator: CuratorUser) -> QuerySet[LinkCheck]:
    return LinkCheck.objects.filter(listing__in=listings_of_curator(curator).order_by().values("pk"))


def queues(curator: CuratorUser) -> list[WorkQueue]:
    if not curator.has_perm("curation.view_linkcheck"):
        return []
    found = dead_links(visible_checks(curator)).order_by("failing_since", "pk")
    first = found.first()
    oldest = timezone.localdate(first.failing_since) if first and first.failing_since else None
    url = f"{reverse('admin:curation_linkcheck_changelist')}?state=dead"
    return [WorkQueue("dead-links", _("Dead links"), found.count(), oldest, url)]
