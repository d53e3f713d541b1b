"""Scheduled checks of sentences: when another model starts to serve, and once a day."""

from __future__ import annotations

import logging
import time

from whyrec.core import WhyrecError
from whyrec.serve.insight.measurements import Measurements
from whyrec.serve.service import DAY, HOUR, Service

__all__ = ["KIND", "Truth"]

KIND = "sentences"
log = logging.getLogger("whyrec.serve")


class Truth:
    """A chore that starts the check when it is due; of several processes, the first one does it."""

    def __init__(self, service: Service, findings: Measurements) -> None:
        self.service = service
        self.findings = findings
        self._looked = -1  # the hour that was checked last

    def __call__(self, promoted: bool) -> None:
        if not self.service.settings.verify:
            return
        hour = self.service.now() // HOUR
        nightly = (
            hour != self._looked
            and time.gmtime(self.service.now()).tm_hour == self.service.settings.verify_at
        )
        self._looked = hour
        if not promoted and not nightly:
            return
        version = self.service.registry.serving
        try:
            if version and self._due(version, promoted):
                self.findings.start(KIND, version)
        except WhyrecError as error:
            log.warning(
                "sentences cannot be checked",
                extra={"fields": {"model": version, "error": str(error)}},
            )

    def _due(self, version: str, promoted: bool) -> bool:
        """Whether no process has done it in the last hour (at a promotion) or day."""
        known = self.findings.of(KIND, version)
        old = HOUR if promoted else DAY - 2 * HOUR
        return known["state"] in ("missing", "failed") or (
            known["state"] == "done" and self.service.now() - known["time"] > old
        )
