"""What several formats share, and none of them is: what they are given, names, rights, keys."""
