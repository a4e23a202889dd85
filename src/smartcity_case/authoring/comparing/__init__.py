"""What is different between two releases, and what follows from it."""
