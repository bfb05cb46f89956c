"""What is sold."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.audit import tracked
from core.models import Record


@tracked()
class Product(Record):
    """A product of the vendor, in a product line."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    line = models.CharField(_("product line"), max_length=80, blank=True)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.name
