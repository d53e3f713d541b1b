"""Scale to many items and machines: nearest neighbours, batches and worker processes."""
