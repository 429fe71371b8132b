"""The fence itself: a suite that could reach Google would prove nothing."""

import socket

import pytest

import network_fence


def test_names_elsewhere_are_refused_and_remembered() -> None:
    with pytest.raises(PermissionError, match="generativelanguage.googleapis.com"):
        socket.getaddrinfo("generativelanguage.googleapis.com", 443)
    assert network_fence.escapes == ["socket.getaddrinfo: generativelanguage.googleapis.com"]
    network_fence.escapes.clear()


def test_addresses_elsewhere_are_refused_and_remembered() -> None:
    with pytest.raises(PermissionError, match="169.254.169.254"):
        socket.create_connection(("169.254.169.254", 80), timeout=1)
    assert network_fence.escapes
    network_fence.escapes.clear()
