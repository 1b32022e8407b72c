"""Improvement plans: objectives, sending, endorsement, sign-off, versions that stay, and progress reviews.

Leans on support (the case and its adviser) and schools. It never imports deployments: a gap named in a signed plan goes
there as an event.
"""
