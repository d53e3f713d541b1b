"""Measure accuracy, faithfulness, fairness and robustness, with bootstrap intervals over people."""
