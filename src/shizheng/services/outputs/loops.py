"""Calling a library that begins an event loop of its own, wherever we are called from."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def apart_from_loops(call: Callable[[], Result]) -> Result:
    """Return what ``call`` does, in a thread of its own where this one already runs a loop.

    pyHanko's plain functions call ``asyncio.run``, which refuses to run inside another loop, as
    under an asynchronous server.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call()
    with ThreadPoolExecutor(max_workers=1) as alone:
        return alone.submit(call).result()
