"""Figures of categories, reckoned anew every night for all partners at once, so that pages only read them."""

from typing import ClassVar

from django.db import models

from partners.models import Category


class CategoryQuarter(models.Model):
    """What a category was in one fiscal quarter [starts_on, ends_on); of the running quarter, until now.

    Members, sellers and certified people are those at its end. A partner in several categories counts in each.
    """

    id = models.BigAutoField(primary_key=True)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="quarters")
    starts_on = models.DateField()
    ends_on = models.DateField()
    members = models.PositiveIntegerField()
    came = models.PositiveIntegerField()
    went = models.PositiveIntegerField()
    sellers = models.PositiveIntegerField(help_text="Members who won a deal in the twelve months before its end.")
    deals_won = models.PositiveIntegerField()
    revenue = models.DecimalField(
        max_digits=24, decimal_places=4, help_text="Members' shares of won deals, in the program's currency."
    )
    certified_people = models.PositiveIntegerField()
    worked_out_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["category", "starts_on"], name="category_quarter_once"),
            models.CheckConstraint(condition=models.Q(ends_on__gt=models.F("starts_on")), name="category_quarter_days"),
            models.CheckConstraint(
                condition=models.Q(sellers__lte=models.F("members")), name="category_quarter_sellers_are_members"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.starts_on}"


class CategoryOverlap(models.Model):
    """How many partners are in two categories at once. Each pair stands twice, once from either side."""

    id = models.BigAutoField(primary_key=True)
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="overlaps")
    other = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    partners = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["category", "other"], name="category_overlap_once"),
            models.CheckConstraint(
                condition=~models.Q(category=models.F("other")), name="category_overlaps_with_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} and {self.other}"


class CategoryFlow(models.Model):
    """How many partners left one category in the last twelve months and came into another around that time."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="flows_out")
    target = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="flows_in")
    partners = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target"], name="category_flow_once"),
            models.CheckConstraint(condition=~models.Q(source=models.F("target")), name="category_flows_elsewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"
