"""The admin of submissions: each has one page with its listing beside it, and the next one follows.

A curator handles a submission on the page that shows it. All changes go through `curation.submissions.services`.
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
from directory.listings.availability import AskedAt
from directory.listings.publisher_rights import PUBLISHER_PERMISSION, PublisherRequired
from directory.models import Listing
from directory.vocabulary import CheckMethod, Status
from groups.models import Meeting

MAX_SIMILAR_LISTINGS = 5
CLOSE_BUTTON_NAME = "_close_card"
Forms = dict[str, Any]
Handler = Callable[[HttpRequest, Any, Forms], HttpResponse | None]


class SubmissionAdmin(admin.ModelAdmin):
    """What the admins of reports and suggestions share.

    The change page holds several forms. The button that sends one gives its action as `action`.
    """

    list_per_page = 50
    show_full_result_count = False
    ordering = ("created", "pk")
    date_hierarchy = "created"
    page_template: ClassVar[str]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False, because only visitors send submissions, on the public pages."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return whether the account is a superuser with the right to delete; curators keep what visitors sent."""
        return bool(request.user.is_superuser) and super().has_delete_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the submissions that the curator may see. Later equal ones are shown with their original."""
        return presenters.visible_submissions(self.model, request.user).annotate(
            times_sent=Count("duplicates") + 1
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the redirect to the next submission, and the page of the listing of a submission."""
        info = self.opts.app_label, self.opts.model_name
        urls = [
            path("next/", self.admin_site.admin_view(self.next_view), name="{}_{}_next".format(*info)),
            path(
                "<int:pk>/listing/",
                self.admin_site.admin_view(self.listing_view),
                name="{}_{}_listing".format(*info),
            ),
        ]
        return [*urls, *super().get_urls()]

    @admin.display(description=gettext_lazy("times sent"), ordering="times_sent")
    def times_sent(self, submission: Any) -> int:
        """Return how many visitors sent the same report or suggestion."""
        return submission.times_sent

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the submission that has waited longest."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.open_next(request)

    def open_next(self, request: HttpRequest) -> HttpResponseRedirect:
        """Redirect to the next submission, or to the admin's first page where none waits."""
        submission = presenters.next_submission(self.model, request.user)
        if submission is not None:
            return redirect(presenters.admin_url(submission))
        self.message_user(request, _("Nothing else waits here."), messages.INFO)
        return redirect("admin:index")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a submission, or perform the action of the form that was sent."""
        submission = self.get_object(request, object_id)
        if submission is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        may_change = self.has_change_permission(request, submission)
        if not (may_change or self.has_view_permission(request, submission)) or (
            request.method == "POST" and not may_change
        ):
            raise PermissionDenied
        forms = self.forms(submission)
        if request.method == "POST":
            response = self.handle(request, submission, forms)
            if response is not None:
                return response
        return TemplateResponse(request, self.page_template, self.page_context(request, submission, forms))

    def handle(self, request: HttpRequest, submission: Any, forms: Forms) -> HttpResponse | None:
        """Perform the action of the pressed button and return its response.

        Return None where a form has errors or the action is unknown, and redirect to the next submission where somebody
        else handled this one meanwhile. Puts the form that was sent into `forms`.
        """
        handler = self.handlers().get(request.POST.get("action", ""))
        if handler is None:
            return None
        try:
            return handler(request, submission, forms)
        except services.AlreadyHandled:
            self.message_user(request, _("Somebody handled this one in the meantime."), messages.WARNING)
            return self.open_next(request)

    def handlers(self) -> dict[str, Handler]:
        """Return the method for each action."""
        return {"ask": self.ask, "dismiss": self.dismiss, "note": self.save_note}

    def forms(self, submission: Any) -> Forms:
        """Return the empty forms of the submission's page by name."""
        return {"ask": QuestionForm(), "note": NoteForm(initial={"private_note": submission.private_note})}

    def ask(self, request: HttpRequest, submission: Any, forms: Forms) -> HttpResponse | None:
        """Store a message of the curator, which the sender reads with their access code."""
        form = forms["ask"] = QuestionForm(request.POST)
        if not form.is_valid():
            return None
        services.ask_sender(submission, text=form.cleaned_data["text"], by=request.user)
        return self.redirect_after(request, _("Sent. The sender can read it with their code."))

    def dismiss(self, request: HttpRequest, submission: Any, forms: Forms) -> HttpResponse | None:
        """Close the submission without a change; a note is required."""
        form = forms["note"] = NoteForm(request.POST)
        if not form.is_valid():
            return None
        note = form.cleaned_data["private_note"].strip()
        if not note:
            form.add_error("private_note", _("Say why, for the next curator."))
            return None
        services.dismiss_submission(submission, note=note, by=request.user)
        return self.redirect_after(request, _("Dismissed."))

    def save_note(self, request: HttpRequest, submission: Any, forms: Forms) -> HttpResponse | None:
        """Save the private note and stay on the page."""
        form = forms["note"] = NoteForm(request.POST)
        if not form.is_valid():
            return None
        services.save_note(submission, note=form.cleaned_data["private_note"])
        self.message_user(request, _("Note saved."), messages.SUCCESS)
        return redirect(request.path)

    def redirect_after(self, request: HttpRequest, text: str) -> HttpResponse:
        """Redirect to the next open submission and show a message there."""
        self.message_user(request, text, messages.SUCCESS)
        return self.open_next(request)

    def page_context(self, request: HttpRequest, submission: Any, forms: Forms) -> dict[str, Any]:
        """Return the context of the page of a submission."""
        following = presenters.next_submission(self.model, request.user, after=submission)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": submission,
            "submission": submission,
            "title": str(submission),
            "equal_submissions": [submission, *submission.duplicates.all()],
            "thread_messages": presenters.all_messages(submission),
            "is_unhandled": submission.status in presenters.UNHANDLED,
            "may_change": self.has_change_permission(request, submission),
            "next_url": presenters.admin_url(following) if following else "",
            "listing_url": reverse(f"admin:curation_{self.opts.model_name}_listing", args=(submission.pk,)),
            "forms": forms,
        }

    def listing_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Show the admin page of the listing with the submission above it.

        One of its buttons saves the listing and closes the submission.
        """
        submission = self.get_queryset(request).filter(pk=pk).first()
        if submission is None or submission.listing is None:
            raise Http404
        if not self.has_change_permission(request, submission):
            raise PermissionDenied
        listing_admin = self.admin_site.get_model_admin(kinds[submission.listing.kind].model)
        with transaction.atomic():
            response = listing_admin.change_view(
                request,
                str(submission.listing_id),
                request.path,
                {"submission": submission, **self.listing_context(submission)},
            )
            if isinstance(response, HttpResponseRedirect) and CLOSE_BUTTON_NAME in request.POST:
                return self.close(request, submission)
        if isinstance(response, TemplateResponse):
            response.template_name = "admin/curation/listing.html"
        return response

    def listing_context(self, submission: Any) -> dict[str, Any]:
        """Return what the listing's page shows of a submission."""
        return {
            "submission_facts": presenters.submission_facts(submission),
            "submission_url": presenters.admin_url(submission),
        }

    def close(self, request: HttpRequest, submission: Any) -> HttpResponse:
        """Close a submission after its listing was saved."""
        raise NotImplementedError


