"""python -m waic.lib.servers up|down|status"""

import sys

from waic.lib import servers

command = sys.argv[1] if len(sys.argv) == 2 else "status"
if command == "up":
    servers.ensure_up()
elif command == "down":
    servers.down()
elif command != "status":
    raise SystemExit(__doc__)
for name, is_up in servers.status().items():
    print(name, "up" if is_up else "down")  # noqa: T201
