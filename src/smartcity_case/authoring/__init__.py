"""From words to offsets."""
