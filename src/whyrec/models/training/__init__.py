"""Training of models with torch: batches, losses, the training loop and its checkpoints."""
