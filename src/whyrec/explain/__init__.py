"""The explanation methods, the choice of the reasons that are shown, and their sentences."""
