"""Who may do what on the curators' desk."""

import functools
import operator

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from curation.models import CuratorRegion, LikelyDouble, LinkCheck, Report, Suggestion
from directory.kinds.registry import kinds
from directory.listings.publish_guard import PUBLISHER
from directory.models import (
    Channel,
    FruitlessWord,
    HoursException,
    OpeningInterval,
    Organization,
    Place,
    PlainSpeech,
    ReadTranslation,
    Region,
    Verification,
)
from groups.models import Meeting

CURATORS, PUBLISHERS, STEWARDS = ROLES = ("Curators", "Publishers", "Stewards")
# Rows beside a listing are taken out on the listing's own page, where its history can bring them back.
EDITED: tuple[type[Model], ...] = (Channel, HoursException, Meeting, OpeningInterval, Organization, Place)


def curator_group() -> Group:
    """Edits, adds and checks listings, and pauses what is wrong. Decides nothing of what is public."""
    return group(CURATORS, edit())


def publisher_group() -> Group:
    """A curator who also publishes and closes, and decides of what visitors sent, held imports and doubles."""
    return group(PUBLISHERS, edit() | decide())


def steward_group() -> Group:
    """A publisher who also looks after sources, regions and who has which, and undoes what others merged."""
    return group(STEWARDS, edit() | decide() | steer())


def group(name: str, allowed: Q) -> Group:
    """The group with exactly these permissions; safe to call again after an update.

    Permissions exist only once `migrate` is through, so this is called where the group is needed.
    """
    made, _created = Group.objects.get_or_create(name=name)
    made.permissions.set(Permission.objects.filter(allowed))
    return made


def edit() -> Q:
    """Deletes nothing."""
    edited = permissions(("view", "add", "change"), *EDITED, *(kind.model for kind in kinds.values()))
    added = permissions(("view", "add"), ReadTranslation, Verification)
    looked_at = permissions(("view",), LinkCheck, Report, Suggestion, PlainSpeech, FruitlessWord)
    return edited | added | looked_at | named("feeds.view_source", "feeds.view_importrun")


def decide() -> Q:
    handled = permissions(("view", "change"), Report, Suggestion, LikelyDouble)
    worded = permissions(("add", "change"), PlainSpeech)
    others = named(PUBLISHER, "feeds.change_importrun", "directory.delete_readtranslation")
    return handled | worded | others


def steer() -> Q:
    regions = permissions(("view", "add", "change", "delete"), Region, CuratorRegion)
    return regions | named("feeds.add_source", "feeds.change_source", "curation.undo_merge")


GROUPS = {"curator": curator_group, "publisher": publisher_group, "steward": steward_group}


def named(*names: str) -> Q:
    """Permissions by their full names, as `has_perm` takes them."""
    conditions = [
        Q(content_type__app_label=room, codename=codename)
        for room, codename in (name.split(".") for name in names)
    ]
    return functools.reduce(operator.or_, conditions)


def permissions(verbs: tuple[str, ...], *models: type[Model]) -> Q:
    types = ContentType.objects.get_for_models(*models)
    return Q(content_type__in=types.values(), codename__regex=f"^({'|'.join(verbs)})_")
