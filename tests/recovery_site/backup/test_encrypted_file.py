import io

import pytest
from cryptography.fernet import Fernet

from recovery_site.backup import encrypted_file

FACTS = {"made": "2031-05-06T07:08:09+00:00"}


def closed(content):
    target = io.BytesIO()
    encrypted_file.encrypt_stream(io.BytesIO(content), target, FACTS)
    return target.getvalue()


def opened(content):
    target = io.BytesIO()
    facts = encrypted_file.decrypt_stream(io.BytesIO(content), target)
    return target.getvalue(), facts


@pytest.mark.parametrize(
    "size",
    [
        0,
        1,
        encrypted_file.BLOCK - 1,
        encrypted_file.BLOCK,
        encrypted_file.BLOCK + 1,
        3 * encrypted_file.BLOCK,
    ],
)
def test_content_comes_back(size):
    content = bytes(number % 251 for number in range(size))
    found, facts = opened(closed(content))
    assert found == content
    assert facts["made"] == FACTS["made"]


def test_content_cannot_be_read_in_the_file():
    assert b"canary" not in closed(b"canary" * 1000)


def test_facts_are_read_without_a_key(settings):
    file = closed(b"x")
    settings.PRIVATE_DATA_KEYS = [Fernet.generate_key().decode()]
    assert encrypted_file.facts_of(io.BytesIO(file))["made"] == FACTS["made"]


def test_other_key_does_not_open_it(settings):
    file = closed(b"x")
    settings.PRIVATE_DATA_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(encrypted_file.CannotDecrypt, match="none of PRIVATE_DATA_KEYS"):
        opened(file)


def test_older_key_among_several_opens_it(settings):
    file = closed(b"x")
    settings.PRIVATE_DATA_KEYS = [Fernet.generate_key().decode(), *settings.PRIVATE_DATA_KEYS]
    assert opened(file)[0] == b"x"


def damaged():
    whole = closed(b"a" * (2 * encrypted_file.BLOCK + 10))
    start = whole.index(b"\n", len(encrypted_file.FIRST_LINE)) + 1
    block = 4 + encrypted_file.BLOCK + 16
    first, second, third = (
        whole[start : start + block],
        whole[start + block : start + 2 * block],
        whole[start + 2 * block :],
    )
    head = whole[:start]
    yield "no file of ours", b"PK\x03\x04 something"
    yield "empty", b""
    yield "facts alone", head
    yield "bit changed", head + first[:50] + bytes([first[50] ^ 1]) + first[51:] + second + third
    yield "last block missing", head + first + second
    yield "cut in a block", whole[:-5]
    yield "blocks exchanged", head + second + first + third
    yield "block left out", head + first + third
    yield "something behind", whole + b"\0\0\0\0"
    yield "facts changed", whole.replace(b"2031", b"2032", 1)
    yield "length of a gigabyte", head + b"\x40\0\0\0" + first


@pytest.mark.parametrize("case", [name for name, _file in damaged()])
def test_damage_is_noticed(case):
    with pytest.raises(encrypted_file.CannotDecrypt):
        opened(dict(damaged())[case])
