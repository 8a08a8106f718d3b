"""Whether the process lives, and whether it can do its work. Neither answer tells anything about anybody."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return plain("ok", 200)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and knows every migration, else 503 with the reason in a word."""
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return plain("no database", 503)
    return plain("migrations missing", 503) if behind else plain("ok", 200)


def plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(
        words + "\n", status=status, content_type="text/plain", headers={"Cache-Control": "no-store"}
    )
