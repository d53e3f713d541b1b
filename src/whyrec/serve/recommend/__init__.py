"""From a request to a list with its reasons."""
