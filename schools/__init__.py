"""Schools as the official register describes them, who answers for them, and who may see which school.

Leans on ``rise.accounts`` (people), ``rise.audit`` (the trail) and ``rise.notifications``; every other app leans on this one.
"""
