"""Background work of the case engine: every ``tasks`` of its subjects."""

from importlib import import_module

from shizheng.services.apps import modules_called

for _module in modules_called("tasks"):
    if _module != __name__:
        import_module(_module)
