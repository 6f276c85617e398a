"""Which address others in the room have to write."""

from __future__ import annotations

import pytest
import streamlit as st

from pages.ui import addresses


@pytest.fixture
def in_a_network(monkeypatch):
    monkeypatch.setattr(addresses, "of_this_machine", lambda: "192.168.7.20")


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ("http://localhost:8501/gram", "http://192.168.7.20:8501/gram"),
        ("http://127.0.0.1:8501/lab/gram", "http://192.168.7.20:8501/lab/gram"),
        ("http://[::1]:80/", "http://192.168.7.20:80/"),
        ("http://localhost", "http://192.168.7.20"),
        # whoever has come by another name has one that works
        ("http://teacher.local:8501/gram", "http://teacher.local:8501/gram"),
        ("https://gramlab.example.org/gram", "https://gramlab.example.org/gram"),
        ("http://192.168.7.9:8501/", "http://192.168.7.9:8501/"),
        ("", ""),
    ],
)
def test_a_name_that_means_this_machine_is_written_so_that_others_come_here(own, told, in_a_network):
    assert addresses.for_the_room(own) == told


def test_where_nobody_else_can_come_nothing_else_is_promised(in_a_network, monkeypatch):
    options = {"server.address": "127.0.0.1", "server.port": 8501, "server.baseUrlPath": ""}
    monkeypatch.setattr(st, "get_option", options.get)
    assert addresses.for_the_room("http://localhost:8501/gram") == "http://localhost:8501/gram"
    assert addresses.to_be_told() is None
    options["server.address"] = None
    options["server.baseUrlPath"] = "/lab/"
    assert addresses.to_be_told() == "http://192.168.7.20:8501/lab"
    monkeypatch.setattr(addresses, "of_this_machine", lambda: None)
    assert addresses.to_be_told() is None


def test_the_machines_own_address_is_one_that_others_reach(monkeypatch):
    found = addresses.of_this_machine()
    assert found is None or not addresses.is_own(found)
    # a network without a way out: by its name; a machine in no network knows only itself
    for known, told in ((["127.0.1.1", "10.1.2.3"], "10.1.2.3"), (["127.0.0.1"], None), ([], None)):
        monkeypatch.setattr(addresses, "_ELSEWHERE", "not an address")
        monkeypatch.setattr(addresses, "_by_name", lambda known=known: known)
        assert addresses.of_this_machine() == told
