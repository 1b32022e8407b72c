#!/usr/bin/env python3
"""The way in: every command first makes the environment it needs, so a bare Python 3.11 is enough."""

import os
import sys


def main() -> int:
    from rise import bootstrap

    name = sys.argv[1] if len(sys.argv) > 1 else "help"
    bootstrap.ensure("test" if name == "test" else "demo")
    if name == "test":
        return bootstrap.run_tests(sys.argv[2:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rise.settings")
    if name != "runserver":  # a command may take longer than a page
        os.environ.setdefault("RISE_STATEMENT_TIMEOUT_MS", "900000")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from rise import embedded

    try:
        with embedded.database_for(name):
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, embedded.NoServer) as fault:
        if "--traceback" in sys.argv:
            raise
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
