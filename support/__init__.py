"""Support: requests for help, signals and triage, decisions on the kind of support and replies to them, cases, diagnoses.

Leans on advisers (days, expertise) and schools (who sees which school, the working calendar). The kind of support that
a school gets is never a field: it is the decision in force on a date (``support.models.current_tier``).
"""
