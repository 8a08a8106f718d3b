"""Whether a native speaker has reviewed a translated text."""

from django.conf import settings
from django.db import DatabaseError
from django.utils import translation


def is_unreviewed(page_path: str) -> bool:
    """Whether no native speaker has read that text in the language of the page, as far as the database can say."""
    from directory.models import TranslationReview

    language = translation.get_language()
    if language == settings.LANGUAGE_CODE:
        return False
    try:
        return not TranslationReview.objects.filter(language=language, page_path=page_path).exists()
    except DatabaseError:
        return True
