"""Starting the demonstration's processes so that none outlives it."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO


def _die_with_parent() -> None:
    """On Linux the kernel ends a child whose parent was killed; elsewhere the process group has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG


class Process:
    """A child in a process group of its own: Ctrl-C reaches only the command, which then ends each child in order."""

    def __init__(self, name: str, command: list[str], *, environment: Mapping[str, str], cwd: Path, output: IO[bytes] | None = None):
        self.name = name
        self._child = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    @property
    def pid(self) -> int:
        return self._child.pid

    def ended(self) -> int | None:
        """Its exit code once it has ended, else None."""
        return self._child.poll()

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM, group=False)

    def stop(self, patience: float = 3.0) -> None:
        """Wait for it to end, then end whatever is left of its group."""
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(patience)
        deadline = time.monotonic() + 2
        while self._group_lives() and time.monotonic() < deadline:
            self._signal(signal.SIGTERM, group=True)
            time.sleep(0.1)
        self._signal(signal.SIGKILL, group=True)
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(2)

    def _group_lives(self) -> bool:
        self._child.poll()  # a child that has ended counts until it is waited for
        try:
            os.killpg(self._child.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True

    def _signal(self, number: int, *, group: bool) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if group:
                os.killpg(self._child.pid, number)
            elif self._child.poll() is None:
                os.kill(self._child.pid, number)
