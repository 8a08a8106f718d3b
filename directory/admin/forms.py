"""The admin forms of listings and places."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext_lazy as _

from core.country_names import find_country_code
from core.dial_in import read_number
from directory.admin import derived_facts
from directory.admin.region_access import in_regions, region_of
from directory.geo.address_zones import default_zone
from directory.kinds.registry import kinds
from directory.listings.slugs import free_slug
from directory.models import Listing, Place
from directory.vocabulary import CheckMethod, Status, has_number

ADDRESS_FIELDS = ("city", "region", "postal_code", "country")
PLACE_FACTS = (*ADDRESS_FIELDS, "latitude", "longitude", "approximate", "zone")


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
    derived_zone = ""

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
        if "zone" in self.fields:
            self.fields["zone"].help_text = _("Leave empty to have it derived from the place.")
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
        self.derive_facts(facts)
        if "slug" in self.fields and "slug" not in self.errors:
            facts["slug"] = self.slug(facts)
        return facts

    def derive_facts(self, facts: dict[str, Any]) -> None:
        """Complete country and zone, where the form has them and they are valid."""
        if "country" in facts:
            self.clean_country_code(facts)
        if "zone" in facts:
            self.derive_zone(facts)

    def clean_country_code(self, facts: dict[str, Any]) -> None:
        """Replace what was written by the country's code; a new listing at a place abroad takes that country."""
        place = facts.get("place")
        is_preset = not self.instance.pk and facts["country"] == settings.DEFAULT_COUNTRY
        if is_preset and place and place.country:
            facts["country"] = place.country
        elif facts["country"]:
            code = find_country_code(facts["country"])
            facts["country"] = code or facts["country"].upper()
            if not code and "country" in self.changed_data:
                self.add_error("country", _("No country has this code."))

    def derive_zone(self, facts: dict[str, Any]) -> None:
        """Derive the zone of the hours from the place where none is given; `derived_zone` then holds it.

        A zone that came from the former place follows the new place. An imported listing without a zone stays so until
        a curator changes its place, country or zone.
        """
        changed = {"place", "country", "zone"}.intersection(self.changed_data)
        if self.instance.pk and changed and "zone" not in changed:
            stored = Listing.objects.select_related("place").get(pk=self.instance.pk)
            if facts["zone"] == default_zone(stored.place, stored.country):
                facts["zone"] = ""
        if not facts["zone"] and (changed or not self.instance.source):
            place, country = (facts.get(name, getattr(self.instance, name)) for name in ("place", "country"))
            self.derived_zone = facts["zone"] = default_zone(place, country)

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


class ChannelForm(forms.ModelForm):
    """The admin form of a way to reach a listing. A number may be written as people write it."""

    listing: Listing | None = None

    def __init__(self, *args: Any, listing: Listing | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.listing = listing

    def clean(self) -> dict[str, Any]:
        """Make a changed number dialable and keep what was typed to be shown, or refuse a number nobody can dial."""
        facts = super().clean() or self.cleaned_data
        typed, kind = facts.get("dial", ""), facts.get("type", "")
        if typed and has_number(kind, typed) and {"dial", "type"}.intersection(self.changed_data):
            dial = read_number(typed, self.listing.country if self.listing else "")
            if not dial:
                self.add_error("dial", derived_facts.NOT_DIALABLE)
            elif dial != typed:
                facts["dial"], facts["display"] = dial, facts.get("display") or typed[:120]
        return facts


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
    """The admin form of a place. It derives point, time zone and country where the curator gives none.

    `derived` holds what was derived, by field, after the form was validated.
    """

    derived: dict[str, Any]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.derived = {}
        if "latitude" in self.fields:
            self.fields["latitude"].help_text = _(
                "Leave both empty: the point then comes from the ZIP or the town, roughly."
            )
            self.fields["zone"].help_text = _("Leave empty: it then comes from the address.")

    def clean(self) -> dict[str, Any]:
        """Refuse a place without any address, half a point, and an address or point that contradicts itself."""
        facts = super().clean() or self.cleaned_data
        is_preset = not self.instance.pk and facts.get("country") == settings.DEFAULT_COUNTRY
        parts = ("name", "street", "area", "city", "region", *(() if is_preset else ("country",)))
        if not any(facts.get(name) for name in parts):
            self.add_error("city", _("Say where it is: the town at least."))
        if (facts.get("latitude") is None) != (facts.get("longitude") is None):
            self.add_error("longitude", _("Give both, latitude and longitude, or neither."))
        facts["country"] = (facts.get("country") or "").upper()
        # A place that a feed describes stays as the feed says until a curator changes something.
        if not self.errors and (self.changed_data or not self.instance.source):
            self.derive(facts)
        return facts

    def derive(self, facts: dict[str, Any]) -> None:
        """Complete the facts of a place from its address, or add the errors of an address that contradicts itself."""
        if self.instance.pk and set(ADDRESS_FIELDS).intersection(self.changed_data):
            stored = Place.objects.get(pk=self.instance.pk)
            for name in set(derived_facts.derived_before(stored)) - set(self.changed_data):
                facts[name] = getattr(Place(), name)
        place = Place(**{name: facts[name] for name in PLACE_FACTS if name in facts})
        try:
            place.country = facts["country"] = derived_facts.country_of(place)
        except ValueError as error:
            self.add_error("country", str(error))
            return
        problems = derived_facts.address_problems(place)
        for name, problem in problems.items():
            self.add_error(name, problem)
        if not problems:
            self.derived = derived_facts.derive_zone_and_point(place)
            facts.update(self.derived)


class ReasonForm(forms.Form):
    """Asks for the reason that the public reads on a listing that is paused or closed."""

    reason = forms.CharField(
        label=_("Reason, for the public"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("In plain words: people who come back will read it."),
    )
