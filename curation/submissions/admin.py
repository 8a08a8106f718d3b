"""What visitors sent, on the desk: one card a page, the listing beside it, and the next card after each.

A card is handled where it is read. Nothing here changes a listing by itself: `curation.submissions.services` does.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.models import Report, Suggestion
from curation.roles import regions
from curation.submissions import presenters, services
from curation.submissions.fix_forms import FixForm, NoteForm, QuestionForm
from directory.kinds.base import PageSection
from directory.kinds.registry import kinds
from directory.listings import detail
from directory.listings.publish_guard import PUBLISHER_PERMISSION, PublisherRequired
from directory.models import Listing
from directory.vocabulary import CheckMethod, Status
from groups.models import Meeting

ALIKE = 5
CLOSES = "_close_card"
Forms = dict[str, Any]
Handler = Callable[[HttpRequest, Any, Forms], HttpResponse | None]


class SubmissionAdmin(admin.ModelAdmin):
    """Shared by both kinds of card. The change page is the card; its forms say in `do` what is to be done."""

    list_per_page = 50
    show_full_result_count = False
    ordering = ("created", "pk")
    date_hierarchy = "created"
    card_template: ClassVar[str]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Visitors send; the desk does not write in their name."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(request.user.is_superuser) and super().has_delete_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Cards only: what joined one is shown on it."""
        return presenters.submissions_of(self.model, request.user).annotate(times=Count("duplicates") + 1)

    def get_urls(self) -> list[URLPattern]:
        info = self.opts.app_label, self.opts.model_name
        own = [
            path("next/", self.admin_site.admin_view(self.next_view), name="{}_{}_next".format(*info)),
            path(
                "<int:pk>/listing/",
                self.admin_site.admin_view(self.listing_view),
                name="{}_{}_listing".format(*info),
            ),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description=gettext_lazy("times sent"), ordering="times")
    def times(self, card: Any) -> int:
        return card.times

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """The card that waits longest."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.on_to_next(request)

    def on_to_next(self, request: HttpRequest) -> HttpResponseRedirect:
        card = presenters.next_card(self.model, request.user)
        if card is not None:
            return redirect(presenters.card_url(card))
        self.message_user(request, _("Nothing else waits here."), messages.INFO)
        return redirect("admin:index")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        card = self.get_object(request, object_id)
        if card is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        may_change = self.has_change_permission(request, card)
        if not (may_change or self.has_view_permission(request, card)) or (
            request.method == "POST" and not may_change
        ):
            raise PermissionDenied
        forms = self.forms(card)
        if request.method == "POST":
            answer = self.handle(request, card, forms)
            if answer is not None:
                return answer
        return TemplateResponse(request, self.card_template, self.context(request, card, forms))

    def handle(self, request: HttpRequest, card: Any, forms: Forms) -> HttpResponse | None:
        """Does what the pressed button says, and opens the next card; None when a form is to be shown again.

        Fills `forms` with what was sent.
        """
        handler = self.handlers().get(request.POST.get("do", ""))
        if handler is None:
            return None
        try:
            return handler(request, card, forms)
        except services.AlreadyHandled:
            self.message_user(request, _("Somebody handled this card in the meantime."), messages.WARNING)
            return self.on_to_next(request)

    def handlers(self) -> dict[str, Handler]:
        return {"ask": self.ask, "dismiss": self.dismiss, "note": self.note}

    def forms(self, card: Any) -> Forms:
        return {"ask": QuestionForm(), "note": NoteForm(initial={"private_note": card.private_note})}

    def ask(self, request: HttpRequest, card: Any, forms: Forms) -> HttpResponse | None:
        form = forms["ask"] = QuestionForm(request.POST)
        if not form.is_valid():
            return None
        services.ask_sender(card, text=form.cleaned_data["text"], by=request.user)
        return self.done(request, _("Your words are with whoever sent it."))

    def dismiss(self, request: HttpRequest, card: Any, forms: Forms) -> HttpResponse | None:
        form = forms["note"] = NoteForm(request.POST)
        if not form.is_valid():
            return None
        note = form.cleaned_data["private_note"].strip()
        if not note:
            form.add_error("private_note", _("Say why, for the next curator."))
            return None
        services.dismiss_submission(card, note=note, by=request.user)
        return self.done(request, _("Dismissed."))

    def note(self, request: HttpRequest, card: Any, forms: Forms) -> HttpResponse | None:
        form = forms["note"] = NoteForm(request.POST)
        if not form.is_valid():
            return None
        services.save_note(card, note=form.cleaned_data["private_note"])
        self.message_user(request, _("Note kept."), messages.SUCCESS)
        return redirect(request.path)

    def done(self, request: HttpRequest, words: str) -> HttpResponse:
        self.message_user(request, words, messages.SUCCESS)
        return self.on_to_next(request)

    def context(self, request: HttpRequest, card: Any, forms: Forms) -> dict[str, Any]:
        following = presenters.next_card(self.model, request.user, after=card)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": card,
            "card": card,
            "title": str(card),
            "everybody": [card, *card.duplicates.all()],
            "lines": presenters.whole_thread(card),
            "waits": card.status in presenters.NOT_HANDLED,
            "may_change": self.has_change_permission(request, card),
            "next_url": presenters.card_url(following) if following else "",
            "listing_url": reverse(f"admin:curation_{self.opts.model_name}_listing", args=(card.pk,)),
            "forms": forms,
        }

    def listing_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The listing's own page with the card above it; a button saves and closes the card as well."""
        card = self.get_queryset(request).filter(pk=pk).first()
        if card is None or card.listing is None:
            raise Http404
        if not self.has_change_permission(request, card):
            raise PermissionDenied
        listings = self.admin_site.get_model_admin(kinds[card.listing.kind].model)
        with transaction.atomic():
            answer = listings.change_view(
                request, str(card.listing_id), request.path, {"card": card, **self.beside_listing(card)}
            )
            if isinstance(answer, HttpResponseRedirect) and CLOSES in request.POST:
                return self.close(request, card)
        if isinstance(answer, TemplateResponse):
            answer.template_name = "admin/curation/listing.html"
        return answer

    def beside_listing(self, card: Any) -> dict[str, Any]:
        return {"card_facts": presenters.submission_facts(card), "card_url": presenters.card_url(card)}

    def close(self, request: HttpRequest, card: Any) -> HttpResponse:
        raise NotImplementedError


