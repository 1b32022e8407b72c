"""The demonstration: an invented register, invented people, and cases in every state. No app leans on it.

``manage.py demo`` builds it in this order, once; each part is handed ``say(words)`` to tell how far it is:

* ``rise.demo.register.build(schools=1500, say=say)`` writes made-up extracts in the official layout and imports them
  with the same importer as real ones;
* ``rise.demo.cast.build(say=say)`` makes the people and plays their cases through the actions that the pages use.
"""

import importlib
import importlib.util
from collections.abc import Callable

Say = Callable[[str], None]


def build(*, schools: int, say: Say) -> None:
    """Fill an empty database."""
    parts: list[tuple[str, dict]] = [("register", {"schools": schools}), ("cast", {})]
    for name, options in parts:
        if importlib.util.find_spec(f"rise.demo.{name}"):
            importlib.import_module(f"rise.demo.{name}").build(**options, say=say)
