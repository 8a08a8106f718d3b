"""A mould gives what the template would have given, and keeps nothing that can be out of date."""

from dataclasses import dataclass

import pytest
from django.template import Context, Engine
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import override

from core import template_cache
from core.template_cache import placeholder


@dataclass(frozen=True, slots=True)
class Thing:
    name: template_cache.PlaceholderText
    lit: bool

    @property
    def words(self) -> str:
        return "lit" if self.lit else "dark"


SOURCE = """{% load i18n l10n %}<a title="{{ title }}"{% if current %} aria-current="page"{% endif %}>{{ title }}</a>
{% if note %}<p>{{ note }}</p>{% endif %}{% for each in things %}{{ each.name }} is {{ each.words }}, {% endfor %}
{{ count|unlocalize }} {% firstof note _("Find") %} {% blocktranslate %}Run by {{ title }}.{% endblocktranslate %}"""


@pytest.fixture(autouse=True)
def rendered(monkeypatch) -> list[str]:
    """The template above, and how often it was really rendered."""
    times: list[str] = []
    template = Engine.get_default().from_string(SOURCE)

    def plain(name: str, context: dict) -> str:
        times.append(name)
        return template.render(Context(context))

    monkeypatch.setattr(template_cache, "render_to_string", plain)
    monkeypatch.setattr(template_cache, "_cache", {})
    return times


def context(**changes: object) -> dict:
    things = [Thing("one", True), Thing("<two>", False)]
    return {
        "title": placeholder("O'Neill & <Co>"),
        "note": placeholder(""),
        "current": False,
        "things": things,
        "count": placeholder(12),
    } | changes


def as_django_has_it(values: dict) -> str:
    return Engine.get_default().from_string(SOURCE).render(Context(values))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": placeholder("")},
        {"note": placeholder("x")},
        {"note": placeholder(mark_safe("<b>x</b>"))},
        {"current": True},
        {"things": []},
        {"things": [Thing("a", False)]},
        {"count": placeholder(0)},
        {"count": 0},
        {"title": "plain"},
        {"title": placeholder("12x0x {{ note }} {% now %}")},
        {"title": placeholder("\x00é漢字")},
    ],
)
def test_cached_rendering_equals_django(changes: dict, rendered: list[str]) -> None:
    wanted = as_django_has_it(context(**changes))
    assert template_cache.render_cached("a", context(**changes)) == wanted
    assert template_cache.render_cached("a", context(**changes)) == wanted
    assert len(rendered) == 1


def test_other_placeholders_render_nothing_again(rendered: list[str]) -> None:
    template_cache.render_cached("a", context())
    other = context(
        title=placeholder("Another"), count=placeholder(7), things=[Thing("c", True), Thing("d", False)]
    )
    assert template_cache.render_cached("a", other) == as_django_has_it(other)
    assert len(rendered) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"current": True},
        {"note": placeholder("x")},
        {"things": []},
        {"title": placeholder("")},
        {"title": "plain"},
    ],
)
def test_other_values_render_again(changes: dict, rendered: list[str]) -> None:
    template_cache.render_cached("a", context())
    assert template_cache.render_cached("a", context(**changes)) == as_django_has_it(context(**changes))
    assert len(rendered) == 2


def test_each_language_has_its_own_entry(rendered: list[str]) -> None:
    english = template_cache.render_cached("a", context())
    with override("es"):
        assert template_cache.render_cached("a", context()) == as_django_has_it(context())
    assert template_cache.render_cached("a", context()) == english
    assert len(rendered) == 2


def test_mutable_value_is_rejected() -> None:
    with pytest.raises(TypeError, match="may change while it is a cache key"):
        template_cache.render_cached("a", context(note=object()))


def test_number_of_entries_is_bounded(monkeypatch, rendered: list[str]) -> None:
    monkeypatch.setattr(template_cache, "MAX_ENTRIES", 3)
    for number in range(10):
        template_cache.render_cached("a", context(title=f"plain {number}"))
    assert len(template_cache._cache["a"]) == 3


def test_debug_caches_nothing(settings, rendered: list[str]) -> None:
    settings.DEBUG = True
    template_cache.render_cached("a", context())
    template_cache.render_cached("a", context())
    assert len(rendered) == 2


def test_template_of_the_site_is_split() -> None:
    assert template_cache.split_at_tokens(render_to_string("directory/_availability.html", {"when": ""}))
