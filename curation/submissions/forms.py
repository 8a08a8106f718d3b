"""What visitors fill in: a report, a suggestion, an answer. Nobody is asked who they are."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.models import Report
from curation.submissions import presenters, text_cleaning
from directory.kinds.registry import kinds
from directory.models import Listing
from groups.models import Meeting

LONGEST = 2000  # characters
LONGEST_LINE = 300
LONGEST_NAME = 255
ALL_MEETINGS = "all"
PLAIN = {"autocomplete": "off"}


class RadioCards(forms.RadioSelect):
    """Each choice as one large label that can be pressed."""

    template_name = "curation/_radios.html"


class TidyTextField(forms.CharField):
    """Lines of text, tidied as they come in; nothing in them can break a page or a database."""

    widget: Any = forms.Textarea(attrs={"rows": 5})
    tidied = staticmethod(text_cleaning.clean_text)

    def __init__(self, *, max_length: int = LONGEST, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        self.error_messages["max_length"] = gettext_lazy(
            "This is longer than we can take: %(show_value)s signs, and %(limit_value)s fit."
        )

    def to_python(self, value: Any) -> str:
        return self.tidied(super().to_python(value) or "")

    def clean(self, value: Any) -> str:
        words = super().clean(value)
        if words and not text_cleaning.says_something(words):
            raise ValidationError(_("Please write it in words."), code="no_words")
        if text_cleaning.has_too_many_links(words):
            raise ValidationError(_("Please leave some links out: five at most."), code="too_many_links")
        return words


class DetailsField(TidyTextField):
    """Words that a person shall be able to act on."""

    def clean(self, value: Any) -> str:
        words = super().clean(value)
        if text_cleaning.is_only_links(words):
            raise ValidationError(_("Please say in a few words what the link is for."), code="only_links")
        return words


class LineField(TidyTextField):
    widget = forms.TextInput(attrs=PLAIN)
    tidied = staticmethod(text_cleaning.one_line)

    def __init__(self, *, max_length: int = LONGEST_LINE, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)


class HoneypotField(forms.CharField):
    """Out of sight, and named for who hears the page read."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.template_name = "curation/_honeypot.html"


class SubmissionForm(forms.Form):
    """With a field that people leave empty and programs fill in."""

    subject = HoneypotField(label=gettext_lazy("Leave this empty"), required=False)

    def clean_subject(self) -> None:
        if self.cleaned_data["subject"]:
            raise ValidationError(
                _(
                    "One field has to stay empty and was filled in. It is empty again now: please send once more."
                ),
                code="not_empty",
            )

    def facts(self) -> dict[str, Any]:
        """What was filled in, without the field that stays empty."""
        return {name: value for name, value in self.cleaned_data.items() if name != "subject"}


class ReportForm(SubmissionForm):
    meeting = forms.ChoiceField(
        label=gettext_lazy("Which meeting?"),
        widget=RadioCards,
        error_messages={"required": gettext_lazy("Please choose which meeting you mean.")},
    )
    problem = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"),
        choices=Report.Problem.choices,
        widget=RadioCards,
        error_messages={"required": gettext_lazy("Please choose what is wrong.")},
    )
    details = DetailsField(
        label=gettext_lazy("Anything that helps us put it right"),
        required=False,
        help_text=gettext_lazy("You can leave this empty. Please name no people."),
    )
    field_order = ("meeting", "problem", "details", "subject")

    def __init__(self, listing: Listing, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.meetings = {str(meeting.pk): meeting for meeting in meetings_of(listing)}
        if self.meetings:
            choices = [(pk, presenters.meeting_words(meeting)) for pk, meeting in self.meetings.items()]
            self.fields["meeting"].choices = [*choices, (ALL_MEETINGS, _("All of them, or none of these"))]  # type: ignore[attr-defined]
            self.fields["meeting"].initial = choices[0][0] if len(choices) == 1 else None
        else:
            del self.fields["meeting"]

    def clean_meeting(self) -> Meeting | None:
        return self.meetings.get(self.cleaned_data["meeting"])

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("problem") == Report.Problem.OTHER and given.get("details") == "":
            self.add_error("details", _("Please say in a few words what is wrong."))

    def facts(self) -> dict[str, Any]:
        return {"meeting": None, **super().facts()}


class SuggestionForm(SubmissionForm):
    kind = forms.ChoiceField(label=gettext_lazy("What is it?"))
    name = LineField(label=gettext_lazy("What is it called?"), max_length=LONGEST_NAME)
    location = LineField(
        label=gettext_lazy("Where is it?"),
        required=False,
        help_text=gettext_lazy("A town, an address, or “online”."),
    )
    schedule = LineField(
        label=gettext_lazy("When is it, or when is it open?"),
        required=False,
        help_text=gettext_lazy("Such as “Tuesdays at 7 pm”."),
    )
    contact = LineField(
        label=gettext_lazy("How do people reach it?"),
        required=False,
        help_text=gettext_lazy("Its own website, phone or e-mail. Not a person’s."),
    )
    details = DetailsField(
        label=gettext_lazy("Anything else"),
        required=False,
        help_text=gettext_lazy("Who it is for, what to expect. Please name no people."),
    )
    field_order = ("kind", "name", "location", "schedule", "contact", "details", "subject")

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        choices = [("", _("Choose one")), *((kind.slug, kind.name) for kind in kinds.values())]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if text_cleaning.is_only_links(name):
            raise ValidationError(_("Please write its name here, and the link below."), code="only_links")
        return name


class CodeForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Your code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={**PLAIN, "autocapitalize": "characters", "spellcheck": "false", "class": "code"}
        ),
    )


class WriteBackForm(SubmissionForm):
    text = DetailsField(
        label=gettext_lazy("Anything to add?"), help_text=gettext_lazy("Please name no people.")
    )
    field_order = ("text", "subject")


def meetings_of(listing: Listing) -> list[Meeting]:
    """The meetings of a group that take place; none for other kinds."""
    meetings = Meeting.objects.filter(group=listing.pk, active=True)
    return list(meetings)
