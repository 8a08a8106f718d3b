"""The model of crisis and support lines."""

from django.db import models
from django.utils.translation import gettext_lazy

from directory.models.listing import Listing


class Hotline(Listing):
    """A crisis or support line."""

    is_main = models.BooleanField(
        gettext_lazy("the main line of its country"),
        default=False,
        help_text=gettext_lazy("It stands in the strip on every page."),
    )
    who_answers = models.CharField(gettext_lazy("who answers"), max_length=200, blank=True)
    what_to_expect = models.TextField(
        gettext_lazy("what happens when you call"), blank=True, help_text=gettext_lazy("One step a line.")
    )
    deaf_access = models.CharField(
        gettext_lazy("how a deaf person reaches it"),
        max_length=200,
        blank=True,
        help_text=gettext_lazy("One sentence, such as “Dial 711 for a relay operator.”"),
    )

    class Meta:
        verbose_name = gettext_lazy("hotline")
        verbose_name_plural = gettext_lazy("hotlines")

    @property
    def steps(self) -> list[str]:
        """Return what happens when somebody calls, one step an item."""
        return [line.strip() for line in self.what_to_expect.splitlines() if line.strip()]