class ReportAdmin(SubmissionAdmin):
    list_display = ("problem", "listing", "meeting", "created", "status", "times")
    list_filter = ("status", "problem")
    list_select_related = ("listing", "meeting")
    search_fields = ("listing__name", "details")
    search_help_text = gettext_lazy("Name of the listing, or words of the report")
    card_template = "admin/curation/report.html"

    def forms(self, card: Report) -> Forms:
        return {**super().forms(card), "fix": FixForm(card)}

    def handlers(self) -> dict[str, Handler]:
        return {**super().handlers(), "fix": self.fix}

    def fix(self, request: HttpRequest, card: Report, forms: Forms) -> HttpResponse | None:
        if not self.may_change_listing(request, card.listing):
            raise PermissionDenied
        form = forms["fix"] = FixForm(card, request.POST)
        if not form.is_valid():
            return None
        if form.changes().listing and not request.user.has_perm(PUBLISHER_PERMISSION):
            raise PermissionDenied
        try:
            services.fix_report(card, changes=form.changes(), **form.checked(), by=request.user)
        except PublisherRequired as refused:
            form.add_error(None, str(refused))
            return None
        return self.done(request, _("%(name)s: saved, and the report is closed.") % {"name": card.listing})

    def close(self, request: HttpRequest, card: Report) -> HttpResponse:
        """The listing's page notes the check itself when its own field says how; else it was by phone."""
        how = "" if request.POST.get("checked") else CheckMethod.CALLED
        try:
            services.close_fixed(card, how=how, by=request.user)
        except services.AlreadyHandled:
            return self.done(request, _("Saved. Somebody else had handled the report."))
        return self.done(request, _("%(name)s: saved, and the report is closed.") % {"name": card.listing})

    def beside_listing(self, card: Report) -> dict[str, Any]:
        closes = CLOSES if card.status in presenters.NOT_HANDLED else ""
        words = _("Save, checked by phone today, and close the report")
        return {**super().beside_listing(card), "closes": closes, "closes_words": words}

    def context(self, request: HttpRequest, card: Report, forms: Forms) -> dict[str, Any]:
        said_now = presenters.quoted_value(card.listing, card.meeting, card.problem)
        return {
            **super().context(request, card, forms),
            "meeting_words": presenters.meeting_words(card.meeting) if card.meeting else "",
            "said_now": said_now,
            "changed_since": bool(card.value_when_reported) and card.value_when_reported != said_now,
            "may_fix": self.may_change_listing(request, card.listing),
            "sections": present_facts(card.listing),
            "meetings": present_meetings(card),
            "public_url": public_url(card.listing),
        }

    def may_change_listing(self, request: HttpRequest, listing: Listing) -> bool:
        listings = self.admin_site.get_model_admin(kinds[listing.kind].model)
        return listings.has_change_permission(request, listing.kind_instance)


