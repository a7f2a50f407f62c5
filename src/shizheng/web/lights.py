"""The four lights (燈號) as people see them: shape, word and colour."""

from django.utils.translation import pgettext_lazy

WORDS = {
    "green": pgettext_lazy("light", "On course"),
    "yellow": pgettext_lazy("light", "Attention"),
    "red": pgettext_lazy("light", "Behind"),
    "grey": pgettext_lazy("light", "No evidence"),
}


def colour_of(colour: str) -> str:
    """Return the colour itself if it is one of the four; what is unknown has no evidence."""
    return colour if colour in WORDS else "grey"
