"""Adapters by name, loaded when first asked for."""

import sys

import pytest

from app.kernel.registry import Registry, UnknownName


def test_a_name_gives_the_class_behind_it():
    registry = Registry("fraction", plain="fractions.Fraction")

    assert registry.get("plain")(1, 2) == 0.5


def test_nothing_is_imported_before_it_is_asked_for():
    sys.modules.pop("this", None)

    Registry("poem", zen="this.s")

    assert "this" not in sys.modules


def test_the_second_look_gives_the_very_same_class():
    registry = Registry("fraction", plain="fractions.Fraction")

    assert registry.get("plain") is registry.get("plain")


def test_names_are_listed_in_order():
    registry = Registry("carrier", ups="a.B", manual="c.D")

    assert registry.names() == ["manual", "ups"]
    assert "ups" in registry
    assert "fedex" not in registry


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(UnknownName, match="there is no carrier called 'fedex'; known: manual, ups"):
        Registry("carrier", ups="a.B", manual="c.D").get("fedex")


def test_a_path_that_leads_nowhere_crashes():
    with pytest.raises(ModuleNotFoundError):
        Registry("carrier", ghost="no.such.Thing").get("ghost")
