"""Fills in the forms of pages as a browser would send them."""

from typing import Any

from bs4 import BeautifulSoup, Tag


def sent_by(response: Any, selector: str) -> dict[str, list[str]]:
    """What the form under `selector` would send as it stands, its buttons left out."""
    form = BeautifulSoup(response.content, "html.parser").select_one(selector)
    assert form is not None, f"no form {selector} on the page"
    sent: dict[str, list[str]] = {}
    for field in form.select("input[name], select[name], textarea[name]"):
        for value in values_of(field):
            sent.setdefault(str(field["name"]), []).append(value)
    return sent


def values_of(field: Tag) -> list[str]:
    if field.name == "textarea":
        # A browser drops the line break right behind the tag.
        return [field.get_text().removeprefix("\n")]
    if field.name == "select":
        chosen = field.select("option[selected]") or field.select("option")[:1]
        return [str(option.get("value", "")) for option in chosen]
    if field.get("type") in ("checkbox", "radio"):
        return [str(field.get("value", "on"))] if field.has_attr("checked") else []
    return [] if field.get("type") == "submit" else [str(field.get("value", ""))]
