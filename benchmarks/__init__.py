"""Ratios of what RISE does to what the machine and PostgreSQL allow, and to what a user would pick instead."""
