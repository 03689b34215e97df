"""One verdict from the facts of one access: what is wrong, where, who acts, and what to ask next.

Pure: a case goes in (``techinfo.case/1``), a diagnosis comes out (``techinfo.diagnosis/1``).
No clock, no network, no state: the same case gives the same answer, byte for byte.
"""
