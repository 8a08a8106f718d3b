"""Check the links of published listings and record the results.

A link is the address of a website, chat or video channel, or the join address of a meeting. A link that answered is
checked again after a week, one that failed on the next day. It is dead after failures on three days. One good answer
resets the count.
"""
# i18n: admin only

import datetime
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.net.ssrf import STANDARD_PORTS
from core.work_queues import CuratorUser, WorkQueue
from curation.links.http_probe import LinkProber, ProbeResult
from curation.models import LinkCheck
from curation.roles.review_queues import listings_in_regions_of
from directory.models import Channel, Listing
from directory.vocabulary import ChannelType, Status
from groups.models import Meeting

DEAD_AFTER = 3  # failures, one a day
REST_DAYS = 7  # until a link that answered is tried again
# If this many links are tried and no machine answers at all, this machine is offline.
OFFLINE_LINKS = 3
MAX_SUMMARY_LENGTH = 120  # characters
WEB_CHANNELS = (ChannelType.WEBSITE, ChannelType.CHAT, ChannelType.VIDEO, ChannelType.VIDEOPHONE)
ProgressCallback = Callable[[int, int], None]


class NetworkOffline(Exception):
    """No machine answered, so nothing was recorded."""


@dataclass(frozen=True, slots=True)
class CheckTally:
    """The numbers of links checked, of those that failed, and of all links that are dead now."""

    tried: int
    failed: int
    dead: int


def check_links(
    prober: LinkProber, *, limit: int | None = None, progress: ProgressCallback = lambda _done, _all: None
) -> CheckTally:
    """Check the links that are due, those not checked for the longest time first, and record the results.

    It may be stopped at any time. Raise NetworkOffline if no machine answers.
    """
    chosen = _alternate_hosts(_due_links(timezone.now())[:limit])
    failed, is_online = 0, False
    unrecorded: list[tuple[list[LinkCheck], ProbeResult]] = []
    for done, checks in enumerate(chosen, start=1):
        result = prober.probe(checks[0].url)
        failed, is_online = failed + (not result.alive), is_online or result.reached
        unrecorded.append((checks, result))
        if is_online:
            _record_results(unrecorded)
        progress(done, len(chosen))
    if len(unrecorded) >= OFFLINE_LINKS:
        raise NetworkOffline
    _record_results(unrecorded)
    return CheckTally(len(chosen), failed, dead_links(LinkCheck.objects.all()).count())


def _due_links(now: datetime.datetime) -> list[list[LinkCheck]]:
    """Return the checks of each address that is due; an address may belong to several listings.

    Delete the checks of links that no listing has any more.
    """
    known = {(check.listing_id, check.url): check for check in LinkCheck.objects.all()}
    current = dict.fromkeys(_current_links())
    LinkCheck.objects.filter(pk__in=[known[link].pk for link in known if link not in current]).delete()
    by_url: dict[str, list[LinkCheck]] = defaultdict(list)
    for pk, url in current:
        by_url[url].append(known.get((pk, url)) or LinkCheck(listing_id=pk, url=url))
    due = [checks for checks in by_url.values() if any(_is_due(check, now) for check in checks)]
    return sorted(due, key=lambda checks: min(map(_last_tried, checks)))


def _current_links() -> Iterator[tuple[int, str]]:
    """Yield the listing id and address of each link. Links of sample listings lead nowhere and are left out."""
    published = Listing.objects.published().filter(sample=False)
    channels = Channel.objects.filter(listing__in=published.values("pk"), type__in=WEB_CHANNELS)
    meetings = Meeting.objects.filter(group__in=published.values("pk"), active=True)
    yield from _web_links(channels.order_by("pk").values_list("listing_id", "dial"))
    yield from _web_links(meetings.order_by("pk").values_list("group_id", "join_url"))


def _web_links(links: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Return the pairs of listing id and URL whose scheme is http or https."""
    return ((pk, url) for pk, url in links if url.split(":")[0].lower() in STANDARD_PORTS)


def _is_due(check: LinkCheck, now: datetime.datetime) -> bool:
    """Return whether a link is to be checked now: a new one, a failed one each day, others after `REST_DAYS`."""
    if check._state.adding:
        return True
    days = (timezone.localdate(now) - timezone.localdate(check.checked_at)).days
    return days >= (1 if check.failures else REST_DAYS)


def _last_tried(check: LinkCheck) -> datetime.datetime:
    """Return when a link was last checked, and the earliest possible time for one that never was."""
    return datetime.datetime.min.replace(tzinfo=datetime.UTC) if check._state.adding else check.checked_at


def _alternate_hosts(links: list[list[LinkCheck]]) -> list[list[LinkCheck]]:
    """Return the first link of each host, then the second of each, and so on.

    During the pause after a request to one host, others are tried.
    """
    links_of_host: Counter[str] = Counter()
    turns = []
    for checks in links:
        host = checks[0].url.split("/")[2].lower() if checks[0].url.count("/") > 1 else ""
        turns.append((links_of_host[host], checks))
        links_of_host[host] += 1
    return [checks for _turn, checks in sorted(turns, key=itemgetter(0))]


def _record_results(unrecorded: list[tuple[list[LinkCheck], ProbeResult]]) -> None:
    """Store the results of probes for all listings with the link, and empty the list."""
    for checks, result in unrecorded:
        for check in checks:
            record_result(check, result, timezone.now())
    unrecorded.clear()


def record_result(check: LinkCheck, result: ProbeResult, now: datetime.datetime) -> None:
    """Save the result of a check, and count at most one failure a day."""
    is_counted = check.failures and timezone.localdate(check.checked_at) == timezone.localdate(now)
    if result.alive:
        check.failures, check.failing_since = 0, None
    elif not is_counted:
        check.failures += 1
        check.failing_since = check.failing_since or now
    check.checked_at, check.result = now, result.summary[:MAX_SUMMARY_LENGTH]
    # Meanwhile the listing may have been deleted, or another process may have saved the same check.
    with suppress(IntegrityError), transaction.atomic():
        check.save()


def dead_links(checks: QuerySet[LinkCheck]) -> QuerySet[LinkCheck]:
    """Return the dead links that published listings still show."""
    channel = Channel.objects.filter(listing=OuterRef("listing"), dial=OuterRef("url"), type__in=WEB_CHANNELS)
    meeting = Meeting.objects.filter(group=OuterRef("listing"), join_url=OuterRef("url"), active=True)
    is_shown = Exists(channel) | Exists(meeting)
    return checks.filter(is_shown, failures__gte=DEAD_AFTER, listing__status=Status.PUBLISHED)


def visible_checks(curator: CuratorUser) -> QuerySet[LinkCheck]:
    """Return the checks of the listings in this curator's regions."""
    return LinkCheck.objects.filter(listing__in=listings_in_regions_of(curator).order_by().values("pk"))


def queues(curator: CuratorUser) -> list[WorkQueue]:
    """Return the work queue of dead links, if this curator may see it."""
    if not curator.has_perm("curation.view_linkcheck"):
        return []
    checks = dead_links(visible_checks(curator)).order_by("failing_since", "pk")
    first = checks.first()
    oldest = timezone.localdate(first.failing_since) if first and first.failing_since else None
    url = f"{reverse('admin:curation_linkcheck_changelist')}?state=dead"
    return [WorkQueue("dead-links", _("Dead links"), checks.count(), oldest, url)]
