"""What people do with applications, booths and exhibits: a file per subject."""
