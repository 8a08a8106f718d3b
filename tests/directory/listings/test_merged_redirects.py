import pytest

from directory.listings.merged_redirects import MAX_CHAIN, merge_targets, replace_merged
from directory.models import Listing
from tests.builders import make_listing

pytestmark = pytest.mark.django_db


def chain(length, **last):
    """Listings of which each is replaced by the next."""
    listings = [make_listing(**last)]
    for _step in range(length):
        listings.insert(0, closed(replaced_by_id=listings[0].pk))
    return listings


def closed(**facts):
    return make_listing(status="closed", status_reason="The same.", **facts)


def test_nothing_replaced_is_nothing_and_one_query(django_assert_num_queries):
    pks = [make_listing().pk for _ in range(3)]
    with django_assert_num_queries(1):
        assert merge_targets(pks) == {}
    assert replace_merged(pks, {}) == pks


def test_chain_leads_to_its_end():
    listings = chain(MAX_CHAIN)
    end = listings[-1].pk
    assert merge_targets([each.pk for each in listings]) == {each.pk: end for each in listings[:-1]}


def test_chain_that_is_too_long_leads_nowhere():
    first, second, *_rest, last = chain(MAX_CHAIN + 1)
    assert merge_targets([first.pk, second.pk]) == {second.pk: last.pk}


@pytest.mark.parametrize("length", [2, 3, 6])
def test_circle_leads_nowhere(length):
    ring = [closed() for _ in range(length)]
    for each, following in zip(ring, ring[1:] + ring[:1], strict=True):
        Listing.objects.filter(pk=each.pk).update(replaced_by=following.pk)
    into = closed(replaced_by_id=ring[0].pk)
    assert merge_targets([each.pk for each in (*ring, into)]) == {}


@pytest.mark.parametrize("status", ["draft", "in-review"])
def test_chain_to_what_nobody_may_open_leads_nowhere(status):
    first, _last = chain(1, status=status)
    assert merge_targets([first.pk]) == {}


def test_followed_keeps_the_order_and_names_each_once():
    assert replace_merged([5, 1, 2, 3], {1: 3, 2: 9}) == [5, 3, 9]


def test_page_of_a_replaced_listing_leads_to_the_end_of_the_chain(client):
    first, *_rest, last = chain(3)
    assert client.get(first.get_absolute_url())["Location"] == last.get_absolute_url()


def test_page_in_a_circle_opens_with_its_reason(client):
    one = closed()
    two = closed(replaced_by_id=one.pk)
    Listing.objects.filter(pk=one.pk).update(replaced_by=two.pk)
    answer = client.get(one.get_absolute_url())
    assert answer.status_code == 200
    assert "The same." in answer.content.decode()
