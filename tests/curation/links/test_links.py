"""Links are probed slowly, on public machines only, and are dead after failures on three days."""

import datetime
import io
import time

import pytest
from django.core.management import CommandError, call_command

from curation.links import http_probe, services
from curation.links.http_probe import LinkProber, ProbeResult
from curation.models import CuratorRegion, LinkCheck
from directory.models import Channel, Region
from tests.builders import make_curator, make_group, make_listing, make_meeting
from tests.feed_server import HOST, PUBLIC, http_response, redirect_response, resolve_publicly, serve_answers

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime(2026, 3, 12, 20, tzinfo=datetime.UTC)
GONE = http_response(b"", status="404 Not Found")


def fast_prober(server, **options) -> LinkProber:
    """A prober that is led to a server of ours and does not wait."""
    known = {"resolver": resolve_publicly, "connector": server.connect, "sleep": lambda _seconds: None}
    return LinkProber(**{**known, **options})


def probe(*answers, url: str = f"http://{HOST}/page", **options) -> tuple[ProbeResult, list[str]]:
    """The answer, and the methods that were asked with."""
    with serve_answers(*answers) as server:
        answer = fast_prober(server, **options).probe(url)
        return answer, [request.split(" ")[0] for request in server.requests]


def status(code: int) -> bytes:
    return http_response(b"", status=f"{code} Said")


class FakeProber(LinkProber):
    """Knows each answer beforehand; notes what was asked."""

    def __init__(self, answers: dict[str, ProbeResult] | None = None) -> None:
        super().__init__()
        self.answers, self.urls = answers or {}, []

    def probe(self, url: str) -> ProbeResult:
        self.urls.append(url)
        return self.answers.get(url, ProbeResult(True, "answered 200"))


DEAD = ProbeResult(False, "answered 404")
LOST = ProbeResult(False, "could not be reached.", reached=False)


def make_link(url: str, kind: str = "website", **facts):
    listing = make_listing("treatment", **facts)
    Channel.objects.create(listing=listing, type=kind, dial=url)
    return listing


def run(prober: LinkProber, **options) -> services.CheckTally:
    return services.check_links(prober, **options)


@pytest.mark.parametrize("code", [200, 204, 304, 401, 403, 405, 429])
def test_probe_with_an_answer_is_alive(code: int) -> None:
    answer, methods = probe(status(code))
    assert answer == ProbeResult(True, f"answered {code}")
    assert methods == ["HEAD"]


@pytest.mark.parametrize("code", [400, 404, 410, 451, 500, 503])
def test_probe_failure_is_confirmed_by_get(code: int) -> None:
    answer, methods = probe(status(code))
    assert answer == ProbeResult(False, f"answered {code}")
    assert methods == ["HEAD", "GET"]


def test_probe_page_without_head_is_alive() -> None:
    assert probe(status(501), http_response(b"<p>Hello")) == (
        ProbeResult(True, "answered 200"),
        ["HEAD", "GET"],
    )


def test_probe_reads_only_the_beginning_of_a_page() -> None:
    def endless(sock) -> None:
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _number in range(10_000):
            sock.sendall(b"x" * 1024)

    answer, _methods = probe(status(404), endless)
    assert answer.alive


@pytest.mark.parametrize("answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"x" * 80_000])
def test_probe_unreadable_answer_fails(answer: bytes) -> None:
    found, _methods = probe(answer)
    assert found == ProbeResult(False, "The answer broke off or cannot be read.")


def test_probe_slow_answer_fails_in_time() -> None:
    def drip(sock) -> None:
        for sign in b"HTTP/1.1 200 OK\r\n" * 100:
            sock.sendall(bytes([sign]))
            time.sleep(0.05)

    began = time.monotonic()
    found, _methods = probe(drip, seconds=0.4)
    assert not found.alive
    assert time.monotonic() - began < 3, "a byte now and then does not stretch the time"


def test_probe_follows_and_checks_redirects() -> None:
    with serve_answers(
        redirect_response("/new"), redirect_response("//other.example.org/there"), status(200)
    ) as server:
        assert fast_prober(server).probe(f"http://{HOST}/old").alive
    lines = [request.split("\r\n")[:2] for request in server.requests]
    assert [line[0] for line in lines] == ["HEAD /old HTTP/1.1", "HEAD /new HTTP/1.1", "HEAD /there HTTP/1.1"]
    assert lines[2][1] == "Host: other.example.org"


def test_probe_stops_after_three_redirects() -> None:
    answer, methods = probe(redirect_response("/again"))
    assert answer == ProbeResult(True, "leads on more than 3 times")
    assert len(methods) == 4


def test_probe_link_to_an_app_is_alive() -> None:
    assert probe(redirect_response("zoommtg://zoom.us/join?confno=1"))[0] == ProbeResult(
        True, "leads into an app"
    )


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest", "http://printer.local/",
     "http://user:word@feeds.example.org/", "http://feeds.example.org:22/", "http://2130706433/", "http://[::"],
)  # fmt: skip
def test_probe_never_contacts_internal_addresses(target: str) -> None:
    with serve_answers(status(200)) as server:
        assert not fast_prober(server).probe(target).alive
        assert server.connections == []
    with serve_answers(redirect_response(target)) as server:
        assert not fast_prober(server).probe(f"http://{HOST}/").alive
        assert {address for address, _port in server.connections} == {PUBLIC}


