"""Everything that the database holds, as text, to look for what should not be in it."""

from django.db import connection

# Bundled facts of public places, and many of them.
GAZETTEER = "directory_gazetteer"


def whole() -> str:
    """Every value of every row; bytes as hex and as text."""
    return "\n".join(as_text(value) for table in tables() for row in rows(table) for value in row)


def tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if not name.startswith(GAZETTEER)]


def rows(table: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return cursor.fetchall()


def as_text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return f"{bytes(value).hex()} {bytes(value).decode('latin-1')}"
    return str(value)
