"""What people do with the programme, a file per subject: forums, agenda, invitations, profiles, seats."""
