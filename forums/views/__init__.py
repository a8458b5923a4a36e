"""Pages of the programme, a file per subject."""
