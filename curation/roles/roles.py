"""Who may do what on the curators' desk."""

import functools
import operator

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from curation.models import CuratorRegion, LikelyDuplicate, LinkCheck, Report, Suggestion
from directory.kinds.registry import kinds
from directory.listings.publish_guard import PUBLISHER_PERMISSION
from directory.models import (
    Channel,
    HoursException,
    OpeningInterval,
    Organization,
    Place,
    Region,
    SynonymEntry,
    TranslationReview,
    Verification,
    ZeroResultQuery,
)
from groups.models import Meeting

CURATORS, PUBLISHERS, STEWARDS = ROLES = ("Curators", "Publishers", "Stewards")
# Rows beside a listing are taken out on the listing's own page, where its history can bring them back.
EDITED: tuple[type[Model], ...] = (Channel, HoursException, Meeting, OpeningInterval, Organization, Place)


def curator_group() -> Group:
    """Edits, adds and checks listings, and pauses what is wrong. Decides nothing of what is public."""
    return role_group(CURATORS, edit_permissions())


def publisher_group() -> Group:
    """A curator who also publishes and closes, and decides of what visitors sent, held imports and doubles."""
    return role_group(PUBLISHERS, edit_permissions() | decide_permissions())


def steward_group() -> Group:
    """A publisher who also looks after sources, regions and who has which, and undoes what others merged."""
    return role_group(STEWARDS, edit_permissions() | decide_permissions() | steward_permissions())


def role_group(name: str, allowed: Q) -> Group:
    """The group with exactly these permissions; safe to call again after an update.

    Permissions exist only once `migrate` is through, so this is called where the group is needed.
    """
    made, _created = Group.objects.get_or_create(name=name)
    made.permissions.set(Permission.objects.filter(allowed))
    return made


def edit_permissions() -> Q:
    """Deletes nothing."""
    edited = permissions(("view", "add", "change"), *EDITED, *(kind.model for kind in kinds.values()))
    added = permissions(("view", "add"), TranslationReview, Verification)
    looked_at = permissions(("view",), LinkCheck, Report, Suggestion, SynonymEntry, ZeroResultQuery)
    return edited | added | looked_at | permissions_named("feeds.view_source", "feeds.view_importrun")


def decide_permissions() -> Q:
    handled = permissions(("view", "change"), Report, Suggestion, LikelyDuplicate)
    worded = permissions(("add", "change"), SynonymEntry)
    others = permissions_named(
        PUBLISHER_PERMISSION, "feeds.change_importrun", "directory.delete_translationreview"
    )
    return handled | worded | others


def steward_permissions() -> Q:
    regions = permissions(("view", "add", "change", "delete"), Region, CuratorRegion)
    return regions | permissions_named("feeds.add_source", "feeds.change_source", "curation.undo_merge")


GROUPS = {"curator": curator_group, "publisher": publisher_group, "steward": steward_group}


def permissions_named(*names: str) -> Q:
    """Permissions by their full names, as `has_perm` takes them."""
    conditions = [
        Q(content_type__app_label=room, codename=codename)
        for room, codename in (name.split(".") for name in names)
    ]
    return functools.reduce(operator.or_, conditions)


def permissions(verbs: tuple[str, ...], *models: type[Model]) -> Q:
    types = ContentType.objects.get_for_models(*models)
    return Q(content_type__in=types.values(), codename__regex=f"^({'|'.join(verbs)})_")
