"""Advisers: who they are, what they are good at, how many days they have, and where they have an interest.

Leans on schools (regions, bodies, the bars that an interest writes). Holds the taxonomy of expertise that needs and
deployments use too. Days are placed by support (a case) through ``advisers.actions.place``.
"""
