"""Schools, who is responsible for them, regions, and who may see which school. Leans on the platform only."""
