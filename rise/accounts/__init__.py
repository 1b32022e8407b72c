"""People, what they may do and where (role, scope, dates), and how they sign in. Leans on nothing."""
