"""The readers of settings: what they take in, what they stop on, and that no secret gets into a message."""

import base64
from urllib.parse import quote

import pytest

from recovery_site import env
from recovery_site.env import BadSetting

NAME = "STEADY_TEST_SETTING"
KEY_ONE = base64.urlsafe_b64encode(bytes(range(32))).decode()
KEY_TWO = base64.urlsafe_b64encode(b"\xff" * 32).decode()


@pytest.fixture
def given(monkeypatch):
    """Set the one variable that these tests read."""

    def give(value):
        monkeypatch.setenv(NAME, value)

    return give


@pytest.mark.parametrize("blank", ["", "   ", "\n"])
def test_blank_variable_counts_as_not_set(given, blank):
    given(blank)
    assert env.read_text(NAME, "fallback") == "fallback"
    assert env.read_boolean(NAME, True) is True
    assert env.read_integer(NAME, 7) == 7
    assert env.read_list(NAME, ["a"]) == ["a"]
    assert env.read_keys(NAME) == []
    assert env.read_database_url(NAME) == {}


def test_text_is_trimmed_outside_only(given):
    given("  Steady in Ulster ")
    assert env.read_text(NAME) == "Steady in Ulster"


@pytest.mark.parametrize("value", ["two\nlines", "a\x1b[31mb", "a\tb"])
def test_text_with_control_characters_is_rejected(given, value):
    given(value)
    with pytest.raises(BadSetting, match="one line"):
        env.read_text(NAME)


def test_short_text_is_rejected_without_showing_the_secret(given):
    given("hunter2hunter2")
    with pytest.raises(BadSetting, match="at least 50 characters") as stopped:
        env.read_text(NAME, min_length=50, secret=True)
    assert "hunter2" not in str(stopped.value)
    assert "14 characters" in stopped.value.given


@pytest.mark.parametrize(
    ("value", "read"),
    [("1", True), ("TRUE", True), ("yes", True), ("on", True), ("0", False), ("False", False), ("no", False)],
)
def test_boolean_accepts_the_usual_words(given, value, read):
    given(value)
    assert env.read_boolean(NAME, not read) is read


@pytest.mark.parametrize(("value", "read"), [("", "US"), ("gb", "GB"), (" IE ", "IE")])
def test_country_is_returned_as_two_capitals(given, value, read):
    given(value)
    assert env.read_country(NAME, "US") == read


@pytest.mark.parametrize("value", ["USA", "U", "1A", "ÜS", "U S"])
def test_invalid_country_is_rejected(given, value):
    given(value)
    with pytest.raises(BadSetting, match="two letters"):
        env.read_country(NAME, "US")


@pytest.mark.parametrize(
    "value", ["https://www.example.org/", "http://example.org", "https://example.org?q=1"]
)
def test_web_address_is_complete(given, value):
    given(value)
    assert env.read_web_address(NAME, "https://example.org/") == value


@pytest.mark.parametrize(
    "value",
    [
        "example.org",
        "/leave",
        "//example.org/",
        "javascript:alert(1)",
        "https://",
        "https://u:p@example.org/",
    ],
)
def test_invalid_web_address_is_rejected(given, value):
    given(value)
    with pytest.raises(BadSetting, match="a whole address"):
        env.read_web_address(NAME, "https://example.org/")


@pytest.mark.parametrize("value", ["2", "y e s", "ja", "-", "None"])
def test_invalid_boolean_is_rejected(given, value):
    given(value)
    with pytest.raises(BadSetting) as stopped:
        env.read_boolean(NAME)
    assert NAME in str(stopped.value)
    assert repr(value) in str(stopped.value)
    assert "wanted: 1 (true, yes, on)" in str(stopped.value)


@pytest.mark.parametrize(("value", "read"), [("0", 0), ("-3", -3), ("8000", 8000), (" 42 ", 42)])
def test_integer_accepts_plain_digits(given, value, read):
    given(value)
    assert env.read_integer(NAME, 1) == read


@pytest.mark.parametrize("value", ["1_000", "1e3", "٣", "3.0", "0x10", "+-1", "9" * 40])
def test_integer_rejects_other_notations(given, value):
    given(value)
    with pytest.raises(BadSetting, match="a whole number"):
        env.read_integer(NAME, 1)


def test_integer_respects_both_bounds(given):
    for value in ("1", "65535"):
        given(value)
        assert env.read_integer(NAME, 8000, minimum=1, maximum=65535) == int(value)
    for value in ("0", "65536"):
        given(value)
        with pytest.raises(BadSetting, match="from 1 up to 65535"):
            env.read_integer(NAME, 8000, minimum=1, maximum=65535)


@pytest.mark.parametrize("value", ["a b", "a,b", " a , b ,", ",a,,b", "a\nb"])
def test_list_is_split_at_commas_and_blanks(given, value):
    given(value)
    assert env.read_list(NAME) == ["a", "b"]


def test_keys_keep_their_order(given):
    given(f"{KEY_TWO}, {KEY_ONE}")
    assert env.read_keys(NAME) == [KEY_TWO, KEY_ONE]


@pytest.mark.parametrize(
    "wrong", ["short", KEY_ONE[:-4], KEY_ONE + "AAAA", KEY_ONE.replace("A", "!"), "schlüssel"]
)
def test_malformed_key_is_rejected(given, wrong):
    given(f"{KEY_TWO},{wrong}")
    with pytest.raises(BadSetting, match="number 2 is none") as stopped:
        env.read_keys(NAME)
    assert wrong not in str(stopped.value)


