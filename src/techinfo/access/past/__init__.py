"""What was seen of an access before, told of the time in which its viewer held it."""

from techinfo.access.past.answers import History as History
