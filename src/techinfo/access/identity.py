"""Is it the right CPE? What another device tells is told to nobody."""

from __future__ import annotations

from techinfo.collect import Reading
from techinfo.errors import WrongDeviceError
from techinfo.inventory import Cpe


def check_cpe(cpe: Cpe, reading: Reading) -> None:
    """A CPE's answer counts only if its MAC or serial number is the one that the inventory has.

    Raises:
        WrongDeviceError: It has neither.
    """
    device = reading.device
    known = {x.lower() for x in (cpe.mac, cpe.serial_number) if x}
    told = {x.lower() for x in (device.mac, device.serial_number) if x} if device else set()
    if not known & told:
        raise WrongDeviceError(
            "the device at the CPE's address is not the CPE of this access",
            expected=", ".join(sorted(known)),
            found=", ".join(sorted(told)),
            address=cpe.address or "",
        )
