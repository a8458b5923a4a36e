"""The two extensions the project uses; both are trusted on managed PostgreSQL."""

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    # Indexes and exclusion constraints of these need the extensions.
    run_before = [("editions", "0001_initial"), ("forums", "0001_initial")]
    operations = [BtreeGistExtension(), TrigramExtension()]
