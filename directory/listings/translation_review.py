"""Say whether a native speaker has reviewed the translation of a page."""

from django.conf import settings
from django.db import DatabaseError
from django.utils import translation


def is_unreviewed(page_path: str) -> bool:
    """Return whether no native speaker has reviewed a page in the active language.

    `page_path` is the end of its address, such as "guides/network". When the database fails the answer is True.
    """
    from directory.models import TranslationReview

    language = translation.get_language()
    if language == settings.LANGUAGE_CODE:
        return False
    try:
        return not TranslationReview.objects.filter(language=language, page_path=page_path).exists()
    except DatabaseError:
        return True
