"""The page: a result as one HTML file to explore, without a network and without a server."""

from optimiser.reports.page.assembling import page

__all__ = ["page"]
