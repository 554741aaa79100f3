"""A scenario served as a page on this machine: solved anew whenever one of its files is saved."""

from optimiser.reports.serving.running import News, serve

__all__ = ["News", "serve"]
