"""Answers one question well: what is the state of this customer's access, right now?"""

__version__ = "0.1.0"
