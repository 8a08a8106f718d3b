"""Our own style sheets and scripts are served without comments and white space, and mean the same."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from recovery_site.storage import is_own_file, minified


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("a.css", "/* one */\n\nb { c: d; } /* two\nlines */\n", "b{c:d}"),
        (
            "a.css",
            "a { width: calc(1px + 2px); & :hover { c: d; } }",
            "a{width:calc(1px + 2px);& :hover{c:d}}",
        ),
        ("a.js", "// one\n  /* two\n  lines */\ngo();\n\n\nstop();\n", "go(),stop()"),
        ("a.js", 'const a = "https://example.org/*";\n', 'const a="https://example.org/*"'),
        ("a.js", "const a = /[/*]\\/*/;\n", "const a=/[/*]\\/*/"),
        ("a.js", "const a = `one\n  // two`;\n", "const a=`one\n  // two`"),
    ],
)
def test_minified_keeps_the_meaning(name, text, left) -> None:
    assert minified(name, text) == left


@pytest.mark.parametrize(
    ("name", "ours"), [("steady.css", True), ("admin/css/base.css", False), ("icon.svg", False)]
)
def test_only_own_files_are_minified(name, ours) -> None:
    assert is_own_file(name) is ours


# The conditions, selectors and names of properties of a style sheet; values may be written in another way.
RULES = """text => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    const describe = (rules) => [...rules].map((rule) => [
        rule.constructor.name, rule.selectorText ?? rule.conditionText ?? rule.name, [...(rule.style ?? [])],
        describe(rule.cssRules ?? []),
    ]);
    return describe(sheet.cssRules);
}"""


@pytest.mark.browser
def test_minified_style_sheets_have_the_same_rules(browser: Browser) -> None:
    page = browser.new_page()
    for path in Path("static").glob("*.css"):
        text = path.read_text()
        rules = page.evaluate(RULES, text)
        assert rules
        assert page.evaluate(RULES, minified(path.name, text)) == rules, path.name
    page.close()
