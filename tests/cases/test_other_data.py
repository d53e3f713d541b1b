"""A model is asked about people and items of other data than its own."""

from __future__ import annotations


def test_case_25_report_and_audit_refuse_other_data(case, run):
    case("25")
    assert run("fit", "--data", "one.csv", "--model", "ease", "--out", "m")[0] == 0
    for verb in ("report", "audit", "faithful"):
        code, _, errors = run(verb, "m", "--data", "other.csv", "--out", f"out-{verb}")
        assert code == 2 and "Traceback" not in errors, (verb, errors)
