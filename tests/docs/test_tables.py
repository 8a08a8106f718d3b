"""The comparison of documentation and code finds a difference on either side."""

import pytest

from tests.docs.tables import differences, names, section


def test_differences_name_the_thing_and_the_file_to_edit():
    assert differences(["a", "b"], ["b", "c"], code="code.py", docs="docs/a.md") == [
        "a is in code.py: describe it in docs/a.md.",
        "c is in docs/a.md and not in code.py: remove it from docs/a.md.",
    ]


def test_same_names_make_no_difference():
    assert differences(["a", "b"], ["b", "a"], code="code.py", docs="docs/a.md") == []


def test_name_that_is_described_twice_is_a_difference():
    assert differences(["a"], ["a", "a"], code="code.py", docs="docs/a.md") == ["a is twice in docs/a.md."]


def test_empty_code_is_no_agreement():
    with pytest.raises(AssertionError, match=r"Nothing was found in code\.py"):
        differences([], [], code="code.py", docs="docs/a.md")


def test_section_ends_at_the_next_heading():
    assert section("# A\n## B\n\none\n## C\ntwo", "## B") == "\none"
    with pytest.raises(AssertionError, match="“## D” is missing"):
        section("# A\n", "## D")


def test_names_are_what_stands_in_backticks():
    assert names("`a`, b and `c d`") == ["a", "c d"]
