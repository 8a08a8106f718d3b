"""Who may do what on the curators' desk."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from curation.models import LinkCheck, Report, Suggestion
from directory.kinds import kinds
from directory.models import Channel, HoursException, OpeningInterval, Organization, Place, Verification
from groups.models import Meeting

CURATORS = "Curators"
# Rows beside a listing are taken out on the listing's own page, where its history can bring them back.
EDITED: tuple[type[Model], ...] = (Channel, HoursException, Meeting, OpeningInterval, Organization, Place)


def curator_group() -> Group:
    """The group "Curators" with the permissions that curators have; safe to call again after an update.

    Permissions exist only once `migrate` is through, so this is called where the group is needed.
    """
    group, _created = Group.objects.get_or_create(name=CURATORS)
    group.permissions.set(curator_permissions())
    return group


def curator_permissions() -> list[Permission]:
    """See, add and change listings and what belongs to them, add checks, handle what visitors sent, look at imports
    and at how links answered; delete nothing."""
    edited = permissions(("view", "add", "change"), *EDITED, *(kind.model for kind in kinds.values()))
    added = permissions(("view", "add"), Verification)
    handled = permissions(("view", "change"), Report, Suggestion)
    looked_at = permissions(("view",), LinkCheck)
    seen = Q(content_type__app_label="feeds", codename__in=("view_source", "view_importrun"))
    return list(Permission.objects.filter(edited | added | handled | looked_at | seen))


def permissions(verbs: tuple[str, ...], *models: type[Model]) -> Q:
    types = ContentType.objects.get_for_models(*models)
    return Q(content_type__in=types.values(), codename__regex=f"^({'|'.join(verbs)})_")
