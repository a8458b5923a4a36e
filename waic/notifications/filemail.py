"""The demo's mail: one .eml file per message under var/mail, nothing leaves the machine."""

import re
import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmailBackend(BaseEmailBackend):
    """Writes each message to a file that any mail program opens; names sort by time and tell the address."""

    def __init__(self, *args, file_path=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages):
        for message in email_messages:
            self._write(message)
        return len(email_messages)

    def _write(self, message):
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / self._name(message)
        # Under its name only when it is whole: somebody may be reading along.
        draft = path.with_suffix(".tmp")
        draft.write_bytes(message.message().as_bytes())
        draft.replace(path)

    @staticmethod
    def _name(message):
        now: datetime = timezone.localtime()
        address = re.sub(r"[^\w@.+-]", "_", (message.to or ["nobody"])[0])[:80]
        return f"{now:%Y%m%d-%H%M%S-%f}-{address}-{uuid.uuid4().hex[:6]}.eml"
