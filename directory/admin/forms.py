"""The admin forms of listings and places."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext_lazy as _

from directory.admin.region_access import in_regions, region_of
from directory.kinds.registry import kinds
from directory.listings.slugs import free_slug
from directory.models import Listing
from directory.vocabulary import CheckMethod, Status


def allowed_statuses(now: str, *, may_publish: bool) -> list[tuple[str, Any]]:
    """Return the choices of status for a listing whose status is `now`.

    Everybody may pause a public listing. Only publishers decide what becomes public and what is closed.
    """
    hidden = (Status.DRAFT, Status.IN_REVIEW)
    others = {Status.PUBLISHED: (Status.PAUSED,), Status.DRAFT: hidden, Status.IN_REVIEW: hidden}
    allowed = {now, *others.get(Status(now), ())}
    return [choice for choice in Status.choices if may_publish or choice[0] in allowed]


class ListingForm(forms.ModelForm):
    """The admin form of a listing of any kind.

    It makes the address from the name, asks for the public reason of a pause, and can record a check. `regions` (empty
    for all) and `may_publish` say what the curator may do; `ListingAdmin.get_form` sets them.
    """

    regions: list[int] = []
    may_publish = True

    checked = forms.ChoiceField(
        label=_("I checked it today"),
        required=False,
        choices=(("", _("Not today")), *CheckMethod.choices),
        help_text=_("Choose how, once every fact above is right. The public page then says so."),
    )
    checked_facts = forms.MultipleChoiceField(
        label=_("only these facts"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        help_text=_("Tick nothing when you checked all of it."),
    )
    replaced_by = forms.ModelChoiceField(
        label=_("replaced by"),
        queryset=Listing.objects.all(),
        to_field_name="slug",
        required=False,
        widget=forms.TextInput,
        help_text=_("The last part of the other listing’s address on this site. Visitors are led there."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["checked_facts"].choices = perishable_choices(self._meta.model)  # type: ignore[attr-defined]
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Leave empty to have it made from the name.")
        self.offer_replacements()
        if "status" in self.fields:
            offered = allowed_statuses(self.instance.status, may_publish=self.may_publish)
            self.fields["status"].choices = offered  # type: ignore[attr-defined]

    def offer_replacements(self) -> None:
        """Limit the listings that can replace this one to those that the curator can see."""
        if "replaced_by" not in self.fields:
            return
        there: Any = self.fields["replaced_by"]
        there.disabled = not self.may_publish
        there.queryset = Listing.objects.filter(self.replacement_condition())
        if self.instance.replaced_by:
            self.initial["replaced_by"] = self.instance.replaced_by.slug

    def clean(self) -> dict[str, Any]:
        """Check rules over several fields, and fill in the slug."""
        facts = super().clean() or self.cleaned_data
        if facts.get("status") in (Status.PAUSED, Status.CLOSED) and not facts.get("status_reason"):
            self.add_error(
                "status_reason", _("Say why it is paused or closed: people who come back will read it.")
            )
        if facts.get("checked_facts") and not facts.get("checked"):
            self.add_error("checked", _("Say how you checked it."))
        if self.instance.pk and facts.get("replaced_by") and facts["replaced_by"].pk == self.instance.pk:
            self.add_error("replaced_by", _("This is the listing itself."))
        if facts.get("status") == Status.PUBLISHED:
            facts["status_reason"] = ""
        if self.is_outside_regions(facts.get("place")):
            self.add_error("place", _("This place lies in a region that is not yours."))
        if "country" in facts:
            facts["country"] = facts["country"].upper()
        if "slug" in self.fields and "slug" not in self.errors:
            facts["slug"] = self.slug(facts)
        return facts

    def replacement_condition(self) -> Q:
        """Return the condition on listings that can replace this one."""
        reach = in_regions(self.regions)
        return reach | Q(pk=self.instance.replaced_by_id) if reach else reach

    def is_outside_regions(self, place: Any) -> bool:
        """Return whether a new listing would belong to a region that the curator cannot see."""
        region = region_of(place) if self.regions and not self.instance.region_id else None
        return region is not None and region not in self.regions

    def slug(self, facts: dict[str, Any]) -> str:
        """Return the slug that the curator wrote, or a free one made from the name.

        The browser fills in the slug from the name; such a slug counts as not written.
        """
        given, name = facts.get("slug", ""), facts.get("name", "")
        if given and (self.instance.pk or given != slugify(name)):
            return given
        place = facts.get("place")
        return free_slug(name, place.city if place else "", kinds.for_model(self._meta.model).slug)


def perishable_choices(model: type[Listing]) -> list[tuple[str, str]]:
    """Return the perishable facts of the kind with this model, as choices of a form."""
    return [(fact.key, capfirst(str(fact.label))) for fact in kinds.for_model(model).perishable_facts]


class CheckForm(forms.Form):
    """Asks how listings were checked, and which of their facts."""

    how = forms.ChoiceField(label=_("How"), choices=CheckMethod.choices)
    facts = forms.MultipleChoiceField(
        label=_("Only these facts"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        help_text=_("Tick nothing when you checked all of it."),
    )

    def __init__(self, *args: Any, model: type[Listing], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["facts"].choices = perishable_choices(model)  # type: ignore[attr-defined]


class PlaceForm(forms.ModelForm):
    """The admin form of a place."""

    def clean(self) -> dict[str, Any]:
        """Refuse a place without any address, and half a point."""
        facts = super().clean() or self.cleaned_data
        if not any(facts.get(name) for name in ("name", "street", "area", "city", "region", "country")):
            self.add_error("city", _("Say where it is: the town at least."))
        if (facts.get("latitude") is None) != (facts.get("longitude") is None):
            self.add_error("longitude", _("Give both, latitude and longitude, or neither."))
        facts["country"] = (facts.get("country") or "").upper()
        return facts


class ReasonForm(forms.Form):
    """Asks for the reason that the public reads on a listing that is paused or closed."""

    reason = forms.CharField(
        label=_("Reason, for the public"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("In plain words: people who come back will read it."),
    )
