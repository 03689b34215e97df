"""What stands between a request and the routes: who asks, how much, and who writes it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.applications import Starlette

from techinfo.api.audit import Audited
from techinfo.api.client import Network
from techinfo.api.door import OPEN_PATHS, Door
from techinfo.api.quotas import Metered, Quotas
from techinfo.config import QuotaSettings, User
from techinfo.service.logins import Logins
from techinfo.store.accounts import Use
from techinfo.store.audit import AuditEntry
from techinfo.store.batches import Batches


@dataclass(frozen=True, kw_only=True, slots=True)
class Entrance:
    """Everything that the door, the quotas and the audit log need.

    Attributes:
        trusted_proxies: Networks of proxies whose X-Forwarded-For is believed.
        uses: Where the last use of a credential is written; ``None``: nowhere.
        audit: Where requests are written down; ``None``: nowhere.
        open_paths: What is answered without a login.
        hold_s: Seconds for which a refusal after wrong passwords is held back.
    """

    logins: Logins
    quotas: Quotas
    trusted_proxies: tuple[Network, ...] = ()
    uses: Batches[Use] | None = None
    audit: Batches[AuditEntry] | None = None
    open_paths: tuple[str, ...] = OPEN_PATHS
    hold_s: float = 0.25

    def before(self, app: Starlette) -> None:
        """Stand before an application. What is added to it later stands before the entrance."""
        app.add_middleware(Metered, quotas=self.quotas)
        if self.audit is not None:
            app.add_middleware(Audited, entries=self.audit)
        app.add_middleware(
            Door,
            logins=self.logins,
            trusted=self.trusted_proxies,
            uses=self.uses,
            open_paths=self.open_paths,
            hold_s=self.hold_s,
        )


def entrance(users: Mapping[str, User], quotas: QuotaSettings | None = None) -> Entrance:
    """An entrance for the users of a configuration alone, that writes nothing down."""
    logins = Logins(users)
    return Entrance(logins=logins, quotas=Quotas(quotas or QuotaSettings(), logins))
