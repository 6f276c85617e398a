"""The address under which others in the room reach this machine: a link that says localhost opens nothing for them."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from pages.ui.text import LANGUAGES, words

_ELSEWHERE = "10.254.254.254"  # of any network: by the route to it the system names its own address; nothing is sent


def of_this_machine() -> str | None:
    """The machine's own address in the network it is in; None where it is in none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_ELSEWHERE, 9))
            found = [probe.getsockname()[0]]
        except OSError:  # a network without a way out
            found = _by_name()
    return next((address for address in found if _others_reach(address)), None)


def _by_name() -> list[str]:
    try:
        return socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return []


def is_own(host: str | None) -> bool:
    """Whether a host's name means the very machine that says it: localhost, 127.0.0.1, ::1."""
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _others_reach(address: str) -> bool:
    return not is_own(address) and address != "0.0.0.0"


def for_the_room(url: str) -> str:
    """The address as others in the room have to write it; as it is where nobody but this machine can come."""
    parts = urlsplit(url)
    if not is_own(parts.hostname) or is_own(st.get_option("server.address")):
        return url
    machine = of_this_machine()
    if machine is None:
        return url
    return urlunsplit(parts._replace(netloc=machine + (f":{parts.port}" if parts.port else "")))


def announcement() -> list[str]:
    """What is printed when the server starts, in each language; nothing where there is nothing to tell."""
    told = to_be_told()
    return [words(language)["shell.reach"].format(address=told) for language in LANGUAGES] if told else []


def to_be_told() -> str | None:
    """What a teacher writes on the board, the address of the first page; None where nobody else can come."""
    path = st.get_option("server.baseUrlPath").strip("/")
    own = f"http://localhost:{st.get_option('server.port')}" + (f"/{path}" if path else "")
    told = for_the_room(own)
    return None if told == own else told
