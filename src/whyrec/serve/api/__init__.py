"""The web layer: application, authorisation, limits, errors and the built page."""
