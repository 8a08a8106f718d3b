"""`make run`'s command: its port, what it sets up, what it says, and the server it becomes."""

import io
import socket
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from recovery_site.management.commands import serve


@pytest.fixture
def taken():
    """A port on which somebody listens."""
    with socket.create_server((serve.ADDRESS, 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def steps(monkeypatch, settings, tmp_path):
    """Record the commands that `serve` calls and the program it becomes, and do none of it."""
    settings.DEMO = True
    settings.SITE_NAME = "Steady"
    settings.STATE_DIR = tmp_path / "var"
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    done = []
    monkeypatch.setenv("DEBUG", "0")
    monkeypatch.setenv("SITE_ORIGIN", "")
    monkeypatch.setattr(serve, "call_command", lambda name, **options: done.append(name))
    monkeypatch.setattr(serve.Listing.objects, "exists", lambda: False)
    monkeypatch.setattr(serve.MigrationExecutor, "migration_plan", lambda self, targets: ["something"])
    monkeypatch.setattr(serve.connections, "close_all", lambda: None)
    monkeypatch.setattr(serve.os, "umask", lambda mask: 0)
    monkeypatch.setattr(serve.os, "execv", lambda program, arguments: done.append(arguments))
    return done


def run(**options):
    out = io.StringIO()
    call_command("serve", stdout=out, **options)
    return out.getvalue()


def test_port_is_kept_when_free():
    with socket.create_server((serve.ADDRESS, 0)) as server:
        port = server.getsockname()[1]
    assert serve.find_free_port(port) == port


def test_next_port_is_used_if_taken(taken):
    assert taken < serve.find_free_port(taken) <= taken + serve.MORE_PORTS


def test_port_fails_if_all_are_taken(monkeypatch):
    monkeypatch.setattr(serve, "_is_free", lambda port: False)
    with pytest.raises(CommandError, match="8000 to 8020 are all taken"):
        serve.find_free_port(8000)


def test_port_stays_below_the_highest(monkeypatch):
    monkeypatch.setattr(serve, "_is_free", lambda port: port > 65535)
    with pytest.raises(CommandError, match="65530 to 65535"):
        serve.find_free_port(65530)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_port_must_be_valid(port):
    with pytest.raises(CommandError, match="no port"):
        serve.find_free_port(port)


@pytest.mark.django_db
def test_serve_sets_up_an_empty_database_and_becomes_gunicorn(steps):
    said = run(port=8765)
    *commands, server = steps
    assert commands == ["migrate", "collectstatic", "load_facts", "load_demo", "demo_logins"]
    assert server[:4] == [sys.executable, "-m", "gunicorn", "--bind=127.0.0.1:8765"]
    assert "--no-control-socket" in server
    # A warning of gunicorn's quotes the request.
    assert "--log-level=error" in server
    # Nobody may say under which prefix or scheme the site is asked.
    assert {"--forwarder-headers=", "--forwarded-allow-ips="} <= set(server)
    assert "http://localhost:8765/" in said
    assert said.endswith("Ctrl-C stops.\n")


@pytest.mark.django_db
def test_serve_creates_files_for_their_owner_only(steps, monkeypatch):
    masks = []
    monkeypatch.setattr(serve.os, "umask", masks.append)
    run()
    assert masks == [0o077]


@pytest.mark.django_db
def test_serve_creates_the_state_folder(steps, settings, tmp_path):
    settings.STATE_DIR = tmp_path / "not" / "yet"
    run()
    assert settings.STATE_DIR.is_dir()


def test_serve_reports_in_one_line_that_the_database_cannot_be_opened(steps, monkeypatch):
    def refuse(connection):
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(serve, "MigrationExecutor", refuse)
    with pytest.raises(CommandError, match=r"^The database cannot be opened: unable to open"):
        run()


@pytest.mark.django_db
def test_serve_does_not_change_a_ready_database(steps, monkeypatch):
    monkeypatch.setattr(serve.Listing.objects, "exists", lambda: True)
    monkeypatch.setattr(serve.MigrationExecutor, "migration_plan", lambda self, targets: [])
    said = run()
    assert steps[:-1] == ["collectstatic", "demo_logins"]
    assert "database" not in said


@pytest.mark.django_db
def test_serve_collects_static_files_again_only_when_they_changed(steps, settings, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "site.css").write_text("p {}")
    settings.STATICFILES_DIRS = [source]
    run()
    run()
    assert steps.count("collectstatic") == 1
    (source / "site.css").write_text("p { margin: 0 }")
    run()
    assert steps.count("collectstatic") == 2


@pytest.mark.django_db
def test_serve_without_demo_loads_facts_and_prints_no_login(steps, settings):
    settings.DEMO = False
    run()
    assert steps[:-1] == ["migrate", "collectstatic", "load_facts"]


@pytest.mark.django_db
def test_serve_prints_the_port_that_it_uses(steps, taken):
    said = run(port=taken)
    assert f"Port {taken} is taken" in said
    assert f"http://localhost:{taken}/" not in said


@pytest.mark.django_db
def test_serve_debug_becomes_runserver_with_debug_on(steps):
    run(debug=True, port=8765)
    assert steps[-1][-2:] == ["runserver", "127.0.0.1:8765"]
    assert "collectstatic" not in steps
    assert serve.os.environ["DEBUG"] == "1"


@pytest.mark.django_db
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize(
    ("given", "origin"), [("", "http://localhost:8765"), ("https://steady.example", "https://steady.example")]
)
def test_serve_sets_the_site_origin(steps, monkeypatch, debug, given, origin):
    monkeypatch.setenv("SITE_ORIGIN", given)
    run(port=8765, debug=debug)
    assert serve.os.environ["SITE_ORIGIN"] == origin
