"""Schemas of requests and answers, from which the OpenAPI page is made."""