class SuggestionAdmin(SubmissionAdmin):
    list_display = ("name", "kind", "location", "created", "status", "times", "listing")
    list_filter = ("status", "kind")
    list_select_related = ("listing",)
    search_fields = ("name", "location", "details")
    search_help_text = gettext_lazy("Name, place, or words of the suggestion")
    card_template = "admin/curation/suggestion.html"

    def handlers(self) -> dict[str, Handler]:
        return {**super().handlers(), "draft": self.draft}

    def draft(self, request: HttpRequest, card: Suggestion, forms: Forms) -> HttpResponse | None:
        if not self.may_draft(request, card):
            raise PermissionDenied
        services.create_draft_listing(card, by=request.user)
        self.message_user(request, _("The draft is made. Nobody sees it yet."), messages.SUCCESS)
        return redirect("admin:curation_suggestion_listing", card.pk)

    def close(self, request: HttpRequest, card: Suggestion) -> HttpResponse:
        return self.done(request, _("Saved."))

    def beside_listing(self, card: Suggestion) -> dict[str, Any]:
        return {
            **super().beside_listing(card),
            "closes": CLOSES,
            "closes_words": _("Save, and on to the next card"),
        }

    def context(self, request: HttpRequest, card: Suggestion, forms: Forms) -> dict[str, Any]:
        return {
            **super().context(request, card, forms),
            "title": _("Suggested: %(name)s") % {"name": card},
            "facts": presenters.submission_facts(card),
            "alike": similar_listings(card, request.user),
            "may_draft": self.may_draft(request, card),
        }

    def may_draft(self, request: HttpRequest, card: Suggestion) -> bool:
        kind = kinds.get(card.kind)
        return kind is not None and self.admin_site.get_model_admin(kind.model).has_add_permission(request)


def present_facts(listing: Listing) -> list[PageSection]:
    """What the public page says now, without what was not given."""
    own_sections = kinds[listing.kind].sections(listing)
    told = [
        PageSection(section.heading, tuple(fact for fact in section.facts if fact.value))
        for section in [*own_sections, *detail.shared_sections(listing)]
    ]
    return [section for section in told if section.facts]


def present_meetings(report: Report) -> list[dict[str, Any]]:
    """All meetings of the group in words, the one in question marked."""
    return [
        {
            "words": presenters.meeting_words(meeting),
            "active": meeting.active,
            "meant": meeting.pk == report.meeting_id,
        }
        for meeting in Meeting.objects.filter(group__pk=report.listing_id)
    ]


def public_url(listing: Listing) -> str:
    return "" if listing.status in (Status.DRAFT, Status.IN_REVIEW) else listing.get_absolute_url()


def similar_listings(suggestion: Suggestion, curator: Any) -> list[dict[str, str]]:
    """Listings of nearly this name within the curator's reach, which may be the same thing."""
    found = Listing.objects.filter(regions.listings_of(curator), name__icontains=suggestion.name)
    if suggestion.listing_id:
        found = found.exclude(pk=suggestion.listing_id)
    return [
        {
            "words": f"{each.name} ({kinds[each.kind].name}, {each.get_status_display()})",
            "url": reverse(admin_page(each), args=(each.pk,)),
        }
        for each in found[:ALIKE]
    ]


def admin_page(listing: Listing) -> str:
    opts = kinds[listing.kind].model._meta
    return f"admin:{opts.app_label}_{opts.model_name}_change"


admin.site.register(Report, ReportAdmin)
admin.site.register(Suggestion, SuggestionAdmin)
