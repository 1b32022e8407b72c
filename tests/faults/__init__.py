"""Faults that the service survives (``reliability.md`` section 4), with a real Redis, real workers and real kills.

Each worker, clock, site and Redis is a process started here and ended here, on loopback and spare ports, against the
tests' own database. Effects are counted in the mail sink: a row for each message it took, with its reference.
"""
