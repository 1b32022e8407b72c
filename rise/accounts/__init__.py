"""People, what they may act as and where (memberships), and signing in. Leans on no other app."""
