import pytest

from directory.listings.merged_redirects import MAX_CHAIN, merge_targets, replace_merged
from directory.models import Listing
from tests.builders import make_listing

pytestmark = pytest.mark.django_db


def chain(length, **last):
    """Make listings of which each is replaced by the next."""
    listings = [make_listing(**last)]
    for _step in range(length):
        listings.insert(0, closed(replaced_by_id=listings[0].pk))
    return listings


def closed(**facts):
    return make_listing(status="closed", status_reason="The same.", **facts)


def test_merge_targets_without_replacements_takes_one_query(django_assert_num_queries):
    pks = [make_listing().pk for _ in range(3)]
    with django_assert_num_queries(1):
        assert merge_targets(pks) == {}
    assert replace_merged(pks, {}) == pks


def test_merge_targets_follow_chain():
    listings = chain(MAX_CHAIN)
    end = listings[-1].pk
    assert merge_targets([each.pk for each in listings]) == {each.pk: end for each in listings[:-1]}


def test_merge_targets_skip_long_chain():
    first, second, *_rest, last = chain(MAX_CHAIN + 1)
    assert merge_targets([first.pk, second.pk]) == {second.pk: last.pk}


@pytest.mark.parametrize("length", [2, 3, 6])
def test_merge_targets_skip_circle(length):
    ring = [closed() for _ in range(length)]
    for each, following in zip(ring, ring[1:] + ring[:1], strict=True):
        Listing.objects.filter(pk=each.pk).update(replaced_by=following.pk)
    into = closed(replaced_by_id=ring[0].pk)
    assert merge_targets([each.pk for each in (*ring, into)]) == {}


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_merge_targets_skip_hidden_target(status):
    first, _last = chain(1, status=status)
    assert merge_targets([first.pk]) == {}


def test_replace_merged_keeps_order_without_repeats():
    assert replace_merged([5, 1, 2, 3], {1: 3, 2: 9}) == [5, 3, 9]


def test_page_of_replaced_listing_redirects_to_target(client):
    first, *_rest, last = chain(3)
    assert client.get(first.get_absolute_url())["Location"] == last.get_absolute_url()


def test_page_of_listing_in_circle_shows_reason(client):
    one = closed()
    two = closed(replaced_by_id=one.pk)
    Listing.objects.filter(pk=one.pk).update(replaced_by=two.pk)
    answer = client.get(one.get_absolute_url())
    assert answer.status_code == 200
    assert "The same." in answer.content.decode()
