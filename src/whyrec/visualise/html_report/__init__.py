"""Sections, texts and figures of the HTML report."""
