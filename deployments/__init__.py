"""Needs, matching, offers, agreements, visits, extending and finishing support.

Leans on support (cases), advisers (expertise and strengths), schools. A need comes from a plan's gap by the event
``gap_named``, as plans and deployments never import each other.
"""
