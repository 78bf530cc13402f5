"""Work that is killed in the middle of it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable


def killed(work: Callable[[], object], seconds: float) -> bool:
    """Do something in a process that is killed after some seconds; whether it was at work still."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])
