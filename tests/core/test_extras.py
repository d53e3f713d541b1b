"""A failed import is told by the extra that installs the library, and by nothing if none does."""

from __future__ import annotations

import pytest

from whyrec.core.extras import as_missing_extra


@pytest.mark.parametrize(
    "error", [ModuleNotFoundError(name="antigravity_2"), ModuleNotFoundError("none"), ValueError()]
)
def test_other_errors_have_no_extra(error):
    assert as_missing_extra(error) is None


def test_a_library_of_another_name_is_installed_by_its_own():
    assert "'scikit-learn'" in str(as_missing_extra(ModuleNotFoundError(name="sklearn.tree")))
    assert "whyrec[files]" in str(as_missing_extra(ModuleNotFoundError(name="openpyxl")))
