"""The demo's mail: one .eml file per message under var/mail, newest last, nothing leaves the machine."""

from django.core.mail.backends.filebased import EmailBackend as FileBackend


class EmailBackend(FileBackend):
    """Writes each message to its own file that any mail program opens."""

    def _get_filename(self):
        name = super()._get_filename()
        return name.removesuffix(".log") + ".eml" if isinstance(name, str) else name
