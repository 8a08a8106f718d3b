import inspect
import re
from pathlib import Path

import pytest

from network.accounts import allauth_internals
from network.accounts.allauth_internals import TOTP, RecoveryCodes

ROOT = Path(__file__).parents[3]
APPS = ("core", "directory", "groups", "network", "feeds", "curation", "demo", "recovery_site")


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (allauth_internals.begin_registration, ["user", "passwordless"]),
        (allauth_internals.generate_totp_secret, ["length"]),
        (allauth_internals.decrypt_secret, ["encrypted_text"]),
        (allauth_internals.hotp_value, ["secret", "counter"]),
        (allauth_internals.format_hotp_value, ["value"]),
        (allauth_internals.yield_hotp_counters_from_time, []),
        (TOTP.activate, ["user", "secret"]),
        (RecoveryCodes.activate, ["user"]),
    ],
)
def test_allauth_function_takes_the_expected_parameters(function, parameters):
    assert list(inspect.signature(function).parameters) == parameters


def test_no_other_module_imports_from_allauth_internals():
    sources = {path: path.read_text(encoding="utf-8") for app in APPS for path in (ROOT / app).rglob("*.py")}
    importing = [path for path, source in sources.items() if re.search(r"\ballauth\.\S*internal\b", source)]
    assert importing == [Path(allauth_internals.__file__)]


def test_totp_code_of_a_counter():
    """The secret and the code come from RFC 4226, appendix D: "12345678901234567890" in base 32, counter 1."""
    assert allauth_internals.totp_code("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1) == "287082"
