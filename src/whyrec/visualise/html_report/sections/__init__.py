"""The sections of the report: from its values to texts, charts and tables."""

from whyrec.visualise.html_report.sections.about import data, how
from whyrec.visualise.html_report.sections.evidence import deletion
from whyrec.visualise.html_report.sections.headline import hero
from whyrec.visualise.html_report.sections.persons import people
from whyrec.visualise.html_report.sections.pictures import factors, network
from whyrec.visualise.html_report.sections.quality import accuracy

__all__ = ["accuracy", "data", "deletion", "factors", "hero", "how", "network", "people"]
