"""The pages on which a person writes: people, the steps of the plan, goals, notes, appointments and their zone.

All are one page, told apart by the form and the words around it; `Editor` declares those.
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
from network.pages.item_forms import ThingForm
from network.pages.keep_input import fault, private, saved, unsaved, wants_json
from network.pages.presenters import person_shown
from network.vault import store, user_data
from network.vault.items import Appointment, Goal, Note, Person, Step, VaultItem, Zone
from network.vault.store import NOT_YET, StoredItem
from network.vault.user_data import UserData, account_of, form_owner_token


@dataclass(frozen=True, slots=True)
class Editor:
    """A page to write on. `back` leads to where the thing is shown; `can_delete`: it can be taken away."""

    form: type[ThingForm]
    title: Any
    back: Callable[[VaultItem], str]
    lead: Any = ""
    can_delete: bool = True
    places: bool = False


def to_page(name: str, part: str = "") -> Callable[[VaultItem], str]:
    return lambda _thing: reverse(name) + part


EDITORS: dict[type[VaultItem], Editor] = {
    Person: Editor(
        item_forms.PersonForm,
        gettext_lazy("Somebody of mine"),
        to_page("people"),
        gettext_lazy("Write what helps you reach them. A name is enough to begin."),
    ),
    Goal: Editor(
        item_forms.GoalForm,
        gettext_lazy("A goal or a small victory"),
        to_page("plan", "#goals"),
        gettext_lazy("The day is yours to choose, and to move."),
    ),
    Appointment: Editor(item_forms.AppointmentForm, gettext_lazy("In my week"), to_page("week")),
    Zone: Editor(item_forms.ZoneForm, gettext_lazy("Where I am"), to_page("week"), can_delete=False),
    Note: Editor(
        item_forms.NoteForm,
        gettext_lazy("My note"),
        lambda thing: f"{reverse('my_network')}#saved-h",
    ),
    Step: Editor(
        item_forms.StepForm,
        "",
        lambda thing: f"{reverse('plan')}#step-{cast(Step, thing).key}",
        can_delete=False,
        places=True,
    ),
}
edits = require_http_methods(["GET", "HEAD", "POST"])


@edits
@private
def person(request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
    return edit(request, Person(), pk)


@edits
@private
def goal(request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
    what = request.GET.get("what", "")
    return edit(request, Goal(what=what if what in dict(item_forms.GOALS) else "goal"), pk)


@edits
@private
def appointment(request: HttpRequest, pk: uuid.UUID | None = None) -> HttpResponse:
    own = user_data.load_user_data(request)
    today = AskedAt.now_in_zone(own.zone).today
    return edit(request, Appointment(on=today.isoformat(), zone=own.zone), pk, own)


@edits
@private
def zone(request: HttpRequest) -> HttpResponse:
    return edit(request, Zone(), store.name_id(account_of(request), Zone))


@edits
@private
def note(request: HttpRequest, slug: str) -> HttpResponse:
    listing = get_object_or_404(Listing.objects.visible(), slug=slug)
    own = user_data.load_user_data(request)
    moved = user_data.moved_notes(own.notes, merge_targets(own.notes)).get(listing.pk, Note())
    thing = Note(listing.pk, moved.labels, moved.text)
    pk = store.row_id_for(account_of(request), thing)
    return edit(request, thing, pk, own, title=_("My note: %(name)s") % {"name": listing.name})


@edits
@private
def step(request: HttpRequest, key: str) -> HttpResponse:
    if key not in safety_plan.STEPS:
        raise Http404
    thing = Step(key=key)
    shown = safety_plan.STEPS[key]
    more: dict[str, Any] = {
        "title": shown.heading,
        "lead": shown.hint,
        "step": shown,
        "after": safety_plan.after(key),
    }
    return edit(request, thing, store.row_id_for(account_of(request), thing), **more)


def edit(
    request: HttpRequest, blank: VaultItem, pk: uuid.UUID | None, own: UserData | None = None, **more: Any
) -> HttpResponse:
    """The page for one thing, or what came of it. `blank` is what it starts from where nothing is kept yet."""
    own = own or user_data.load_user_data(request)
    row = row_of(request, own, blank, pk)
    editor = EDITORS[type(blank)]
    row, places = with_places(row, own) if editor.places else (row, None)
    form = editor.form(request.POST or None, row, own, places)
    if request.method == "POST" and form.is_valid():
        return write(request, editor, form, more)
    if request.method == "POST" and wants_json(request):
        return fault(form)
    if form.is_bound:
        more = {"say": _("Not saved yet: something below cannot be read."), **more}
    return page(request, editor, form, more, status=422 if form.is_bound else 200)


def row_of(
    request: HttpRequest, own: UserData, blank: VaultItem, pk: uuid.UUID | None
) -> StoredItem[VaultItem]:
    """What is kept under that id; a new row, under the id that the form brings, where none was asked for. Raises
    Missing."""
    if pk is None:
        pk = user_data.parsed_id(request.POST.get("row", "")) or uuid.uuid4()
        return StoredItem(pk, NOT_YET, blank)
    kept = next((row for row in own.rows if row.pk == pk and type(row.thing) is type(blank)), None)
    if kept is None and blank.only_one is None:
        raise store.ItemNotFound
    return kept or StoredItem(pk, NOT_YET, blank)


def write(request: HttpRequest, editor: Editor, form: ThingForm, more: dict[str, Any]) -> HttpResponse:
    thing = form.thing()
    try:
        store.write(account_of(request), form.row.pk, thing, form.cleaned_data["version"])
    except store.VersionConflict as newer:
        return conflict(request, editor, form, newer.row, more)
    return saved(request, onward(request, editor, thing, more))


def onward(request: HttpRequest, editor: Editor, thing: VaultItem, more: dict[str, Any]) -> str:
    """To where it is shown, or on to the next step of the plan."""
    if "next" in request.POST and more.get("after"):
        return reverse("step", args=(more["after"],))
    return editor.back(thing)


def conflict(
    request: HttpRequest,
    editor: Editor,
    form: ThingForm,
    there: StoredItem[VaultItem] | None,
    more: dict[str, Any],
) -> HttpResponse:
    """Another version came in between: both are shown, and saving once more puts this one in its place."""
    say = _(
        "This was changed in another tab or on another device. Both are here: put them together, then save."
    )
    version = there.version if there else NOT_YET
    theirs = other_words(form, there.thing) if there else []
    if wants_json(request):
        return unsaved(request, 409, say, version=version, theirs=theirs)
    form.data = {**dict(request.POST.items()), **lists(request, form), "version": version}
    return page(request, editor, form, {**more, "say": say, "theirs": theirs}, status=409)


def lists(request: HttpRequest, form: ThingForm) -> dict[str, list[str]]:
    several = ("people", "listings", "labels")
    return {name: request.POST.getlist(name) for name in several if name in form.fields}


def other_words(form: ThingForm, there: VaultItem) -> list[dict[str, str]]:
    """What the other version says where the two differ, under the labels of the form."""
    ours = form.thing()
    return [
        {"label": str(field.label), "text": shown(field, getattr(there, name))}
        for name, field in form.fields.items()
        if field.label and getattr(there, name, None) != getattr(ours, name, None)
    ]


def shown(field: Any, value: Any) -> str:
    choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    values = value if isinstance(value, list) else [value]
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return ", ".join(choices.get(str(each), str(each)) for each in values)


def page(
    request: HttpRequest, editor: Editor, form: ThingForm, more: dict[str, Any], *, status: int
) -> HttpResponse:
    kept = form.row.version != NOT_YET
    context = {
        "title": editor.title,
        "lead": editor.lead,
        "form": form,
        "whose": form_owner_token(account_of(request)),
        "back": editor.back(form.row.thing),
        "delete_url": reverse("delete_item", args=(form.row.pk,)) if kept and editor.can_delete else "",
        **more,
    }
    return render(request, "network/item_form.html", context, status=status)


def with_places(row: StoredItem[VaultItem], own: UserData) -> tuple[StoredItem[VaultItem], dict[int, str]]:
    """The step with its places as they stand today, and the names of all that can be put into it, in the person's
    order."""
    now = merge_targets(own.places)
    ids = replace_merged(own.places, now)
    names = dict(Listing.objects.visible().filter(pk__in=ids).values_list("pk", "name"))
    step = cast(Step, row.thing)
    today = replace(step, listings=replace_merged(step.listings, now))
    return StoredItem(row.pk, row.version, today, row.size), {pk: names[pk] for pk in ids if pk in names}


@edits
@private
def delete_item(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks once, then takes a thing out of the account."""
    account = account_of(request)
    row = store.find(account, VaultItem, pk)
    editor = EDITORS.get(type(row.thing))
    if editor is None or not editor.can_delete:
        raise Http404
    if request.method == "POST":
        store.remove(account, pk)
        return HttpResponseRedirect(editor.back(row.thing), status=303)
    context = {
        "words": words_of(row.thing),
        "back": editor.back(row.thing),
        "whose": form_owner_token(account),
    }
    return render(request, "network/delete_item.html", context)


def words_of(thing: VaultItem) -> str:
    """How a person knows it again."""
    return str(getattr(thing, "name", "") or getattr(thing, "words", "") or getattr(thing, "text", ""))


@require_safe
@private
def people(request: HttpRequest) -> HttpResponse:
    own = user_data.load_user_data(request)
    return render(request, "network/people.html", {"people": [person_shown(row) for row in own.people]})
