"""Icons, own scripts and styles, and the two filters of the templates; and what no template may hold."""

import re
from base64 import b64encode
from hashlib import sha384
from pathlib import Path

import pytest
from django.conf import settings

from core.templatetags import icons
from core.templatetags.assets import integrity, script

ROOT = Path(settings.TEMPLATES[0]["DIRS"][0]).parent
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
# None of these works under the site's content security policy.
INLINE = re.compile(
    r'\sstyle="|\son[a-z]+="|"data:|<style|javascript:|https?://(?!www\.w3\.org/)', re.IGNORECASE
)


def test_icon_is_inline_and_hidden_from_screen_readers() -> None:
    assert re.fullmatch(
        r'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path .*</svg>',
        icons.icon("call"),
        re.DOTALL,
    )


def test_icon_rejects_an_unknown_name() -> None:
    with pytest.raises(KeyError):
        icons.icon("sunrise")


def test_script_has_the_digest_of_its_file() -> None:
    digest = b64encode(sha384((STATIC / "steady.js").read_bytes()).digest()).decode()
    tag = script("steady.js", defer=True, data_exit_url="/leave/?a=1&b")
    assert f'integrity="sha384-{digest}"' in tag
    assert tag.endswith(' crossorigin="anonymous" defer data-exit-url="/leave/?a=1&amp;b"></script>')


def test_stylesheet_rejects_a_missing_file() -> None:
    with pytest.raises(FileNotFoundError):
        integrity("missing.css")


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_template_has_no_inline_code_and_no_third_party(path: Path) -> None:
    assert not INLINE.findall(path.read_text())


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_template_names_only_icons_that_exist(path: Path) -> None:
    named = re.findall(r'{% (?:defined_)?icon "([\w-]+)" %}', path.read_text())
    assert set(named) <= set(icons.load_symbols())
