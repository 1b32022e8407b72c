"""Plans, their versions and objectives, endorsement, sign-off, reviews. Leans on support, advisers and schools."""
