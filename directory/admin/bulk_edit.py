"""Forms that change several listings at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.models import Organization, Region
from directory.vocabulary import Access, Language, Payment

SET_FIELDS = {"languages": Language, "payment": Payment, "access": Access}
SET_FIELD_LABELS = {
    "languages": (_("Add languages"), _("Take out languages")),
    "payment": (_("Add ways to pay"), _("Take out ways to pay")),
    "access": (_("Add to “getting in”"), _("Take out of “getting in”")),
}


class BulkEditForm(forms.Form):
    """Asks for changes to several listings. A field that is left empty changes nothing."""

    organization = forms.CharField(
        label=_("Organization"),
        required=False,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("The whole name of one that is here."),
    )

    def __init__(self, *args: Any, steward: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, vocabulary in SET_FIELDS.items():
            for verb, label in zip(("add", "drop"), SET_FIELD_LABELS[name], strict=True):
                self.fields[f"{verb}_{name}"] = forms.MultipleChoiceField(
                    label=label,
                    required=False,
                    choices=vocabulary.choices,
                    widget=forms.CheckboxSelectMultiple(attrs={"class": "choices"}),
                )
        if steward:
            self.fields["region"] = region_field(required=False)

    def clean_organization(self) -> Organization | None:
        """Return the organization with that name; refuse a name that none or several have."""
        name = self.cleaned_data["organization"]
        if not name:
            return None
        matches = list(Organization.objects.filter(name__iexact=name)[:2])
        if len(matches) == 1:
            return matches[0]
        raise forms.ValidationError(
            _("There are several of this name; choose it on each listing.")
            if matches
            else _("No organization has this name.")
        )

    def clean(self) -> dict[str, Any]:
        """Refuse an empty form, and a value that is both added and removed."""
        values = super().clean() or self.cleaned_data
        if not self.errors and not any(values.values()):
            raise forms.ValidationError(_("Nothing to change was given."))
        for name in SET_FIELDS:
            if set(values.get(f"add_{name}", ())) & set(values.get(f"drop_{name}", ())):
                self.add_error(f"drop_{name}", _("The same is to be added and taken out."))
        return values

    def new_values(self, listing: Any) -> dict[str, Any]:
        """Return the new values of one listing, by field."""
        data = self.cleaned_data
        new: dict[str, Any] = {}
        for name in SET_FIELDS:
            remaining = set(getattr(listing, name)) - set(data[f"drop_{name}"])
            new[name] = tuple(sorted(remaining | set(data[f"add_{name}"])))
        new |= {name: data[name] for name in ("organization", "region") if data.get(name)}
        return new

    def changed_fields(self, listing: Any) -> list[str]:
        """Return the names of the fields of one listing that would differ."""
        return [name for name, value in self.new_values(listing).items() if getattr(listing, name) != value]


class RegionForm(forms.Form):
    """Asks for the region of several listings."""

    def __init__(self, *args: Any, steward: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["region"] = region_field(required=True)

    def new_values(self, listing: Any) -> dict[str, Any]:
        """Return the new values of one listing, by field."""
        return {"region": self.cleaned_data["region"]}

    def changed_fields(self, listing: Any) -> list[str]:
        """Return the names of the fields of one listing that would differ."""
        return ["region"] if listing.region != self.cleaned_data["region"] else []


def region_field(*, required: bool) -> forms.ModelChoiceField:
    """Return a form field for the choice of a region."""
    return forms.ModelChoiceField(label=_("Region"), queryset=Region.objects.all(), required=required)
