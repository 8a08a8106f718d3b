import json

import pytest

from network.vault import items
from network.vault.items import Goal, Person

ONE_OF_EACH = [kind() for kind in items.ITEM_TYPES.values()]


@pytest.mark.parametrize("thing", ONE_OF_EACH, ids=lambda thing: thing.KIND)
def test_item_survives_conversion_to_plain_data(thing):
    assert items.item_from_dict(json.loads(json.dumps(items.item_to_dict(thing)))) == thing


def test_item_types_are_complete():
    assert set(items.ITEM_TYPES) == {kind.KIND for kind in items.VaultItem.__subclasses__()}


def test_unknown_field_is_ignored_and_missing_field_gets_its_default():
    thing = items.item_from_dict({"kind": "person", "name": "Dev", "from_the_future": 1})
    assert thing == Person(name="Dev")


@pytest.mark.parametrize("kind", ["", "stranger", None])
def test_unknown_type_is_refused(kind):
    with pytest.raises(ValueError, match="kind"):
        items.item_from_dict({"kind": kind, "words": "x"})


def test_goal_has_no_score():
    assert {"streak", "score", "count"} & set(Goal.__dataclass_fields__) == set()
