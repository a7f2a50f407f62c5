"""The accountable register: plan, edition, chapter, item, commitment, target, milestone."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from shizheng.core.models import Agency, User
from shizheng.core.models.keys import Keyed


class Plan(Keyed):
    """What a city says it will do in a period (施政計畫), whatever its editions."""

    code = models.SlugField(unique=True)
    title = models.JSONField(help_text="Language to title.")
    period_from = models.DateField()
    period_to = models.DateField(help_text="The first day after the period.")

    class Meta:
        ordering = ["-period_from", "code"]

    def __str__(self) -> str:
        return self.code


class Edition(Keyed):
    """One text of a plan (版本), as printed; nothing of it changes once it is adopted."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        ADOPTED = "adopted"
        SUPERSEDED = "superseded"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    title = models.CharField(max_length=300)
    source_name = models.CharField(max_length=200)
    source_digest = models.CharField(max_length=64, help_text="SHA-256 of the file's bytes.")
    pieces = models.JSONField(
        default=list, help_text="[kind, owner, text] in printed order; joined, they are the source."
    )
    text_digest = models.CharField(max_length=64, help_text="SHA-256 of the text in UTF-8.")
    preface = models.TextField(blank=True)
    unplaced = models.JSONField(default=list, help_text="Lines that no chapter or item took.")
    gaps = models.JSONField(default=list, help_text="Breaks in the numbering.")
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    adopted_on = models.DateField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    in_force_from = models.DateField(null=True, blank=True)
    in_force_to = models.DateField(null=True, blank=True, help_text="First day of the next one.")
    gaps_reason = models.JSONField(
        default=dict, help_text="Language to why it was adopted though new items have gaps."
    )

    class Meta:
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="edition_number_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.number}"


class Chapter(Keyed):
    """A chapter of an edition (章): the part of one department."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="chapters")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    intro = models.TextField(blank=True)
    agency = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="chapters"
    )
    source_start = models.PositiveIntegerField()
    source_end = models.PositiveIntegerField()
    line = models.PositiveIntegerField()

    class Meta:
        ordering = ["edition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="chapter_number_is_unique")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Item(Keyed):
    """One numbered sentence of the plan (項目), verbatim; ``30-15`` is chapter 30, item 15."""

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="items")
    chapter = models.ForeignKey(Chapter, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=20)
    section = models.CharField(max_length=200, blank=True)
    text = models.TextField(help_text="Lines joined, punctuation as printed.")
    search_text = models.TextField(help_text="NFKC of the text.")
    source_start = models.PositiveIntegerField()
    source_end = models.PositiveIntegerField()
    line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField()

    class Meta:
        ordering = ["edition", "chapter__number", "number"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="item_code_is_unique")
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """Return the address of the item's page."""
        return reverse("plan:item", args=(self.edition.plan.code, self.code))


class Annotation(Keyed):
    """What the pack's catalogue says of an item (標註): English title and what must be done."""

    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="annotation")
    title = models.JSONField(help_text="Language to title.")
    does = models.TextField()
    engine = models.CharField(max_length=30)
    also = models.JSONField(default=list)
    kind = models.CharField(max_length=30)

    class Meta:
        ordering = ["item"]

    def __str__(self) -> str:
        return str(self.item_id)


class Held(Keyed):
    """A row with the span of time in which the city held to it (效力期間); a change ends it."""

    held_from = models.DateTimeField()
    held_to = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


class Commitment(Held):
    """Who will do what by when (承諾) to carry out an item."""

    class Kind(models.TextChoices):
        DELIVER = "deliver"
        SUSTAIN = "sustain"
        REDUCE = "reduce"
        COMPLY = "comply"
        STUDY = "study"

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="commitments")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    statement = models.JSONField(help_text="Language to sentence.")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="commitments")
    goal = models.TextField(blank=True, help_text="What is better once it is done.")
    budget_twd = models.PositiveBigIntegerField(null=True, blank=True, help_text="Of the period.")
    partners = models.ManyToManyField(Agency, blank=True, related_name="partner_commitments")
    due_on = models.DateField(null=True, blank=True)
    is_proposed = models.BooleanField(default=True)
    source = models.CharField(max_length=300, blank=True)
    is_written = models.BooleanField(
        default=False, help_text="Written here by its department: a pack leaves it alone."
    )
    revision = models.PositiveIntegerField(default=1, help_text="Rises with every change.")

    class Meta:
        ordering = ["item", "number", "held_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "number"],
                condition=Q(held_to=None),
                name="commitment_number_is_unique",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.number}"


class Target(Held):
    """A figure to reach (目標值), with its unit, direction and source."""

    class Direction(models.TextChoices):
        AT_LEAST = "at_least"
        AT_MOST = "at_most"
        EXACTLY = "exactly"

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="targets")
    name = models.JSONField(help_text="Language to name.")
    value = models.DecimalField(max_digits=20, decimal_places=4)
    baseline = models.DecimalField(
        max_digits=20, decimal_places=4, null=True, blank=True, help_text="Where it stood before."
    )
    baseline_on = models.DateField(null=True, blank=True, help_text="Last day of that baseline.")
    weight = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True,
        help_text="Per cent of its item; those of an item add to 100.",
    )  # fmt: skip
    unit = models.JSONField(help_text="Language to unit.")
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.AT_LEAST)
    due_on = models.DateField(null=True, blank=True)
    is_proposed = models.BooleanField(default=True)
    source = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="Rises with every change.")

    class Meta:
        ordering = ["commitment", "due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight=None) | Q(weight__gt=0, weight__lte=100),
                name="target_weight_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(baseline_on=None) | Q(baseline__isnull=False),
                name="target_baseline_day_has_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.value}"


class Milestone(Held):
    """A dated step on the way (里程碑)."""

    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="milestones")
    name = models.JSONField(help_text="Language to name.")
    due_on = models.DateField()
    reached_on = models.DateField(null=True, blank=True)
    is_proposed = models.BooleanField(default=True)
    source = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1, help_text="Rises with every change.")

    class Meta:
        ordering = ["commitment", "due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_to=None) | Q(held_to__gte=F("held_from")),
                name="milestone_ends_after_it_began",
            )
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} {self.due_on}"


class System(Keyed):
    """A system of the catalogue (系統), named or presupposed by the plan."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="systems")
    number = models.PositiveIntegerField()
    name = models.JSONField(help_text="Language to name.")
    engine = models.CharField(max_length=30)
    item_codes = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="system_number_is_unique")
        ]

    def __str__(self) -> str:
        return str(self.number)


class Light(Keyed):
    """The state of an item from one moment on (燈號), computed by a versioned rule."""

    class Colour(models.TextChoices):
        GREEN = "green"
        YELLOW = "yellow"
        RED = "red"
        GREY = "grey"

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="lights")
    colour = models.CharField(max_length=6, choices=Colour)
    reasons = models.JSONField(default=list, help_text="Codes and figures that led to it.")
    is_synthetic = models.BooleanField(default=False, help_text="Rests on invented demo data.")
    rule = models.CharField(max_length=60)
    rule_version = models.PositiveIntegerField()
    commitments = models.JSONField(
        default=dict, help_text="Number of each commitment to its own colour."
    )
    colour_since = models.DateTimeField(help_text="Since when it has this colour.")
    since = models.DateTimeField(help_text="Since when it has these reasons.")
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["item", "-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(until=None), name="item_has_one_light"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.colour}"
