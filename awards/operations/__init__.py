"""What applicants and the awards desk do, a file per subject."""
