"""A password that its owner renews: whose may be, and what a new one must be like.

The old one is asked for by the same check as at log-in, so its guesses are counted and held back
as there. Only people renew their own: what a provider logs in with may stand in its systems, which
a new one would lock out; the operator gives it a second one beside the first.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from techinfo.access.logins import Login
from techinfo.access.viewer import Role, Viewer

LEAST_OF_A_PASSWORD = 12
"""Characters of one that somebody chose."""
MOST_OF_A_PASSWORD = 256
"""So that name and password stay within what Basic authentication reads here."""


def renewable(viewer: Viewer, credential: int) -> bool:
    """Whether a user may renew a password: a person's own, that stands in the users' file.

    Args:
        viewer: Whose it is.
        credential: Its number; 0: it stands in the configuration.
    """
    return viewer.role is not Role.PROVIDER and credential > 0


def why_not(viewer: Viewer, credential: int) -> str:
    """Why a user may not; empty: they may."""
    if viewer.role is Role.PROVIDER:
        return (
            "a provider's password may stand in its systems: the operator gives it another one"
            " beside it, and takes this one back"
        )
    return "" if credential else "this password stands in the configuration, with the operator"


def unfit(password: str, login: Login) -> str:
    """What is wrong with a new password; empty: nothing. It costs one check of a password."""
    if not LEAST_OF_A_PASSWORD <= len(password) <= MOST_OF_A_PASSWORD:
        return f"a password has {LEAST_OF_A_PASSWORD} to {MOST_OF_A_PASSWORD} characters"
    if not password.isprintable():
        return "a password has no line breaks or other characters that nobody sees"
    if login.viewer.name.casefold() == password.casefold():
        return "a password is not the user's name"
    try:
        PasswordHasher().verify(login.password_hash, password)
    except VerificationError:
        return ""
    return "the new password is the old one"
