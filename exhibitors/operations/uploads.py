"""Files of applications and exhibits: what each slot accepts."""

from waic.lib import files
from waic.lib.keeping import discard, received

__all__ = ["RULES", "discard", "received"]
RULES = {"logo": files.PICTURE, "licence": files.LICENCE, "picture": files.PICTURE}
