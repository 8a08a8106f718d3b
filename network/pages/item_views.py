"""Edit and delete what a person writes: contacts, steps of the plan, goals, notes, appointments and time zone.

All editing pages share one template. `Editor` declares what differs.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from directory.listings.availability import AskedAt
from directory.listings.merged_redirects import merge_targets, replace_merged
from directory.models import Listing
from network import safety_plan
from network.pages import item_forms
from network.pages.item_forms import ItemForm
from network.pages.keep_input import (
    answer_invalid_form,
    answer_saved,
    private_page,
    render_not_saved,
    wants_json,
)
from network.pages.presenters import present_person
from network.vault import store
from network.vault.items import Appointment, Goal, Note, Person, PlanEntry, TimeZone, VaultItem
from network.vault.store import UNSAVED_VERSION, StoredItem
from network.vault.user_data import (
    UserData,
    form_owner_token,
    load_user_data,
    notes_after_merges,
    parse_uuid,
    signed_in_account,
)


@dataclass(frozen=True, slots=True)
class Editor:
    """Declare the editing page of a type of item.

    `back` returns the address of the page that shows the item. `places` offers saved listings as choices.
    """

    form: type[ItemForm]
    title: Any
    back: Callable[[VaultItem], str]
    lead: Any = ""
    can_delete: bool = True
    places: bool = False


def _page_address(name: str, part: str = "") -> Callable[[VaultItem], str]:
    """Return a function that returns the address of a page for any item."""
    return lambda _thing: reverse(name) + part


EDITORS: dict[type[VaultItem], Editor] = {
    Person: Editor(
        item_forms.PersonForm,
        gettext_lazy("Somebody of mine"),
        _page_address("people"),
        gettext_lazy("Write what helps you reach them. A name is enough to begin."),
    ),
    Goal: Editor(
        item_forms.GoalForm,
        gettext_lazy("A goal or a small victory"),
        _page_address("plan", "#goals"),
        gettext_lazy("The day is yours to choose, and to move."),
    ),
    Appointment: Editor(item_forms.AppointmentForm, gettext_lazy("In my week"), _page_address("week")),
    TimeZone: Editor(
        item_forms.TimeZoneForm, gettext_lazy("Where I am"), _page_address("week"), can_delete=False
    ),
    Note: Editor(
        item_forms.NoteForm,
        gettext_lazy("My note"),
        lambda item: f"{reverse('my_network')}#saved-h",
    ),
    PlanEntry: Editor(
        item_forms.PlanEntryForm,
        "",
        lambda item: f"{reverse('plan')}#step-{cast(PlanEntry, item).key}",
        can_delete=False,
        places=True,
    ),
}
accept_edits = require_http_methods(["GET", "HEAD", "POST"])


@accept_edits
@private_page
def edit_person(request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
    """Show and save the form for a contact of the person; without `pk`, for a new one."""
    return _edit_item(request, Person(), pk)


@accept_edits
@private_page
def edit_goal(request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
    """Show and save the form for a goal of the person; without `pk`, for a new one."""
    what = request.GET.get("what", "")
    return _edit_item(request, Goal(what=what if what in dict(item_forms.GOAL_CHOICES) else "goal"), pk)


@accept_edits
@private_page
def edit_appointment(request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
    """Show and save the form for an appointment of the person; without `pk`, for a new one."""
    user_data = load_user_data(request)
    today = AskedAt.now_in_zone(user_data.time_zone).today
    return _edit_item(request, Appointment(on=today.isoformat(), zone=user_data.time_zone), pk, user_data)


@accept_edits
@private_page
def edit_time_zone(request: HttpRequest) -> HttpResponse:
    """Show and save the form for the time zone in which the person reads times."""
    return _edit_item(request, TimeZone(), store.singleton_id(signed_in_account(request), TimeZone))


@accept_edits
@private_page
def edit_listing_note(request: HttpRequest, slug: str) -> HttpResponse:
    """Show and save the form for the person's own note and labels on a listing."""
    listing = get_object_or_404(Listing.objects.visible(), slug=slug)
    user_data = load_user_data(request)
    moved = notes_after_merges(user_data.notes, merge_targets(user_data.notes)).get(listing.pk, Note())
    item = Note(listing.pk, moved.labels, moved.text)
    pk = store.row_id_for(signed_in_account(request), item)
    return _edit_item(request, item, pk, user_data, title=_("My note: %(name)s") % {"name": listing.name})


@accept_edits
@private_page
def edit_plan_step(request: HttpRequest, key: str) -> HttpResponse:
    """Show and save the form for what the person wrote in one step of the safety plan."""
    if key not in safety_plan.STEPS:
        raise Http404
    item = PlanEntry(key=key)
    plan_step = safety_plan.STEPS[key]
    context: dict[str, Any] = {
        "title": plan_step.heading,
        "lead": plan_step.hint,
        "step": plan_step,
        "after": safety_plan.next_step_key(key),
    }
    return _edit_item(request, item, store.row_id_for(signed_in_account(request), item), **context)


def _edit_item(
    request: HttpRequest,
    blank: VaultItem,
    pk: uuid.UUID | None,
    user_data: UserData | None = None,
    **context: Any,
) -> HttpResponse:
    """Show the form of an item, or save it. `blank` is the initial item where none is stored."""
    user_data = user_data or load_user_data(request)
    row = _find_or_create_row(request, user_data, blank, pk)
    editor = EDITORS[type(blank)]
    row, places = _offer_places(row, user_data) if editor.places else (row, None)
    form = editor.form(request.POST or None, row, user_data, places)
    if request.method == "POST" and form.is_valid():
        return _save_form(request, editor, form, context)
    if request.method == "POST" and wants_json(request):
        return answer_invalid_form(form)
    if form.is_bound:
        context = {"message": _("Not saved yet: something below cannot be read."), **context}
    return _render_form(request, editor, form, context, status=422 if form.is_bound else 200)


