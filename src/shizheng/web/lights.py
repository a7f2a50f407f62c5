"""The four lights (燈號) as people see them: shape, word and colour."""

from shizheng.plan.register.words import LIGHTS as WORDS

__all__ = ["WORDS", "colour_of"]


def colour_of(colour: str) -> str:
    """Return the colour itself if it is one of the four; what is unknown has no evidence."""
    return colour if colour in WORDS else "grey"
