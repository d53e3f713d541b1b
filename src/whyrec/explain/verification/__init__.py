"""Is a sentence true? Its claims are read back and done over."""
