import io
import tarfile

import pyrage
import pytest
from cryptography.fernet import Fernet

from recovery_site.backup import encrypted_file

FACTS = {"made": "2031-05-06T07:08:09+00:00"}
# age, section "Payload": chunks of 64 KiB, each with a tag of 16 bytes, after a nonce of 16 bytes.
CHUNK = 64 * 1024
NONCE, TAG = 16, 16


def encrypt(content):
    target = io.BytesIO()
    encrypted_file.encrypt_stream(io.BytesIO(content), target, FACTS)
    return target.getvalue()


def decrypt(content):
    target = io.BytesIO()
    facts = encrypted_file.decrypt_stream(io.BytesIO(content), target)
    return target.getvalue(), facts


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 1_000_000])
def test_content_comes_back(size):
    content = bytes(number % 251 for number in range(size))
    decrypted, facts = decrypt(encrypt(content))
    assert decrypted == content
    assert facts == FACTS


def test_content_cannot_be_read_in_the_file():
    encrypted = encrypt(b"canary" * 1000)
    assert b"canary" not in encrypted
    assert b"2031" not in encrypted


def test_facts_are_read_from_the_beginning_alone():
    encrypted = encrypt(b"x" * 10 * CHUNK)
    assert encrypted_file.read_facts(io.BytesIO(encrypted[: 2 * CHUNK])) == FACTS


def test_age_and_tar_open_it_without_this_site():
    """The planted fault: a name, size or padding that only our own reader understands."""
    archive = io.BytesIO(pyrage.decrypt(encrypt(b"all of it"), encrypted_file.identities()))
    with tarfile.open(fileobj=archive, mode="r:") as members:
        assert members.getnames() == ["facts.json", "database"]
        assert members.extractfile("database").read() == b"all of it"


def test_file_of_another_program_is_no_backup():
    [identity] = encrypted_file.identities()
    for content in (b"", b"x" * 5000):
        encrypted = pyrage.encrypt(content, [identity.to_public()])
        with pytest.raises(encrypted_file.CannotDecrypt):
            decrypt(encrypted)


def test_identity_of_a_key_never_changes(settings):
    """Backups of today must open tomorrow: another derivation would need both."""
    settings.PRIVATE_DATA_KEYS = ["AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]
    [identity] = encrypted_file.identities()
    assert str(identity.to_public()) == "age1hzky4yhzhkymh0v3sk2f2sctgnqhhnqgq9hv67nun4djsgqr052qq2njag"


def test_other_key_does_not_open_it(settings):
    file = encrypt(b"x")
    settings.PRIVATE_DATA_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(encrypted_file.CannotDecrypt, match="none of PRIVATE_DATA_KEYS"):
        decrypt(file)


def test_older_key_among_several_opens_it(settings):
    file = encrypt(b"x")
    settings.PRIVATE_DATA_KEYS = [Fernet.generate_key().decode(), *settings.PRIVATE_DATA_KEYS]
    assert decrypt(file)[0] == b"x"


def test_full_disk_is_no_damage():
    class FullDisk(io.BytesIO):
        def write(self, content):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        encrypted_file.decrypt_stream(io.BytesIO(encrypt(b"x" * CHUNK)), FullDisk())
    with pytest.raises(OSError, match="No space left"):
        encrypted_file.encrypt_stream(io.BytesIO(b"x" * CHUNK), FullDisk(), FACTS)


def damaged_files():
    file = encrypt(b"a" * (2 * CHUNK + 10))
    start = file.index(b"\n", file.index(b"\n--- ") + 1) + 1 + NONCE
    step = CHUNK + TAG
    head, first, second, third = (
        file[:start],
        file[start:][:step],
        file[start + step :][:step],
        file[start + 2 * step :],
    )
    assert third
    yield "no file of ours", b"PK\x03\x04 something"
    yield "empty", b""
    yield "head alone", head
    yield "head cut", head[:40]
    yield "bit of the head changed", head[:60] + bytes([head[60] ^ 1]) + file[61:]
    yield "bit changed", head + first[:50] + bytes([first[50] ^ 1]) + first[51:] + second + third
    yield "last chunk missing", head + first + second
    yield "cut in a chunk", file[:-5]
    yield "chunks exchanged", head + second + first + third
    yield "chunk left out", head + first + third
    yield "something behind", file + b"\0\0\0\0"


@pytest.mark.parametrize("case", [name for name, _file in damaged_files()])
def test_damage_is_noticed(case):
    with pytest.raises(encrypted_file.CannotDecrypt):
        decrypt(dict(damaged_files())[case])