def test_duplicate_key_is_rejected(given):
    given(f"{KEY_ONE} {KEY_ONE}")
    with pytest.raises(BadSetting, match="each key once"):
        env.read_keys(NAME)


@pytest.mark.parametrize(
    ("value", "file"),
    [
        ("sqlite:///var/steady.sqlite3", str(env.ROOT / "var/steady.sqlite3")),
        ("sqlite:////srv/steady.sqlite3", "/srv/steady.sqlite3"),
        ("sqlite:////srv/a%20folder/steady.sqlite3", "/srv/a folder/steady.sqlite3"),
        ("sqlite:////srv/a folder/steady.sqlite3", "/srv/a folder/steady.sqlite3"),
        ("sqlite://:memory:", ":memory:"),
        ("sqlite:///:memory:", ":memory:"),
    ],
)
def test_database_url_reads_sqlite(given, value, file):
    given(value)
    assert env.read_database_url(NAME) == {"ENGINE": "django.db.backends.sqlite3", "NAME": file}


def test_database_url_reads_postgres(given):
    given("postgres://steady:p%40ss%2Fword@db.example.org:5433/steady?sslmode=require&connect_timeout=3")
    assert env.read_database_url(NAME) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "steady",
        "USER": "steady",
        "PASSWORD": "p@ss/word",
        "HOST": "db.example.org",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require", "connect_timeout": "3", "options": "-c jit=off"},
    }


@pytest.mark.parametrize("options", ["-c jit=on", ""])
def test_database_url_options_are_passed_on(given, options):
    given(f"postgres://localhost/steady?options={quote(options)}")
    assert env.read_database_url(NAME)["OPTIONS"] == {"options": options}


@pytest.mark.parametrize(
    ("value", "host", "port"),
    [
        ("postgresql:///steady", "", ""),
        ("postgres://me@/steady?host=/run/a%20folder", "/run/a folder", ""),
        ("postgres://me@/steady?host=/run/postgresql&port=5433", "/run/postgresql", "5433"),
        ("postgres://me@%2Frun%2Fpostgresql/steady", "/run/postgresql", ""),
        ("postgres://me@[::1]:5432/steady", "::1", "5432"),
    ],
)
def test_database_url_finds_the_host(given, value, host, port):
    given(value)
    read = env.read_database_url(NAME)
    assert (read["HOST"], read["PORT"], read["NAME"]) == (host, port, "steady")


@pytest.mark.parametrize(
    "value",
    [
        "steady.sqlite3",
        "mysql://me:s3cret@host/steady",
        "sqlite://",
        "sqlite:///",
        "sqlite:///folder/",
        "sqlite://server/file",
        "sqlite:///file?mode=ro",
        "postgres://me:s3cret@host",
        "postgres://me:s3cret@host/",
        "postgres://me:s3cret@host/one/two",
        "postgres://me:s3cret",
        "postgres://me:s3cret@host:port/steady",
        "postgres://me:s3cret@host:70000/steady",
        "postgres://me:s3cret#more@host/steady",
        "postgres://me:s3cret@[::1/steady",
        "postgres://me:s3cret@host/steady?sslmode",
        "postgres://me:s3cret@host/steady?pasword=s3cret",
        "postgres://me@/steady?port=s3cret",
    ],
)
def test_invalid_database_url_is_rejected_without_showing_secrets(given, value):
    given(value)
    with pytest.raises(BadSetting) as stopped:
        env.read_database_url(NAME)
    assert NAME in str(stopped.value)
    assert "s3cret" not in str(stopped.value)
    assert stopped.value.wanted


def test_database_url_uses_its_default(given):
    given("")
    assert env.read_database_url(NAME, "sqlite:////srv/default")["NAME"] == "/srv/default"


def test_mask_secret_shows_at_most_the_scheme():
    assert env.mask_secret("postgres://me:s3cret@host/steady") == "postgres://***"
    assert env.mask_secret("s3cret") == "*** (6 characters)"


@pytest.mark.parametrize("value", ["Europe/Berlin", "UTC", "America/Argentina/Ushuaia"])
def test_zone_is_accepted(given, value):
    given(value)
    assert env.read_zone(NAME, "UTC") == value


@pytest.mark.parametrize(
    "value", ["localtime", "posixrules", "Factory", "../x", "/etc/localtime", "Europe", "Mars/Base"]
)
def test_invalid_zone_is_rejected(given, value):
    given(value)
    with pytest.raises(BadSetting, match="time zone"):
        env.read_zone(NAME, "UTC")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("https://steady.example", "https://steady.example"),
        ("https://Steady.Example/", "https://steady.example"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("", "http://localhost:8000"),
    ],
)
def test_origin_is_scheme_and_host(given, value, read):
    given(value)
    assert env.read_origin(NAME, "http://localhost:8000") == read


@pytest.mark.parametrize(
    "value",
    [
        "steady.example", "//steady.example", "ftp://steady.example", "https://steady.example/path", "https://",
        "https://steady.example?q", "https://steady.example#x", "https://user@steady.example", "https://a b.example",
        "https://steady.example:port", "https://steady.example:123456", "https://steady.example//", "https://é.example",
    ],
)  # fmt: skip
def test_invalid_origin_is_rejected(given, value):
    given(value)
    with pytest.raises(env.BadSetting, match="scheme and host"):
        env.read_origin(NAME, "http://localhost:8000")
