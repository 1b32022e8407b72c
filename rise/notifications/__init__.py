"""Telling people and apps: the outbox, the relay that empties it, e-mail, and each person's list of notifications.

Leans on ``rise.accounts`` (who people are) and ``rise.audit``; knows none of the apps above it. They register
at start what they answer for: the words of a kind, the takers of an event, the people behind a school or a hub.
"""
