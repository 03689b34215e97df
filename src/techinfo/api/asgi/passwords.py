"""Passwords against Argon2 hashes, in a thread of its own, at the same cost for strangers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from techinfo.access.logins import Login, Logins


class Passwords:
    """Checks one password at a time.

    Args:
        logins: All credentials that hold.
        hasher: Argon2.
    """

    def __init__(self, logins: Logins, hasher: PasswordHasher) -> None:
        self._logins = logins
        self._hasher = hasher
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="argon2")
        self._nobody = ""

    async def checked(self, name: str, password: str) -> Login | None:
        """The credential of a login name with this password; ``None`` when there is none."""
        logins, most = self._logins.of(name), self._logins.most
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._verified, logins, most, password)

    def _verified(self, logins: Sequence[Login], most: int, password: str) -> Login | None:
        """A wrong password is checked as often as any user has credentials, whoever it is for."""
        if not self._nobody:
            self._nobody = self._nobodys_hash()
        for login in logins:
            if self._is(login.password_hash, password):
                return login
        for _ in range(most - len(logins)):
            self._is(self._nobody, password)
        return None

    def _is(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False

    def _nobodys_hash(self) -> str:
        """A hash as costly as the users' are, whoever has made those."""
        for known in self._logins.hashes():
            try:
                like = PasswordHasher.from_parameters(extract_parameters(known))
            except InvalidHashError:
                continue
            return like.hash(secrets.token_hex(16))
        return self._hasher.hash(secrets.token_hex(16))