def _find_or_create_row(
    request: HttpRequest, user_data: UserData, blank: VaultItem, pk: uuid.UUID | None
) -> StoredItem[VaultItem]:
    """Return the stored row with that id, or a new row. Raises ItemNotFound.

    A new item gets the id that its form contains, so that a form that is sent twice makes one row.
    """
    if pk is None:
        pk = parse_uuid(request.POST.get("row", "")) or uuid.uuid4()
        return StoredItem(pk, UNSAVED_VERSION, blank)
    stored = next((row for row in user_data.rows if row.pk == pk and type(row.item) is type(blank)), None)
    if stored is None and blank.singleton_name is None:
        raise store.ItemNotFound
    return stored or StoredItem(pk, UNSAVED_VERSION, blank)


def _save_form(request: HttpRequest, editor: Editor, form: ItemForm, context: dict[str, Any]) -> HttpResponse:
    """Save the item and redirect, or show a conflict with another version."""
    item = form.to_item()
    try:
        store.save_item(signed_in_account(request), form.row.pk, item, form.cleaned_data["version"])
    except store.VersionConflict as conflict:
        return _show_conflict(request, editor, form, conflict.row, context)
    return answer_saved(request, _address_after_save(request, editor, item, context))


def _address_after_save(
    request: HttpRequest, editor: Editor, item: VaultItem, context: dict[str, Any]
) -> str:
    """Return the address of the page that shows the item, or of the next step of the plan."""
    if "next" in request.POST and context.get("after"):
        return reverse("step", args=(context["after"],))
    return editor.back(item)


def _show_conflict(
    request: HttpRequest,
    editor: Editor,
    form: ItemForm,
    stored: StoredItem[VaultItem] | None,
    context: dict[str, Any],
) -> HttpResponse:
    """Show the typed and the stored version. Saving the form again replaces the stored version."""
    message = _(
        "This was changed in another tab or on another device. Both are here: put them together, then save."
    )
    version = stored.version if stored else UNSAVED_VERSION
    other_version = _differing_fields(form, stored.item) if stored else []
    if wants_json(request):
        return render_not_saved(request, 409, message, version=version, other_version=other_version)
    form.data = {**dict(request.POST.items()), **_multiple_values(request, form), "version": version}
    return _render_form(
        request, editor, form, {**context, "message": message, "other_version": other_version}, status=409
    )


def _multiple_values(request: HttpRequest, form: ItemForm) -> dict[str, list[str]]:
    """Return the typed values of the fields that have several."""
    names = ("people", "listings", "labels")
    return {name: request.POST.getlist(name) for name in names if name in form.fields}


def _differing_fields(form: ItemForm, stored: VaultItem) -> list[dict[str, str]]:
    """Return the label and the stored text of each field in which the two versions differ."""
    typed = form.to_item()
    return [
        {"label": str(field.label), "text": _display_value(field, getattr(stored, name))}
        for name, field in form.fields.items()
        if field.label and getattr(stored, name, None) != getattr(typed, name, None)
    ]


def _display_value(field: Any, value: Any) -> str:
    """Return the value of a field as text for people."""
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    values = value if isinstance(value, list) else [value]
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return ", ".join(choices.get(str(item), str(item)) for item in values)


def _render_form(
    request: HttpRequest, editor: Editor, form: ItemForm, extra: dict[str, Any], *, status: int
) -> HttpResponse:
    """Render the page with the form of an item."""
    is_stored = form.row.version != UNSAVED_VERSION
    context = {
        "title": editor.title,
        "lead": editor.lead,
        "form": form,
        "whose": form_owner_token(signed_in_account(request)),
        "back": editor.back(form.row.item),
        "delete_url": reverse("delete_item", args=(form.row.pk,)) if is_stored and editor.can_delete else "",
        **extra,
    }
    return render(request, "network/item_form.html", context, status=status)


def _offer_places(
    row: StoredItem[VaultItem], user_data: UserData
) -> tuple[StoredItem[VaultItem], dict[int, str]]:
    """Return the plan entry with merged listings replaced, and the names of all listings that it may contain.

    The names are in the person's order.
    """
    merges = merge_targets(user_data.place_ids)
    ids = replace_merged(user_data.place_ids, merges)
    names = dict(Listing.objects.visible().filter(pk__in=ids).values_list("pk", "name"))
    entry = cast(PlanEntry, row.item)
    current_entry = replace(entry, listings=replace_merged(entry.listings, merges))
    return StoredItem(row.pk, row.version, current_entry, row.size), {
        pk: names[pk] for pk in ids if pk in names
    }


@accept_edits
@private_page
def delete_item(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for confirmation, then delete an item."""
    account = signed_in_account(request)
    row = store.get_item(account, VaultItem, pk)
    editor = EDITORS.get(type(row.item))
    if editor is None or not editor.can_delete:
        raise Http404
    if request.method == "POST":
        store.delete_item(account, pk)
        return HttpResponseRedirect(editor.back(row.item), status=303)
    context = {
        "words": _item_title(row.item),
        "back": editor.back(row.item),
        "whose": form_owner_token(account),
    }
    return render(request, "network/delete_item.html", context)


def _item_title(item: VaultItem) -> str:
    """Return the text by which a person recognizes an item."""
    return str(getattr(item, "name", "") or getattr(item, "words", "") or getattr(item, "text", ""))


@require_safe
@private_page
def people(request: HttpRequest) -> HttpResponse:
    """Render the page that lists the person's contacts."""
    user_data = load_user_data(request)
    return render(
        request, "network/people.html", {"people": [present_person(row) for row in user_data.people]}
    )
