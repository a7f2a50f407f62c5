"""What the loaded pack declares of one kind, asked for with every reading."""

from shizheng.core.declared import newest_key
from shizheng.core.fresh import Fresh

newest = Fresh(newest_key)
"""The key of the newest published definition of a kind; believed for a second."""
