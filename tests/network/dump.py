"""Everything that the database holds, as text, to look for what should not be in it."""

from django.db import connection

# Bundled facts of public places, and many of them.
GAZETTEER_TABLES = "directory_gazetteer"


def database_text() -> str:
    """Every value of every row; bytes as hex and as text."""
    return "\n".join(
        value_text(value) for table in table_names() for row in table_rows(table) for value in row
    )


def table_names() -> list[str]:
    return [name for name in connection.introspection.table_names() if not name.startswith(GAZETTEER_TABLES)]


def table_rows(table: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return cursor.fetchall()


def value_text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return f"{bytes(value).hex()} {bytes(value).decode('latin-1')}"
    return str(value)
