"""Wake-ups of the ground: long jobs and the nightly look at the invariants."""
