"""Static files as they are served: hashed names, compressed beside, and our own without the comments for readers here.

A first visit to the search page is held to a number of bytes, and comments are a tenth of it.
"""

import re
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]

CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# In a script only what stands in lines of its own, so that no text that looks like a comment is touched.
JS_COMMENT = re.compile(r"^[ \t]*(?:/\*.*?\*/|//[^\n]*)[ \t]*\n", re.DOTALL | re.MULTILINE)
BLANK = re.compile(r"\n\s*\n")


def strip_comments(name: str, text: str) -> str:
    """The text of a style sheet or script without comments and empty lines."""
    comment = CSS_COMMENT if name.endswith(".css") else JS_COMMENT
    return BLANK.sub("\n", comment.sub("", text)).lstrip()


def is_ours(name: str) -> bool:
    """Whether it lies in `static/` itself; packages have folders of their own."""
    return "/" not in name and name.endswith((".css", ".js"))


def as_served(name: str, content: Any) -> Any:
    if not is_ours(name):
        return content
    content.seek(0)
    return ContentFile(strip_comments(name, content.read().decode()).encode())


class BareStaticFilesStorage(CompressedManifestStaticFilesStorage):
    def file_hash(self, name: str, content: Any = None) -> Any:
        return super().file_hash(name, as_served(name, content) if name and content else content)

    def _save(self, name: str, content: Any) -> str:
        return str(super()._save(name, as_served(name, content)))
