#!/usr/bin/env python
"""Django's command line; starts the embedded servers first where no others are named."""

import os
import sys

SERVERLESS = {"makemessages", "messages", "collectstatic", "help", "version"}


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "waic.settings")
    from waic.lib import servers

    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in SERVERLESS and servers.uses_embedded():
        servers.ensure_up()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
