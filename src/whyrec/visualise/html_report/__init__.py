"""The sections, texts and figures of the HTML report."""
