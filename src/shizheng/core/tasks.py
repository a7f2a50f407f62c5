"""Background work of this room; imported by workers and schedulers."""

from shizheng.core.delivery import deliver

__all__ = ["deliver"]