def test_probe_name_with_one_internal_address_is_refused() -> None:
    with serve_answers(status(200)) as server:
        found = fast_prober(server, resolver=lambda *_: [PUBLIC, "192.168.0.1"]).probe(f"http://{HOST}/")
        assert (found.alive, found.reached, server.connections) == (False, False, [])


@pytest.mark.parametrize("host", ["zoom.us", "us02web.zoom.us", "meet.google.com"])
@pytest.mark.parametrize(
    ("code", "alive"), [(200, True), (404, True), (302, True), (500, False), (503, False)]
)
def test_probe_video_meeting_is_alive_below_500(host: str, code: int, alive: bool) -> None:
    answer = redirect_response("https://elsewhere.example.org/") if code == 302 else status(code)
    assert probe(answer, url=f"http://{host}/j/123")[0].alive is alive


@pytest.mark.parametrize("host", ["notzoom.us", "zoom.us.example.org"])
def test_probe_similar_hosts_are_no_video_meetings(host: str) -> None:
    assert not probe(status(404), url=f"http://{host}/j/123")[0].alive


def test_probe_pauses_for_each_host() -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    with serve_answers(status(200)) as server:
        prober = fast_prober(server, sleep=sleep, clock=lambda: now[0])
        for url in (f"http://{HOST}/a", "http://other.example.org/", f"http://{HOST}/b"):
            prober.probe(url)
        now[0] += 1.5
        prober.probe("http://other.example.org/2")
        now[0] += 5
        prober.probe(f"http://{HOST}/c")
    assert slept == [2.0], "b waits; the others have had their pause by then"


def test_probe_pauses_between_head_get_and_redirects() -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    with serve_answers(redirect_response("/new"), status(404)) as server:
        fast_prober(server, sleep=sleep, clock=lambda: now[0]).probe(f"http://{HOST}/")
    assert len(server.requests) == 3
    assert slept == [2.0, 2.0]


def test_probe_unreachable_host_is_tried_once() -> None:
    tries = []

    def refuse(address: str, port: int, seconds: float):
        tries.append(address)
        raise ConnectionRefusedError

    prober = LinkProber(resolver=resolve_publicly, connector=refuse, sleep=lambda _seconds: None)
    for page in "abc":
        assert prober.probe(f"http://{HOST}/{page}") == ProbeResult(
            False, f"{HOST} could not be reached.", reached=False
        )
    assert tries == [PUBLIC]


def test_probe_host_without_certificate_fails() -> None:
    with serve_answers(status(200)) as server:
        assert not fast_prober(server).probe(f"https://{HOST}/").alive


@pytest.mark.django_db
def test_check_links_covers_published_listings() -> None:
    group = make_group()
    make_meeting(group, join_url="https://zoom.us/j/1")
    make_meeting(group, weekday=1, join_url="https://zoom.us/j/2", active=False)
    make_meeting(group, weekday=2)
    for kind in ("website", "chat", "video"):
        make_link(f"https://example.org/{kind}", kind)
    make_link("https://example.org/app", "app")
    make_link("someone@example.org", "email")
    make_link("https://example.org/draft", status="draft")
    make_link("https://example.org/paused", status="paused", status_reason="Away.")
    make_link("https://example.org/sample", sample=True)
    prober = FakeProber()
    run(prober)
    assert sorted(prober.urls) == [
        "https://example.org/chat", "https://example.org/video", "https://example.org/website", "https://zoom.us/j/1",
    ]  # fmt: skip


@pytest.mark.django_db
def test_check_links_probes_a_shared_link_once() -> None:
    both = [make_link("https://example.org/") for _number in range(2)]
    prober = FakeProber({"https://example.org/": DEAD})
    assert run(prober) == services.CheckTally(tried=1, failed=1, dead=0)
    assert prober.urls == ["https://example.org/"]
    assert {check.listing_id for check in LinkCheck.objects.filter(failures=1)} == {each.pk for each in both}


