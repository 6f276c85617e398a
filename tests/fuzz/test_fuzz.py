"""The short form of `make fuzz`: some hundred cases of each kind; and a fault is seen and can be repeated."""

from __future__ import annotations

import pytest

from tests.fuzz import run as module
from tests.fuzz.run import KINDS, run

SHORT = {"pages": 6}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_nonsense_is_opened_or_refused_in_words(kind):
    found = run(kind, SHORT.get(kind, 250), seed=1)
    assert found.faults == []
    if kind != "pages":  # of those a handful only
        assert found.opened
        assert found.refused


def test_a_fault_is_kept_with_the_number_that_repeats_it(monkeypatch):
    def breaks_now_and_then(rng):
        if rng.random() < 0.2:
            raise KeyError("nobody thought of that")
        return True

    monkeypatch.setitem(module.KINDS, "pictures", module._of(breaks_now_and_then, "pictures"))
    found = run("pictures", 40, seed=3)
    assert found.faults
    assert found.opened == 40 - len(found.faults)
    for index, _ in found.faults:
        with pytest.raises(KeyError):
            KINDS["pictures"](3, index)
