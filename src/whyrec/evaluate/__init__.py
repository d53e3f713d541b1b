"""Measure accuracy, faithfulness, fairness and robustness, with intervals over people."""