class ReportAdmin(SubmissionAdmin):
    """The admin of reports."""

    list_display = ("problem", "listing", "meeting", "created", "status", "times_sent")
    list_filter = ("status", "problem")
    list_select_related = ("listing", "meeting")
    search_fields = ("listing__name", "details")
    search_help_text = gettext_lazy("Name of the listing, or words of the report")
    page_template = "admin/curation/report.html"

    def forms(self, submission: Report) -> Forms:
        """Return the forms of the report's page by name, with the one that corrects the listing."""
        return {**super().forms(submission), "fix": FixForm(submission)}

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers of posted forms by name, with the one that corrects the listing."""
        return {**super().handlers(), "fix": self.fix}

    def fix(self, request: HttpRequest, submission: Report, forms: Forms) -> HttpResponse | None:
        """Correct the listing and close the report."""
        if not self.may_change_listing(request, submission.listing):
            raise PermissionDenied
        form = forms["fix"] = FixForm(submission, request.POST)
        if not form.is_valid():
            return None
        if form.changes().listing and not request.user.has_perm(PUBLISHER_PERMISSION):
            raise PermissionDenied
        try:
            services.fix_report(submission, changes=form.changes(), **form.verification(), by=request.user)
        except PublisherRequired as error:
            form.add_error(None, str(error))
            return None
        return self.redirect_after(
            request, _("%(name)s: saved, and the report is closed.") % {"name": submission.listing}
        )

    def close(self, request: HttpRequest, submission: Report) -> HttpResponse:
        """Close a report after its listing was saved, as checked by phone.

        Where the listing's page has recorded a check itself, no other is recorded.
        """
        how = "" if request.POST.get("checked") else CheckMethod.CALLED
        try:
            services.close_fixed(submission, how=how, by=request.user)
        except services.AlreadyHandled:
            return self.redirect_after(request, _("Saved. Somebody else had handled the report."))
        return self.redirect_after(
            request, _("%(name)s: saved, and the report is closed.") % {"name": submission.listing}
        )

    def listing_context(self, submission: Report) -> dict[str, Any]:
        """Return what the listing's page shows of a report, with the button that saves and closes the report."""
        button_name = CLOSE_BUTTON_NAME if submission.status in presenters.UNHANDLED else ""
        button_label = _("Save, checked by phone today, and close the report")
        return {
            **super().listing_context(submission),
            "close_button_name": button_name,
            "close_button_label": button_label,
        }

    def page_context(self, request: HttpRequest, submission: Report, forms: Forms) -> dict[str, Any]:
        """Return the context of the report's page, with the listing as it is now and was when reported."""
        value_now = presenters.current_value(submission.listing, submission.meeting, submission.problem)
        return {
            **super().page_context(request, submission, forms),
            "meeting_text": presenters.meeting_text(submission.meeting) if submission.meeting else "",
            "current_value": value_now,
            "has_changed": bool(submission.value_when_reported)
            and submission.value_when_reported != value_now,
            "may_fix": self.may_change_listing(request, submission.listing),
            "sections": _listing_sections(submission.listing),
            "meetings": _meeting_rows(submission),
            "public_url": _public_url(submission.listing),
        }

    def may_change_listing(self, request: HttpRequest, listing: Listing) -> bool:
        """Return whether the curator may change this listing."""
        listing_admin = self.admin_site.get_model_admin(kinds[listing.kind].model)
        return listing_admin.has_change_permission(request, listing.kind_instance)


