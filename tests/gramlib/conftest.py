"""Pools of both kinds, for the tests of what whoever uses one may rely on."""

from __future__ import annotations

import pytest

from gramlib.jobs import JobPool
from tests.gramlib.toys import Clock, making


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_pool_here(clock):
    """Makes pools whose jobs' steps are made in this process."""
    yield from making(clock, JobPool)


@pytest.fixture(params=["here", pytest.param("workers", marks=pytest.mark.slow)])
def make_pool(request, clock):
    """Makes pools of both kinds: nobody who uses one shall be able to tell the difference."""
    if request.param == "here":
        yield from making(clock, JobPool)
    else:
        from tests.gramlib.workshop import far_pool

        yield from making(clock, far_pool)