@pytest.mark.django_db
def test_link_is_dead_after_failures_on_three_days(time_machine) -> None:
    make_link("https://example.org/")
    for day, hours, failures in ((0, 0, 1), (0, 3, 1), (1, 0, 2), (1, 1, 2), (2, 0, 3)):
        time_machine.move_to(NOW + day * DAY + datetime.timedelta(hours=hours))
        tally = run(FakeProber({"https://example.org/": DEAD}))
        assert (LinkCheck.objects.get().failures, tally.dead) == (failures, int(failures == 3))
    check = LinkCheck.objects.get()
    assert check.failing_since.date() == NOW.date()
    assert check.result == "answered 404"


@pytest.mark.django_db
def test_record_result_counts_one_failure_a_day(time_machine) -> None:
    time_machine.move_to(NOW)
    check = LinkCheck(listing=make_link("https://example.org/"), url="https://example.org/", checked_at=NOW)
    services.record_result(check, DEAD, NOW)
    services.record_result(check, DEAD, NOW + datetime.timedelta(hours=1))
    assert check.failures == 1
    services.record_result(check, DEAD, NOW + DAY)
    assert check.failures == 2


@pytest.mark.django_db
def test_record_result_answer_resets_failures(time_machine) -> None:
    make_link("https://example.org/")
    for day in range(3):
        time_machine.move_to(NOW + day * DAY)
        run(FakeProber({"https://example.org/": DEAD}))
    time_machine.move_to(NOW + 3 * DAY)
    assert run(FakeProber()).dead == 0
    check = LinkCheck.objects.get()
    assert (check.failures, check.failing_since, check.result) == (0, None, "answered 200")
    time_machine.move_to(NOW + 10 * DAY)
    run(FakeProber({"https://example.org/": DEAD}))
    assert LinkCheck.objects.get().failures == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "tried"), [(1, 0), (6, 0), (7, 1)])
def test_check_links_waits_a_week_after_an_answer(time_machine, days: int, tried: int) -> None:
    make_link("https://example.org/")
    time_machine.move_to(NOW, tick=False)
    run(FakeProber())
    time_machine.move_to(NOW + days * DAY, tick=False)
    assert run(FakeProber()).tried == tried


@pytest.mark.django_db
def test_check_links_oldest_checks_come_first(time_machine) -> None:
    for number in range(4):
        time_machine.move_to(NOW + number * DAY)
        make_link(f"https://host{number}.example.org/")
        run(FakeProber())
    time_machine.move_to(NOW + 30 * DAY)
    make_link("https://new.example.org/")
    prober = FakeProber()
    run(prober, limit=3)
    assert prober.urls == [
        "https://new.example.org/", "https://host0.example.org/", "https://host1.example.org/",
    ]  # fmt: skip


@pytest.mark.django_db
def test_check_links_alternates_hosts() -> None:
    for page in ("a/1", "a/2", "b/1", "a/3", "b/2"):
        make_link(f"https://{page[0]}.example.org/{page[2]}")
    prober = FakeProber()
    run(prober)
    assert [url[8] for url in prober.urls] == ["a", "b", "a", "b", "a"]


@pytest.mark.django_db
def test_check_links_offline_records_nothing() -> None:
    urls = [f"https://host{number}.example.org/" for number in range(3)]
    for url in urls:
        make_link(url)
    with pytest.raises(services.NetworkOffline):
        run(FakeProber(dict.fromkeys(urls, LOST)))
    assert not LinkCheck.objects.exists()
    assert run(FakeProber({urls[0]: LOST, urls[1]: LOST})).failed == 2, "one answer, and the others count"
    assert LinkCheck.objects.filter(failures=1).count() == 2


@pytest.mark.django_db
def test_check_links_single_failure_is_recorded() -> None:
    make_link("https://example.org/")
    assert run(FakeProber({"https://example.org/": LOST})).failed == 1
    assert LinkCheck.objects.get().failures == 1


@pytest.mark.django_db
def test_check_links_deletes_checks_of_removed_links() -> None:
    kept, gone = make_link("https://example.org/"), make_link("https://gone.example.org/")
    run(FakeProber())
    gone.channels.all().delete()
    run(FakeProber())
    assert [check.listing_id for check in LinkCheck.objects.all()] == [kept.pk]


@pytest.mark.django_db(transaction=True)
def test_check_links_survives_a_deleted_listing() -> None:
    listing = make_link("https://example.org/")

    class Late(FakeProber):
        def probe(self, url: str) -> ProbeResult:
            type(listing).objects.all().delete()
            return super().probe(url)

    assert run(Late()).tried == 1
    assert not LinkCheck.objects.exists()


