"""The software that runs the World Artificial Intelligence Conference."""
