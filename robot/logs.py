"""Logs to standard error: structured, with stable `action=` keys, and nothing personal in them."""

import logging
import os
import sys

import structlog

LEVEL_VARIABLE = "ZVONAR_LOG"


def configure_logs(level: str | None = None) -> None:
    """Readable lines on a terminal, JSON elsewhere. ZVONAR_LOG=debug|info|warning|error sets the level."""
    name = (level or os.environ.get(LEVEL_VARIABLE, "warning")).upper()
    number = logging.getLevelNamesMapping().get(name, logging.WARNING)
    renderer = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
