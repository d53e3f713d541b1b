"""Views of data and models: a question, a picture, its data and the answer."""
