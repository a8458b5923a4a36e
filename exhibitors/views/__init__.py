"""Pages of the exhibition: the public catalogue, and the applicants' part of the portal."""
