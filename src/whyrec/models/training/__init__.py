"""Training of models with torch: batches, losses, the loop and its checkpoints."""
