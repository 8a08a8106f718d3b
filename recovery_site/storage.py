"""Storage of static files: hashed names, compressed copies, and our own files without comments.

The size of a first visit to the search page is limited, and comments would be a tenth of it.
"""

import re
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# In a script only comments in lines of their own, so that no text that looks like a comment is changed.
JS_COMMENT = re.compile(r"^[ \t]*(?:/\*.*?\*/|//[^\n]*)[ \t]*\n", re.DOTALL | re.MULTILINE)
BLANK_LINES = re.compile(r"\n\s*\n")


def strip_comments(name: str, text: str) -> str:
    """Return the text of a style sheet or script without comments and empty lines."""
    comment = CSS_COMMENT if name.endswith(".css") else JS_COMMENT
    return BLANK_LINES.sub("\n", comment.sub("", text)).lstrip()


def is_own_file(name: str) -> bool:
    """Return whether a file is a script or style sheet in `static/` itself; packages have folders of their own."""
    return "/" not in name and name.endswith((".css", ".js"))


class StrippedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which stores our own files without comments."""

    def file_hash(self, name: str, content: Any = None) -> Any:
        """Return the hash of a file's content as it is stored."""
        return super().file_hash(name, _stored_content(name, content) if name and content else content)

    def _save(self, name: str, content: Any) -> str:
        return str(super()._save(name, _stored_content(name, content)))


def _stored_content(name: str, content: Any) -> Any:
    """Return the content of a static file as it is stored: the site's own files without comments."""
    if not is_own_file(name):
        return content
    content.seek(0)
    return ContentFile(strip_comments(name, content.read().decode()).encode())
