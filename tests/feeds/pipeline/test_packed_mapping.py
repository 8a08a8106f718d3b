"""Many values, packed until they are asked for."""

import datetime

import pytest

from feeds.pipeline.packed_mapping import PickledMapping
from feeds.pipeline.stage_groups import StagedListing


def staged(number: int) -> StagedListing:
    meetings = {f"m-{number}": {"start": datetime.time(19, 30), "modes": ("in-person",), "codes": ["X"]}}
    return StagedListing(ref=f"group-{number}", listing={"name": f"Group {number}"}, meetings=meetings)


def test_mapping_keeps_values_and_order():
    stock = PickledMapping[StagedListing]()
    for number in (3, 1, 2):
        stock[f"group-{number}"] = staged(number)
    assert list(stock) == ["group-3", "group-1", "group-2"]
    assert list(stock.values()) == [staged(3), staged(1), staged(2)]
    assert (len(stock), "group-1" in stock, "group-9" in stock) == (3, True, False)
    with pytest.raises(KeyError):
        stock["group-9"]


def test_mapping_returns_copies():
    stock = PickledMapping[StagedListing]()
    stock["group-1"] = staged(1)
    stock["group-1"].listing["name"] = "Another"
    assert stock["group-1"] == staged(1)
