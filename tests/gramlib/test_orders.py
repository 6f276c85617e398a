"""Orders: what is wanted, what was sent, what is in force."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gramlib.orders import Order, Orders


def said(order):
    return order.settings, order.style


def test_only_the_difference_is_sent_and_only_once():
    orders, wave, scream = Orders("first"), object(), object()
    assert orders.next(anew=True).is_empty
    orders.ask("second")
    orders.ask(style=wave)
    assert said(orders.wanted) == said(orders.next()) == ("second", wave)
    assert orders.next().is_empty
    orders.ask(style=scream)
    assert said(orders.next()) == (None, scream)


def test_the_very_first_steps_are_told_nothing_before_their_first():
    orders = Orders("first")
    orders.ask("second")
    assert orders.next(anew=True).is_empty
    assert said(orders.next()) == ("second", None)


def test_steps_that_are_made_anew_know_what_the_first_were_made_with():
    orders, wave = Orders("first"), object()
    orders.next(anew=True)
    orders.ask("second", wave)
    orders.next()
    orders.accept()
    assert said(orders.next(anew=True)) == ("second", wave)
    orders.ask("first")
    assert said(orders.next(anew=True)) == (None, wave)


def test_in_force_is_what_a_step_was_made_with():
    orders = Orders("first")
    orders.next(anew=True)
    assert not orders.accept()
    orders.ask("second")
    assert said(orders.in_force) == ("first", None)
    orders.next()
    assert orders.accept()
    assert not orders.accept()
    assert said(orders.in_force) == ("second", None)


def test_what_is_refused_is_not_wanted_any_more_unless_it_was_asked_for_since():
    orders, wave, scream = Orders("good"), object(), object()
    orders.next(anew=True)
    orders.accept()
    orders.ask("bad", wave)
    orders.next()
    orders.ask(style=scream)
    orders.refuse()
    assert said(orders.wanted) == ("good", scream)


@given(st.lists(st.sampled_from(["ask a", "ask b", "next", "anew", "accept", "refuse"])))
def test_after_a_step_that_is_accepted_what_is_wanted_is_in_force(happened):
    orders = Orders("a")
    known = "a"  # to those who make the steps
    orders.next(anew=True)
    for what in happened:
        if what.startswith("ask"):
            orders.ask(what[-1])
        elif what == "accept":
            orders.accept()
        elif what == "refuse":  # those who refuse are gone
            orders.refuse()
            what = "anew"
        if what in ("next", "anew"):
            told = orders.next(anew=what == "anew").settings
            known = told or ("a" if what == "anew" else known)
            assert known == orders.sent.settings == orders.wanted.settings
    orders.next()
    orders.accept()
    assert said(orders.in_force) == said(orders.wanted)


def test_styles_are_told_apart_by_identity():
    one, other = [1], [1]
    assert Order(style=one).beside(Order(style=other)).style is one
    assert Order(style=one).beside(Order(style=one)).is_empty
