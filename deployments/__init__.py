"""Needs, matching, offers, agreements, visits. Leans on support, advisers and schools."""
