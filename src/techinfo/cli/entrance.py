"""The entrance of the service, as the settings want it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from techinfo.api.client import networks
from techinfo.api.entrance import Entrance
from techinfo.api.quotas import Quotas
from techinfo.config import Settings
from techinfo.service.logins import Logins
from techinfo.store.accounts import Use
from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.store.batches import Batches
from techinfo.store.users import UsersFile


@contextmanager
def entrance_of(settings: Settings) -> Iterator[Entrance]:
    """The users of the settings and of the users' file, and the audit log; closed at the end.

    Raises:
        ConfigError: A user stands in both, or a file cannot be opened.
    """
    with ExitStack() as closing:
        file = closing.enter_context(UsersFile.open(settings.service.users_file))
        logins = Logins(settings.users, file)
        audit = closing.enter_context(AuditFile.open(settings.audit.path))
        entries = Batches[AuditEntry](audit.write, "entries of the audit log")
        closing.callback(entries.close)
        uses = Batches[Use](lambda batch, _lost: file.note_uses(batch), "uses of credentials")
        closing.callback(uses.close)
        yield Entrance(
            logins=logins,
            quotas=Quotas(settings.quotas, logins),
            trusted_proxies=networks(settings.service.trusted_proxies),
            uses=uses,
            audit=entries,
        )
