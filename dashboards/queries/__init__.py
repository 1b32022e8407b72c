"""Reads across apps: the viewer first, from ``visible_to`` on, frozen dataclasses, a fixed number of queries."""
