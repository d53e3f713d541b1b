"""What changes a person's lists: two answers compared, wider lists and their price."""
