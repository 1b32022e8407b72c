"""Advisers: strengths, days, leave, declared interests. Leans on schools."""
