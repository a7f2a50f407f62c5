"""Invented courses of readings (虛構觀測值) for a demonstration: the same whenever they are asked.

Each is a function of time and of the number of a post, so that what is made later goes on where
what was made before ended. Nothing here was measured anywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
HOUR_S, DAY_S = 3_600.0, 86_400.0
SHOWER_S = 14 * HOUR_S
GOLDEN = 0.618_033_988_75
DRY = 2.0
"""Centimetres: less water than that is none."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post as a course sees it: its number, the storm behind it, and its size.

    Args:
        storm_s: when the storm began, in seconds since 1970.
        zone_s: how far local time is ahead of universal time.
        around: about which value it moves.
        swing: by how much.
    """

    number: int
    storm_s: float
    zone_s: float
    around: float
    swing: float

    @property
    def chance(self) -> float:
        """A number of its own between 0 and 1; those of posts that follow lie evenly apart."""
        return self.number * GOLDEN % 1.0


def _noise(seconds: Floats, number: int) -> Floats:
    """Return numbers between 0 and 1 that look drawn, each the same for its moment and post."""
    found: Floats = np.modf(np.abs(np.sin(seconds * 12.9898 + number * 78.233) * 43_758.5453))[0]
    return found


def _hour(seconds: Floats, post: Post) -> Floats:
    local: Floats = np.mod(seconds + post.zone_s, DAY_S) / HOUR_S
    return local


def _storm(seconds: Floats, post: Post, width_h: float) -> Floats:
    """Return how strong the storm is at the post, 1 at its height."""
    height = 9.0 + 5.0 * post.chance
    hours = (seconds - post.storm_s) / HOUR_S
    found: Floats = np.exp(-(((hours - height) / width_h) ** 2))
    return found


def _shower(seconds: Floats, post: Post) -> Floats:
    """Return how strong a shower is, which comes to each post twice in a day or less."""
    wave = np.sin(2 * np.pi * (seconds / SHOWER_S + post.chance))
    found: Floats = np.maximum(0.0, wave - 0.93) / 0.07
    return found


def flood(seconds: Floats, post: Post) -> Floats:
    """Water on a road: deep in the storm, and for an hour or so in showers; else none."""
    storm = post.swing * (0.3 + 1.2 * post.chance) * _storm(seconds, post, 3.0)
    depth = np.maximum(storm, 0.7 * post.swing * _shower(seconds, post))
    wet = depth + 0.8 * _noise(seconds, post.number)
    return np.where(depth >= DRY, wet, 0.0)


def rain(seconds: Floats, post: Post) -> Floats:
    """Rain since the reading before."""
    fallen = post.swing * np.maximum(
        _storm(seconds, post, 4.0), 0.25 * _shower(seconds + HOUR_S, post)
    )
    drawn = fallen * (0.5 + _noise(seconds, post.number))
    return np.where(drawn >= 0.2, drawn, 0.0)


def air(seconds: Floats, post: Post) -> Floats:
    """Something in the air that is most in the morning and in the evening."""
    hour = _hour(seconds, post)
    traffic = np.exp(-(((hour - 8) / 2.5) ** 2)) + 0.8 * np.exp(-(((hour - 19) / 3) ** 2))
    days = np.sin(2 * np.pi * (seconds / (6 * DAY_S) + post.chance))
    moved = traffic - 0.4 + 0.5 * days + 0.3 * (_noise(seconds, post.number) - 0.5)
    return np.maximum(0.0, post.around + post.swing * moved)


def daily(seconds: Floats, post: Post) -> Floats:
    """Something that is most in the early afternoon."""
    height = np.cos(2 * np.pi * (_hour(seconds, post) - 14) / 24)
    moved = height + 0.2 * (_noise(seconds, post.number) - 0.5)
    return np.maximum(0.0, post.around + post.swing * moved)


def season(seconds: Floats, post: Post) -> Floats:
    """Something slow, such as the level of a well."""
    year = np.sin(2 * np.pi * (seconds / (365 * DAY_S) + 0.1 * post.chance))
    tide = 0.1 * np.sin(2 * np.pi * seconds / (12.42 * HOUR_S))
    return post.around + post.swing * (year + tide + 0.4 * (post.chance - 0.5))


def sun(seconds: Floats, post: Post) -> Floats:
    """Sunlight, none at night and less under clouds."""
    height = np.sin(np.pi * (_hour(seconds, post) - 6) / 12)
    clouds = 0.55 + 0.45 * _noise(np.floor((seconds + post.zone_s) / DAY_S), 1)
    return np.maximum(0.0, post.swing * height * clouds)


def constant(seconds: Floats, post: Post) -> Floats:
    """One value."""
    return np.full(len(seconds), post.around)


COURSES: Mapping[str, Callable[[Floats, Post], Floats]] = MappingProxyType({
    "flood": flood, "rain": rain, "air": air, "daily": daily, "season": season, "sun": sun,
    "constant": constant,
})  # fmt: skip