class SuggestionAdmin(SubmissionAdmin):
    """The admin of suggestions."""

    list_display = ("name", "kind", "location", "created", "status", "times_sent", "listing")
    list_filter = ("status", "kind")
    list_select_related = ("listing",)
    search_fields = ("name", "location", "details")
    search_help_text = gettext_lazy("Name, place, or words of the suggestion")
    page_template = "admin/curation/suggestion.html"

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers of posted forms by name, with the one that creates a draft listing."""
        return {**super().handlers(), "draft": self.create_draft}

    def create_draft(self, request: HttpRequest, submission: Suggestion, forms: Forms) -> HttpResponse | None:
        """Create a draft listing from the suggestion and open it."""
        if not self.may_create_draft(request, submission):
            raise PermissionDenied
        services.create_draft_listing(submission, by=request.user)
        self.message_user(request, _("The draft is made. Nobody sees it yet."), messages.SUCCESS)
        return redirect("admin:curation_suggestion_listing", submission.pk)

    def close(self, request: HttpRequest, submission: Suggestion) -> HttpResponse:
        """Open the next suggestion; creating the draft has closed this one."""
        return self.redirect_after(request, _("Saved."))

    def listing_context(self, submission: Suggestion) -> dict[str, Any]:
        """Return what the listing's page shows of a suggestion, with the button that saves and opens the next one."""
        return {
            **super().listing_context(submission),
            "close_button_name": CLOSE_BUTTON_NAME,
            "close_button_label": _("Save, and on to the next card"),
        }

    def page_context(self, request: HttpRequest, submission: Suggestion, forms: Forms) -> dict[str, Any]:
        """Return the context of the suggestion's page, with what was suggested and listings of a similar name."""
        return {
            **super().page_context(request, submission, forms),
            "title": _("Suggested: %(name)s") % {"name": submission},
            "facts": presenters.submission_facts(submission),
            "similar_listings": _similar_listings(submission, request.user),
            "may_create_draft": self.may_create_draft(request, submission),
        }

    def may_create_draft(self, request: HttpRequest, submission: Suggestion) -> bool:
        """Return whether the curator may add listings of the suggested kind."""
        kind = kinds.get(submission.kind)
        return kind is not None and self.admin_site.get_model_admin(kind.model).has_add_permission(request)


def _listing_sections(listing: Listing) -> list[PageSection]:
    """Return the sections of the listing's public page, without empty facts."""
    kind_sections = kinds[listing.kind].sections(listing)
    sections = [
        PageSection(section.heading, tuple(fact for fact in section.facts if fact.value))
        for section in [*kind_sections, *detail.shared_sections(listing, AskedAt.now_in_zone())]
    ]
    return [section for section in sections if section.facts]


def _meeting_rows(report: Report) -> list[dict[str, Any]]:
    """Return all meetings of the group in words, with a mark on the reported one."""
    return [
        {
            "text": presenters.meeting_text(meeting),
            "active": meeting.active,
            "is_reported": meeting.pk == report.meeting_id,
        }
        for meeting in Meeting.objects.filter(group__pk=report.listing_id)
    ]


def _public_url(listing: Listing) -> str:
    """Return the public address of a listing; "" where visitors cannot open it."""
    return "" if listing.status in (Status.DRAFT, Status.IN_REVIEW) else listing.get_absolute_url()


def _similar_listings(suggestion: Suggestion, curator: Any) -> list[dict[str, str]]:
    """Return listings in the curator's regions whose name contains the suggested one."""
    similar = Listing.objects.filter(regions.listings_of(curator), name__icontains=suggestion.name)
    if suggestion.listing_id:
        similar = similar.exclude(pk=suggestion.listing_id)
    return [
        {
            "text": f"{listing.name} ({kinds[listing.kind].name}, {listing.get_status_display()})",
            "url": reverse(_admin_page(listing), args=(listing.pk,)),
        }
        for listing in similar[:MAX_SIMILAR_LISTINGS]
    ]


def _admin_page(listing: Listing) -> str:
    """Return the URL name of the admin's change page for the kind of a listing."""
    opts = kinds[listing.kind].model._meta
    return f"admin:{opts.app_label}_{opts.model_name}_change"


admin.site.register(Report, ReportAdmin)
admin.site.register(Suggestion, SuggestionAdmin)
