"""Loading the demo edition: real facts first (a file per subject), then the demo's people, then samples for scale."""