def make_dead(url: str = "https://example.org/", **facts) -> LinkCheck:
    listing = make_link(url, **facts)
    return LinkCheck.objects.create(
        listing=listing, url=url, failures=3, failing_since=NOW, checked_at=NOW + 2 * DAY
    )


@pytest.mark.django_db
def test_queue_counts_the_links_on_its_list(client) -> None:
    dead = make_dead()
    LinkCheck.objects.create(
        listing=make_link("https://b.example.org/"), url="https://b.example.org/", failures=2
    )
    make_dead("https://c.example.org/", status="paused", status_reason="Away.")
    corrected = make_dead("https://d.example.org/")
    corrected.listing.channels.update(dial="https://new.example.org/")
    [queue] = services.queues(make_curator(client))
    assert (queue.key, queue.count, queue.oldest) == ("dead-links", 1, NOW.date())
    page = client.get(queue.url)
    assert [check.pk for check in page.context["cl"].result_list] == [dead.pk]
    assert f"/admin/directory/treatment/{dead.listing_id}/change/" in page.content.decode()


@pytest.mark.django_db
def test_queue_counts_join_links_of_active_meetings(client) -> None:
    meeting = make_meeting(make_group(), join_url="https://zoom.us/j/1")
    LinkCheck.objects.create(listing=meeting.group, url=meeting.join_url, failures=3, failing_since=NOW)
    curator = make_curator(client)
    assert services.queues(curator)[0].count == 1
    type(meeting).objects.update(active=False)
    assert services.queues(curator)[0].count == 0


@pytest.mark.django_db
def test_queue_is_limited_to_the_curators_regions(client) -> None:
    south = Region.objects.create(name="South", country="US")
    make_dead()
    own = make_dead("https://b.example.org/", region=south)
    curator = make_curator(client)
    CuratorRegion.objects.create(curator=curator, region=south)
    [queue] = services.queues(curator)
    assert queue.count == 1
    assert [check.pk for check in client.get(queue.url).context["cl"].result_list] == [own.pk]


@pytest.mark.django_db
def test_admin_is_read_only(client) -> None:
    check = make_dead()
    make_curator(client, is_superuser=True)
    assert client.get("/admin/curation/linkcheck/add/").status_code == 403
    assert client.get(f"/admin/curation/linkcheck/{check.pk}/delete/").status_code == 403
    assert client.post(f"/admin/curation/linkcheck/{check.pk}/change/", {"url": "x"}).status_code == 403


@pytest.fixture
def fake_prober(monkeypatch):
    """The command asks nobody."""
    monkeypatch.setattr(
        "curation.management.commands.check_links.LinkProber",
        lambda: FakeProber({"https://a.example.org/": DEAD}),
    )


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.django_db
@pytest.mark.parametrize("screen", [io.StringIO, Terminal])
def test_command_reports_and_shows_progress_on_a_terminal(fake_prober, screen) -> None:
    for host in "ab":
        make_link(f"https://{host}.example.org/")
    out, err = io.StringIO(), screen()
    call_command("check_links", stdout=out, stderr=err)
    assert out.getvalue() == "2 links tried, 1 did not answer; 0 are dead.\n"
    assert ("2 of 2 links tried" in err.getvalue()) is (screen is Terminal)
    assert "example.org" not in out.getvalue() + err.getvalue(), (
        "an address may hold the word that lets one in"
    )


@pytest.mark.django_db
def test_command_respects_the_limit(fake_prober) -> None:
    for host in "abc":
        make_link(f"https://{host}.example.org/")
    out = io.StringIO()
    call_command("check_links", limit=2, stdout=out)
    assert out.getvalue().startswith("2 links tried")


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_command_refuses_a_limit_that_is_no_number(limit: str) -> None:
    with pytest.raises(CommandError, match="a whole number from 1 up"):
        call_command("check_links", f"--limit={limit}")


@pytest.mark.django_db
def test_command_offline_ends_with_an_error(monkeypatch) -> None:
    urls = [f"https://host{number}.example.org/" for number in range(3)]
    for url in urls:
        make_link(url)
    answers = dict.fromkeys(urls, LOST)
    monkeypatch.setattr("curation.management.commands.check_links.LinkProber", lambda: FakeProber(answers))
    with pytest.raises(CommandError, match="on the network"):
        call_command("check_links")


def test_prober_has_no_switch_for_the_address_check() -> None:
    assert set(LinkProber.__dataclass_fields__) == {
        "resolver", "connector", "sleep", "clock", "seconds", "last_request", "unreachable",
    }  # fmt: skip
    assert LinkProber().resolver is http_probe.resolve_host
