"""Forms of the curators' desk: what Django's own forms do not know about listings and places."""

from typing import Any

from django import forms
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext_lazy as _

from directory.freshness import FRAGILE
from directory.kinds import kinds
from directory.models import Listing
from directory.slugs import free_slug
from directory.vocabulary import CheckMethod, Status


class ListingForm(forms.ModelForm):
    """Makes the address from the name, asks for the public reason, and takes a check along with a change."""

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
        self.fields["checked_facts"].choices = fragile_choices(self._meta.model)  # type: ignore[attr-defined]
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Leave empty to have it made from the name.")
        if "replaced_by" in self.fields and self.instance.replaced_by:
            self.initial["replaced_by"] = self.instance.replaced_by.slug

    def clean(self) -> dict[str, Any]:
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
        if "country" in facts:
            facts["country"] = facts["country"].upper()
        if "slug" in self.fields and "slug" not in self.errors:
            facts["slug"] = self.slug(facts)
        return facts

    def slug(self, facts: dict[str, Any]) -> str:
        """What the curator wrote, or a free address where nothing was written or the browser only echoed the name."""
        given, name = facts.get("slug", ""), facts.get("name", "")
        if given and (self.instance.pk or given != slugify(name)):
            return given
        place = facts.get("place")
        return free_slug(name, place.city if place else "", kind_of(self._meta.model).slug)


def kind_of(model: type[Listing]) -> Any:
    return next(kind for kind in kinds.values() if kind.model is model)


def fragile_choices(model: type[Listing]) -> list[tuple[str, str]]:
    """The facts of a kind that can be checked apart from the rest."""
    return [(fact, capfirst(str(FRAGILE[fact].label))) for fact in kind_of(model).fragile]


class CheckForm(forms.Form):
    """How listings were checked, and which of their facts."""

    how = forms.ChoiceField(label=_("How"), choices=CheckMethod.choices)
    facts = forms.MultipleChoiceField(
        label=_("Only these facts"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
        help_text=_("Tick nothing when you checked all of it."),
    )

    def __init__(self, *args: Any, model: type[Listing], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["facts"].choices = fragile_choices(model)  # type: ignore[attr-defined]


class PlaceForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        if not any(facts.get(name) for name in ("name", "street", "area", "city", "region", "country")):
            self.add_error("city", _("Say where it is: the town at least."))
        if (facts.get("latitude") is None) != (facts.get("longitude") is None):
            self.add_error("longitude", _("Give both, latitude and longitude, or neither."))
        facts["country"] = (facts.get("country") or "").upper()
        return facts


class ReasonForm(forms.Form):
    """What the public reads instead of a listing that is paused or closed."""

    reason = forms.CharField(
        label=_("Reason, for the public"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("In plain words: people who come back will read it."),
    )
