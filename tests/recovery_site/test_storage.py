"""Our own style sheets and scripts are served without comments, and otherwise as they are."""

import pytest

from recovery_site.storage import is_own_file, strip_comments


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("a.css", "/* one */\n\nb { c: d; } /* two\nlines */\n", "b { c: d; } \n"),
        ("a.js", "// one\n  /* two\n  lines */\ngo(); // kept\n\n\nstop();\n", "go(); // kept\nstop();\n"),
        ("a.js", 'const a = "https://example.org/*";\n', 'const a = "https://example.org/*";\n'),
    ],
)
def test_strip_comments_keeps_the_rest(name, text, left) -> None:
    assert strip_comments(name, text) == left


@pytest.mark.parametrize(
    ("name", "ours"), [("steady.css", True), ("admin/css/base.css", False), ("icon.svg", False)]
)
def test_only_own_files_are_stripped(name, ours) -> None:
    assert is_own_file(name) is ours
