"""Pages of awards and contests, a file per reader: the public, applicants, judges."""
