"""The guard that keeps tests on this machine."""

import socket

import pytest

from tests.conftest import ReachedOut


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80, 0, 0), ("example.org", 443)])
def test_guard_stops_connections_to_other_machines(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as plug:
        plug.settimeout(0.01)
        with pytest.raises(ReachedOut):
            plug.connect(address)
        with pytest.raises(ReachedOut):
            plug.connect_ex(address)


def test_guard_stops_datagrams_to_other_machines():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug, pytest.raises(ReachedOut):
        plug.sendto(b"", ("192.0.2.1", 9))


def test_guard_stops_names_from_being_looked_up():
    with pytest.raises(ReachedOut):
        socket.getaddrinfo("example.org", 443)


def test_guard_lets_this_machine_through():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        assert socket.getaddrinfo("localhost", 80)
