"""How the desks write days and times: 24 hours, as the conference announces them."""
