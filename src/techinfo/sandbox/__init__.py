"""The sandbox: a small network of its own, in which every state that an access can be in exists.

A provider whose users have the option `sandbox` asks here and never a switch. The routes, the desk
and the collector are those of the service; only the inventory and the devices are others.
"""

from techinfo.sandbox.network import Sandbox, Sandboxes

__all__ = ["Sandbox", "Sandboxes"]
