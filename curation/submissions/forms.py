"""The forms of visitors: a report, a suggestion, an access code, and a reply. None asks who the visitor is."""

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

MAX_TEXT_LENGTH = 2000  # characters
MAX_LINE_LENGTH = 300
MAX_NAME_LENGTH = 255
ALL_MEETINGS = "all"
NO_AUTOFILL = {"autocomplete": "off"}


class RadioCards(forms.RadioSelect):
    """Radio buttons of which each is one large label that can be pressed."""

    template_name = "curation/_radios.html"


class CleanTextField(forms.CharField):
    """A text of several lines that is cleaned as it comes in, so that it cannot break a page or a database."""

    widget: Any = forms.Textarea(attrs={"rows": 5})
    clean_function = staticmethod(text_cleaning.clean_text)

    def __init__(self, *, max_length: int = MAX_TEXT_LENGTH, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        self.error_messages["max_length"] = gettext_lazy(
            "This is longer than we can take: %(show_value)s signs, and %(limit_value)s fit."
        )

    def to_python(self, value: Any) -> str:
        """Return the typed text as the cleaning function of the field changes it."""
        return self.clean_function(super().to_python(value) or "")

    def clean(self, value: Any) -> str:
        """Return the text. Refuse one without a letter or a digit, and one with too many links."""
        text = super().clean(value)
        if text and not text_cleaning.has_letters_or_digits(text):
            raise ValidationError(_("Please write it in words."), code="no_words")
        if text_cleaning.has_too_many_links(text):
            raise ValidationError(_("Please leave some links out: five at most."), code="too_many_links")
        return text


class DetailsField(CleanTextField):
    """A text on which a curator can act, so more than links."""

    def clean(self, value: Any) -> str:
        """Return the text. Refuse one that holds only links."""
        text = super().clean(value)
        if text_cleaning.is_only_links(text):
            raise ValidationError(_("Please say in a few words what the link is for."), code="only_links")
        return text


class LineField(CleanTextField):
    """A text of one line, cleaned as it comes in."""

    widget = forms.TextInput(attrs=NO_AUTOFILL)
    clean_function = staticmethod(text_cleaning.clean_line)

    def __init__(self, *, max_length: int = MAX_LINE_LENGTH, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)


class HoneypotField(forms.CharField):
    """A field that is hidden from sight and has a label for people who hear the page."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.template_name = "curation/_honeypot.html"


class SubmissionForm(forms.Form):
    """A form with a honeypot: people leave `subject` empty, and programs that send spam fill it in."""

    subject = HoneypotField(label=gettext_lazy("Leave this empty"), required=False)

    def clean_subject(self) -> None:
        """Refuse a form whose honeypot was filled in."""
        if self.cleaned_data["subject"]:
            raise ValidationError(
                _(
                    "One field has to stay empty and was filled in. It is empty again now: please send once more."
                ),
                code="not_empty",
            )

    def values(self) -> dict[str, Any]:
        """Return the values of the visible fields by name, without the honeypot."""
        return {name: value for name, value in self.cleaned_data.items() if name != "subject"}


class ReportForm(SubmissionForm):
    """Reports a problem with a listing, or with one of its meetings."""

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
        self.meetings = {str(meeting.pk): meeting for meeting in _active_meetings(listing)}
        if self.meetings:
            choices = [(pk, presenters.meeting_text(meeting)) for pk, meeting in self.meetings.items()]
            self.fields["meeting"].choices = [*choices, (ALL_MEETINGS, _("All of them, or none of these"))]  # type: ignore[attr-defined]
            self.fields["meeting"].initial = choices[0][0] if len(choices) == 1 else None
        else:
            del self.fields["meeting"]

    def clean_meeting(self) -> Meeting | None:
        """Return the chosen meeting; None for all of them."""
        return self.meetings.get(self.cleaned_data["meeting"])

    def clean(self) -> None:
        """Require details for a problem that is not in the list."""
        values = self.cleaned_data
        if values.get("problem") == Report.Problem.OTHER and values.get("details") == "":
            self.add_error("details", _("Please say in a few words what is wrong."))

    def values(self) -> dict[str, Any]:
        """Return the values of the visible fields by name. The meeting is None where no single one is meant."""
        return {"meeting": None, **super().values()}


class SuggestionForm(SubmissionForm):
    """Suggests a listing that is missing."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"))
    name = LineField(label=gettext_lazy("What is it called?"), max_length=MAX_NAME_LENGTH)
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
        """Return the name. Refuse a link in its place."""
        name: str = self.cleaned_data["name"]
        if text_cleaning.is_only_links(name):
            raise ValidationError(_("Please write its name here, and the link below."), code="only_links")
        return name


class CodeForm(forms.Form):
    """Asks for the access code of a submission."""

    code = forms.CharField(
        label=gettext_lazy("Your code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={**NO_AUTOFILL, "autocapitalize": "characters", "spellcheck": "false", "class": "code"}
        ),
    )


class ReplyForm(SubmissionForm):
    """Adds a message of the sender to the thread."""

    text = DetailsField(
        label=gettext_lazy("Anything to add?"), help_text=gettext_lazy("Please name no people.")
    )
    field_order = ("text", "subject")


def _active_meetings(listing: Listing) -> list[Meeting]:
    """Return the meetings of a group that take place; none for other kinds."""
    return list(Meeting.objects.filter(group=listing.pk, active=True))
