"""Rows for the checks that open every page of the desk."""

import datetime

from django.contrib.auth.models import Group

from curation.models import LikelyDuplicate, LinkCheck, Report, Suggestion
from directory.kinds.registry import kinds
from directory.models import Organization, Region, SynonymEntry, TranslationReview, ZeroResultQuery
from feeds.models import ImportRun, Source
from tests.builders import make_listing, make_place


def make_one_of_each():
    """One row of everything on the desk by its model, all in the region "Here"."""
    here = Region.objects.create(name="Here", country="US", states="CA")
    Region.objects.create(name="There", country="US", states="NV")
    place, organization = make_place(), Organization.objects.create(name="Hope House")
    listings = [
        make_listing(slug, region=here, place=place, organization=organization, name="Canary")
        for slug in kinds
    ]
    source = Source.objects.create(name="Example", slug="example")
    first, second = sorted(listings[:2], key=lambda each: each.pk)
    rows = [
        *listings,
        place,
        organization,
        Report.objects.create(listing=listings[0], problem="closed", code_hash="a"),
        Suggestion.objects.create(kind="therapists", name="New", code_hash="b"),
        LikelyDuplicate.objects.create(first=first, second=second, reasons=["Alike."]),
        LinkCheck.objects.create(listing=listings[0], url="https://example.org/"),
        source,
        ImportRun.objects.create(source=source),
        Region.objects.create(name="Nobody’s", country="CA"),
        Group.objects.create(name="Any"),
        SynonymEntry.objects.create(phrases="cannot stop", meanings="concern=alcohol"),
        ZeroResultQuery.objects.create(text="zzz", week=datetime.date(2026, 3, 2), count=9),
        TranslationReview.objects.create(language="es", page_path="privacy"),
    ]
    return {type(row): row for row in rows}
