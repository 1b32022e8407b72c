"""Hubs, their members and shared actions. Leans on every app but dashboards."""
