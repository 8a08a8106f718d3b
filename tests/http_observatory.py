"""The points that Mozilla's HTTP Observatory gives for headers, tallied on an answer of ours."""

from bs4 import BeautifulSoup
from django.http import HttpResponse

BASE = 100
ISOLATION = {
    "Cross-Origin-Opener-Policy": ("same-origin",),
    "Cross-Origin-Embedder-Policy": ("require-corp", "credentialless"),
    "Cross-Origin-Resource-Policy": ("same-origin", "same-site"),
}
GOOD_REFERRERS = ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin")


def policy_of(response: HttpResponse) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _blank, value in parts}


def faults(response: HttpResponse) -> list[str]:
    """What would cost points before any bonus."""
    policy = policy_of(response)
    found = [
        f"unsafe {name}"
        for name, value in policy.items()
        if "unsafe" in value or "data:" in value or "*" in value
    ]
    found += [] if response.headers.get("X-Content-Type-Options") == "nosniff" else ["no nosniff"]
    found += (
        [] if "max-age=31536000" in response.headers.get("Strict-Transport-Security", "") else ["no HSTS"]
    )
    found += [
        f"cookie {name}"
        for name, morsel in response.cookies.items()
        if not (morsel["secure"] and morsel["httponly"])
    ]
    return found


def tally(response: HttpResponse) -> int:
    """Points of an HTML answer over https; without faults the base of 100 and the bonuses."""
    policy = policy_of(response)
    points = BASE - 25 * len(faults(response))
    if points < 90:
        return points
    points += 10 * (policy.get("default-src") == "'none'")
    points += 5 * bool(response.cookies)
    points += 5 * (response.headers.get("Referrer-Policy") in GOOD_REFERRERS)
    points += 5 * (policy.get("frame-ancestors") == "'none'")
    points += 10 * sum(response.headers.get(name) in good for name, good in ISOLATION.items())
    scripts = BeautifulSoup(response.content, "html.parser").select("script[src]")
    return points + 5 * (bool(scripts) and all(script.get("integrity") for script in scripts))
