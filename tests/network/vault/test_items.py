import json

import pytest

from network.vault import items
from network.vault.items import Goal, Person

ONE_OF_EACH = [kind() for kind in items.ITEM_TYPES.values()]


@pytest.mark.parametrize("thing", ONE_OF_EACH, ids=lambda thing: thing.KIND)
def test_thing_comes_back_from_plain_data(thing):
    assert items.item_from_dict(json.loads(json.dumps(items.item_to_dict(thing)))) == thing


def test_kinds_are_all_there_are():
    assert set(items.ITEM_TYPES) == {kind.KIND for kind in items.VaultItem.__subclasses__()}


def test_unknown_field_is_left_out_and_a_missing_one_is_not_given():
    thing = items.item_from_dict({"kind": "person", "name": "Dev", "from_the_future": 1})
    assert thing == Person(name="Dev")


@pytest.mark.parametrize("kind", ["", "stranger", None])
def test_unknown_kind_is_refused(kind):
    with pytest.raises(ValueError, match="kind"):
        items.item_from_dict({"kind": kind, "words": "x"})


def test_goal_is_no_score():
    assert {"streak", "score", "count"} & set(Goal.__dataclass_fields__) == set()
