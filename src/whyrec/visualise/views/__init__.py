"""Views of data and models: each a question, a picture, its data and what it answers."""
