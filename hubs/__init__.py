"""Hubs: groups of schools that review each other and share what works.

Holds hubs, their dated members, who leads them and the actions they share. Leans on schools, and on the
platform under it. Any signed-in person may read a hub; only its own leads change it.
"""
