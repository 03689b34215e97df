"""What stands between a request and the routes: who asks, how much, and who writes it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from techinfo.access.logins import Logins
from techinfo.api.asgi.audit import AuditMiddleware, Counts
from techinfo.api.asgi.auth import OPEN_PATHS, AuthMiddleware
from techinfo.api.asgi.client import Network
from techinfo.api.asgi.interface import Front
from techinfo.api.asgi.issuer import Issuer
from techinfo.api.asgi.quotas import QuotaMiddleware, Quotas
from techinfo.api.asgi.refused_logins import RefusedLogins
from techinfo.api.asgi.scopes import ScopeMiddleware
from techinfo.api.asgi.selfchecks import SelfChecks
from techinfo.api.asgi.sessions import Sessions
from techinfo.api.asgi.tokens import Tokens
from techinfo.config import QuotaSettings, User
from techinfo.store.audit import AuditEntry
from techinfo.store.base import StoreFile
from techinfo.store.batches import Batches
from techinfo.store.sessions import SessionsFile
from techinfo.store.tokens import TokensFile
from techinfo.store.user_records import Use


@dataclass(frozen=True, kw_only=True, slots=True)
class MiddlewareStack:
    """Everything that authentication, quotas and audit log need.

    Attributes:
        trusted_proxies: Networks of proxies whose X-Forwarded-For is believed.
        uses: Where the last use of a credential is written; ``None``: nowhere.
        audit: Where requests are written down; ``None``: nowhere.
        audit_required: Rows of people are given out only when that is on disk.
        audit_counts: What came of that.
        refused: Where it is written that somebody was not let in; ``None``: nowhere.
        sessions: Log-ins of browsers; ``None``: there are none.
        tokens: Access tokens; ``None``: there are none.
        issuer: Takes those of another issuer; ``None``: there is no other.
        selfchecks: Links for customers.
        files: The open files behind all this, by the names of their stores.
        open_paths: What is answered without a login.
        hold_s: Seconds for which a refusal after wrong passwords is held back.
    """

    logins: Logins
    quotas: Quotas
    trusted_proxies: tuple[Network, ...] = ()
    uses: Batches[Use] | None = None
    audit: Batches[AuditEntry] | None = None
    audit_required: bool = True
    audit_counts: Counts = field(default_factory=Counts)
    refused: RefusedLogins | None = None
    sessions: Sessions | None = None
    tokens: Tokens | None = None
    issuer: Issuer | None = None
    selfchecks: SelfChecks = field(default_factory=SelfChecks)
    files: Mapping[str, StoreFile] = field(default_factory=dict)
    open_paths: tuple[str, ...] = OPEN_PATHS
    hold_s: float = 0.25

    def add_to(self, app: Front) -> None:
        """Put it before an application; what is added to that later stands before it."""
        app.add_middleware(ScopeMiddleware)
        app.add_middleware(QuotaMiddleware, quotas=self.quotas)
        if self.audit is not None:
            app.add_middleware(
                AuditMiddleware,
                entries=self.audit,
                required=self.audit_required,
                counts=self.audit_counts,
            )
        app.add_middleware(
            AuthMiddleware,
            logins=self.logins,
            trusted=self.trusted_proxies,
            uses=self.uses,
            refused=self.refused,
            sessions=self.sessions,
            tokens=self.tokens,
            issuer=self.issuer,
            selfchecks=self.selfchecks,
            open_paths=self.open_paths,
            hold_s=self.hold_s,
        )


def middleware_of_users(
    users: Mapping[str, User], quotas: QuotaSettings | None = None
) -> MiddlewareStack:
    """For the users of a configuration alone; it writes nothing down."""
    logins = Logins(users)
    return MiddlewareStack(
        logins=logins,
        quotas=Quotas(quotas or QuotaSettings(), logins),
        sessions=Sessions(logins, SessionsFile.in_memory()),
        tokens=Tokens(logins, TokensFile.in_memory()),
    )
