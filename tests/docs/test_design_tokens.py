"""The table of color tokens in the design language names custom properties of the stylesheet."""

import re

from tests.docs.tables import described, document


def test_described_tokens_are_in_the_stylesheet():
    defined = set(re.findall(r"--([a-z-]+):", document("static/steady.css")))
    missing = [token for token in described("docs/design-language.md", "## Tokens") if token not in defined]
    assert missing == [], "Correct these tokens in docs/design-language.md."
