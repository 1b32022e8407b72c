"""Telling people and apps: the outbox, its relay, the in-site list, e-mail. Leans on rise.audit and rise.accounts."""
