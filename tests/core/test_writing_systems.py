"""The language of a text by its script, and the attributes that names in it get on pages."""

from datetime import time

import pytest
from django.utils import translation

from core.i18n import lang_attribute, name_lang_attribute
from core.writing_systems import language_of_script
from groups.models import Meeting
from tests.builders import make_listing


@pytest.mark.parametrize(
    ("text", "stated", "language"),
    [
        ("Harbor Lights", "en", "en"),
        ("Café Marea", "es", "es"),
        ("אור 12", "en", "he"),
        ("אור 12", "yi", "yi"),
        ("نور ۱۲", "en", "ar"),
        ("گروه ۱۲", "en", "fa"),
        ("گروه ۱۲", "ur", "ur"),
        ("نور", "fa", "fa"),
        ("Свет", "en", "ru"),
        ("Світло", "en", "uk"),
        ("Свет", "bg", "bg"),
        ("Φως", "en", "el"),
        ("빛", "en", "ko"),
        ("光の会", "en", "ja"),
        ("光明", "en", "zh"),
        ("แสง", "en", "th"),
        ("प्रकाश", "en", "hi"),
        ("AA אור", "en", "he"),
        ("Harbor Lights (אור)", "en", "en"),
        ("12", "en", "en"),
        ("", "en", "en"),
    ],
)
def test_language_follows_the_script_of_most_letters(text: str, stated: str, language: str) -> None:
    assert language_of_script(text, stated) == language


def test_name_in_another_script_gets_its_language() -> None:
    with translation.override("en"):
        assert name_lang_attribute("אור 12", "en") == lang_attribute("אור 12", "en") == "he"
        assert name_lang_attribute("Harbor Lights", "en") == ""
        assert name_lang_attribute("Puerto", "es") == "es"


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/es"])
def test_page_marks_a_name_in_another_script(client, prefix: str) -> None:
    group = make_listing("support-groups", name="אור 12", text_language="en")
    page = client.get(prefix + group.get_absolute_url()).content.decode()
    assert '<h1 lang="he" dir="auto">אור 12</h1>' in page


@pytest.mark.django_db
def test_day_without_meetings_agrees_with_reunion(client) -> None:
    """In Spanish a meeting is feminine."""
    group = make_listing("support-groups", name="Marea")
    Meeting.objects.create(group=group, weekday=1, start=time(19), zone="America/Los_Angeles")
    page = client.get("/es" + group.get_absolute_url()).content.decode()
    assert "Ninguna" in page
    assert "Ninguno" not in page
