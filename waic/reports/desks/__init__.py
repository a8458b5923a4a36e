"""The first five reports; importing this registers them, in the order in which they are offered."""

from waic.reports.desks import programme, exhibition, awards  # noqa: F401, I001 (the order is the menu's)
