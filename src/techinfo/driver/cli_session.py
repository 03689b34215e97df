"""What a driver says of a session: its prompt, what is typed at log-in and log-out, its pager.

Everything that is ever typed on a device stands here or in a `CliTable`; it is checked before the
first session (`techinfo.ssh.sessions.commands`). Lines of a session change that session alone.
"""

from __future__ import annotations

from dataclasses import dataclass

SSH_PORT = 22
NAME_AND_MARK = r"[\w.()/:@~+*%-]{1,80}[>#]"
"""The prompt of most: a name without blanks, and what says how much may be done."""
OLD_ALGORITHMS = (
    "diffie-hellman-group1-sha1",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group-exchange-sha1",
    "ssh-rsa",
    "aes128-cbc",
    "aes192-cbc",
    "aes256-cbc",
    "3des-cbc",
    "hmac-md5",
    "hmac-md5-96",
    "hmac-sha1-96",
)
"""What can be named for an element; only these."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a device asks without being asked, and what is typed then.

    Args:
        asked: Regular expression of the last line, whatever the case.
        typed: Octets as they are sent; no line end is added.
    """

    asked: str
    typed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CliSession:
    r"""How a platform's command line is spoken with.

    Args:
        prompt: Regular expression of the whole line in which it waits for a command.
        config_prompt: The same of a mode in which something could be changed; empty: it has none
            that can be told by its prompt. A session that is found there ends with an alarm.
        above_prompt: Of a line that stands above every prompt and is no output.
        after_login: Lines that are sent at log-in; they hold for that session alone.
        logout: The line that ends the session.
        enter: What ends a line.
        questions: What may be asked before the first prompt.
        at_logout: What may be asked after ``logout``.
        pagers: What may be asked in the midst of an output, beside what `PAGERS` has.
        enable: The line that asks for more rights; it is sent only where a secret for it is
            configured.
        asks_in_session: It lets everybody in by SSH, and asks for name and password then.
        repaints: It prints a line anew while it is typed: a prompt counts when silence follows.
        user_suffix: What is added to the user's name: console options of RouterOS.
        netmiko: What netmiko's class of the platform would send by itself, and is not sent here.
        manual: Its lines stand on manuals and other programs alone: no capture proves them.
    """

    prompt: str = NAME_AND_MARK
    config_prompt: str = r".*\(.*\)#"
    above_prompt: str = ""
    after_login: tuple[str, ...] = ()
    logout: str = "exit"
    enter: str = "\n"
    questions: tuple[Answer, ...] = ()
    at_logout: tuple[Answer, ...] = ()
    pagers: tuple[Answer, ...] = ()
    enable: str = ""
    asks_in_session: bool = False
    repaints: bool = False
    user_suffix: str = ""
    netmiko: str = ""
    manual: bool = True


PAGERS = (
    Answer(asked=r"\s*CTRL\+C ESC q Quit .*\ba All\s*", typed="a"),  # D-Link DES, DGS
    Answer(asked=r"\s*CTRL\+C ESC q Quit .*\bRefresh\s*", typed="q"),  # the same: never ends
    Answer(asked=r"\s*CTRL\+C ESC q Quit SPACE n Next Page.*", typed=" "),
    Answer(asked=r"\s*-- ?MORE ?--, next page: Space.*", typed=" "),  # ProCurve
    Answer(asked=r"\s*-+ ?\(?more(?: \d+%)?\)? ?-+.*", typed=" "),  # IOS, VRP, Comware, Junos, Dell
    Answer(asked=r"\s*<-+ ?more ?-+>\s*", typed=" "),
    Answer(asked=r"\s*more: <space>.*", typed=" "),  # RADLAN and its kin
    Answer(asked=r"\s*press any key to continue\b.*", typed=" "),  # ZyNOS
)
"""Pagers that are known by what they say; the first that fits is answered."""
NEVER_ENDS = PAGERS[1]
"""A screen that is painted anew until it is left: what it shows is not all."""
