"""The service on the web: the application, who may ask, limits, errors and the built page."""
