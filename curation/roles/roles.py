"""The roles of curators as Django groups, and their permissions."""

import functools
import operator

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from curation.models import CuratorRegion, LikelyDuplicate, LinkCheck, Report, Suggestion
from directory.kinds.registry import kinds
from directory.listings.publisher_rights import PUBLISHER_PERMISSION
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
# Related rows of a listing are deleted on the listing's own page, where its history can restore them.
EDITED_MODELS: tuple[type[Model], ...] = (
    Channel,
    HoursException,
    Meeting,
    OpeningInterval,
    Organization,
    Place,
)


def curator_group() -> Group:
    """Return the group that adds, edits, checks and pauses listings, and does not decide what is public."""
    return _role_group(CURATORS, _edit_permissions())


def publisher_group() -> Group:
    """Return the group that also publishes and closes, and decides on submissions, held imports and duplicates."""
    return _role_group(PUBLISHERS, _edit_permissions() | _decide_permissions())


def steward_group() -> Group:
    """Return the group that also manages sources, regions and their curators, and undoes merges of others."""
    return _role_group(STEWARDS, _edit_permissions() | _decide_permissions() | _steward_permissions())


def _role_group(name: str, allowed: Q) -> Group:
    """Return the group with exactly these permissions. It can be called again after an update.

    Permissions exist only after `migrate`, so this is called where the group is needed.
    """
    group, _created = Group.objects.get_or_create(name=name)
    group.permissions.set(Permission.objects.filter(allowed))
    return group


def _edit_permissions() -> Q:
    """Return the condition for the permissions that all curators have, none of which deletes."""
    edited = _model_permissions(
        ("view", "add", "change"), *EDITED_MODELS, *(kind.model for kind in kinds.values())
    )
    added = _model_permissions(("view", "add"), TranslationReview, Verification)
    viewed = _model_permissions(("view",), LinkCheck, Report, Suggestion, SynonymEntry, ZeroResultQuery)
    return edited | added | viewed | _permissions_by_name("feeds.view_source", "feeds.view_importrun")


def _decide_permissions() -> Q:
    """Return the condition for the permissions to decide on submissions, duplicates, publishing and imports."""
    submissions = _model_permissions(("view", "change"), Report, Suggestion, LikelyDuplicate)
    synonyms = _model_permissions(("add", "change"), SynonymEntry)
    others = _permissions_by_name(
        PUBLISHER_PERMISSION, "feeds.change_importrun", "directory.delete_translationreview"
    )
    return submissions | synonyms | others


def _steward_permissions() -> Q:
    """Return the condition for the permissions to manage regions and feed sources and to undo merges."""
    regions = _model_permissions(("view", "add", "change", "delete"), Region, CuratorRegion)
    return regions | _permissions_by_name("feeds.add_source", "feeds.change_source", "curation.undo_merge")


GROUPS = {"curator": curator_group, "publisher": publisher_group, "steward": steward_group}


def _permissions_by_name(*names: str) -> Q:
    """Return the condition for permissions by their full names, as `has_perm` takes them."""
    conditions = [
        Q(content_type__app_label=app_label, codename=codename)
        for app_label, codename in (name.split(".") for name in names)
    ]
    return functools.reduce(operator.or_, conditions)


def _model_permissions(verbs: tuple[str, ...], *models: type[Model]) -> Q:
    """Return the condition for the permissions of some verbs, such as "view", on some models."""
    types = ContentType.objects.get_for_models(*models)
    return Q(content_type__in=types.values(), codename__regex=f"^({'|'.join(verbs)})_")
