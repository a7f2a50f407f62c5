"""What tells whether a register changed since its tiles were made."""

from django.db import models

from shizheng.places.models.register import Register


class LayerVersion(models.Model):
    """A mark of the newest state of a register (圖層版本): another one after every change.

    It is drawn by lot and says nothing: whoever may not see what changed must not see that
    something did. It keys what is kept of tiles and is never sent.
    """

    register = models.OneToOneField(
        Register, primary_key=True, on_delete=models.PROTECT, related_name="layer_version"
    )
    mark = models.UUIDField()

    class Meta:
        ordering = ["register"]

    def __str__(self) -> str:
        return str(self.mark)
