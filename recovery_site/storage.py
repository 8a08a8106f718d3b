"""Storage of static files: hashed names, compressed copies, and our own files minified.

The size of a first visit to the search page is limited, and comments and indents would be a tenth of it.
"""

from typing import Any

import minify
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage


def minified(name: str, text: str) -> str:
    """Return the text of a style sheet or script in its shortest form with the same meaning."""
    media_type = "text/css" if name.endswith(".css") else "application/javascript"
    return str(minify.string(media_type, text))


def is_own_file(name: str) -> bool:
    """Return whether a file is a script or style sheet in `static/` itself; packages have folders of their own."""
    return "/" not in name and name.endswith((".css", ".js"))


class MinifiedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's storage, which stores our own style sheets and scripts minified."""

    def file_hash(self, name: str, content: Any = None) -> Any:
        """Return the hash of a file's content as it is stored."""
        return super().file_hash(name, _stored_content(name, content) if name and content else content)

    def _save(self, name: str, content: Any) -> str:
        return str(super()._save(name, _stored_content(name, content)))


def _stored_content(name: str, content: Any) -> Any:
    """Return the content of a static file as it is stored: the site's own files minified."""
    if not is_own_file(name):
        return content
    content.seek(0)
    return ContentFile(minified(name, content.read().decode()).encode())
