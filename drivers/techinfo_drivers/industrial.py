"""Industrial switches whose light is one table by port: Hirschmann, Moxa, Siemens and more.

Seen: Hirschmann MS4128, Moxa IKS-6728A and EDS-510E, Fibrolan Falcon-X/424.
Source: HMPRIV-MGMT-SNMP-MIB (Classic), HM2-DEVMGMT-MIB (HiOS), MOXA-IKS6728A-MIB as its recording
has it, SN-MSPS-SCX200-MIB, ADVANTECH-EKI-PRONEER-MIB, FIBROLAN-SFP-MIB 2014-04-01. Each Moxa has
the same tables below the number of its model.
"""

from __future__ import annotations

import techinfo.driver as d

_E = "1.3.6.1.4.1"

_MS4128 = "hirschmann_ms4128"
_CLASSIC = f"{_E}.248.14.1.1.13.1"  # hmSFPEntry: module and port
_HIOS = f"{_E}.248.11.10.1.7.2.1"  # hm2SfpDiagEntry, by ifIndex


def _classic(*unit: int) -> d.TransceiverTable:
    """Light of the Classic software, whose ports are called ``1/2`` or, in a stack, ``1/1/2``."""

    def name(index: d.Index) -> bytes | None:
        return "/".join(map(str, (*unit, *index))).encode() if len(index) == 2 else None

    return d.TransceiverTable(
        mib="HMPRIV-MGMT-SNMP-MIB",
        verified_by=(_MS4128,) if unit else (),
        port=d.PortKey(d.PortBy.NAME, d.FromIndex(name, d.raw_text, "module/port")),
        temperature=d.Column(f"{_CLASSIC}.12", d.celsius()),
        tx_power=d.Column(f"{_CLASSIC}.34", d.dbm()),
        rx_power=d.Column(f"{_CLASSIC}.35", d.dbm()),
    )


_HIOS_OPTICS = d.TransceiverTable(
    mib="HM2-DEVMGMT-MIB",
    temperature=d.Column(f"{_HIOS}.2", d.celsius()),
    tx_power=d.Column(f"{_HIOS}.5", d.dbm()),
    rx_power=d.Column(f"{_HIOS}.6", d.dbm()),
)

_MOXA = f"{_E}.8691.7"
_IKS = "moxa-etherdevice_iks-6728a"
_FIBER_CHECK = ".1.10.11.1"  # by ifIndex
_MOXA_OPTICS = d.TransceiverTable(
    mib="MOXA-IKS6728A-MIB; recording moxa-etherdevice_iks-6728a",
    verified_by=(_IKS,),
    part_number=d.Column(f"{_FIBER_CHECK}.2", d.text),
    voltage=d.Column(f"{_FIBER_CHECK}.4", d.volts()),
    temperature=d.Column(f"{_FIBER_CHECK}.5", d.celsius()),
    tx_power=d.Column(f"{_FIBER_CHECK}.7", d.dbm()),
    rx_power=d.Column(f"{_FIBER_CHECK}.9", d.dbm()),
    serial_number=d.Column(f"{_FIBER_CHECK}.13", d.text),
)

_SCALANCE = f"{_E}.4329.20.1.1.1.1.46.10.1"  # snMspsSfpEntry, by ifIndex

_SCALANCE_OPTICS = d.TransceiverTable(
    mib="SN-MSPS-SCX200-MIB",
    row=d.measured("voltage"),  # an empty slot has no supply, whatever zeros stand beside it
    voltage=d.Column(f"{_SCALANCE}.13", d.volts(0.01)),
    bias=d.Column(f"{_SCALANCE}.16", d.milliamperes(0.01)),
    rx_power=d.Column(f"{_SCALANCE}.32", d.dbm(0.1)),
    tx_power=d.Column(f"{_SCALANCE}.35", d.dbm(0.1)),
)

_EKI = f"{_E}.10297.202.7000.2.5.2.1"  # the DMI table of the EKI series, by slot
_EKI_OPTICS = d.TransceiverTable(
    mib="ADVANTECH-EKI-PRONEER-MIB",
    port=d.PortKey(source=d.Column(f"{_EKI}.1", d.integer), name=".+"),  # sfpPortIndex
    temperature=d.Column(f"{_EKI}.2", d.celsius()),
    voltage=d.Column(f"{_EKI}.3", d.volts()),
    bias=d.Column(f"{_EKI}.4", d.milliamperes()),
    tx_power=d.Column(f"{_EKI}.5", d.dbm()),
    rx_power=d.Column(f"{_EKI}.6", d.dbm()),
)

_FALCON_X = "fibrolan-falcon_falcon-x"
_INFO, _MONITORING = (
    f"{_E}.4467.1000.50.1.1.1",
    f"{_E}.4467.1000.50.1.2.1",
)  # flSfp…Entry, by ifIndex
_UNPLUGGED = 2  # flSfpAlarmStatus, bit 1
_MICROWATTS = d.watts(1e-6)
_FIBROLAN = "FIBROLAN-SFP-MIB 2014-04-01"


def _read(row: d.Row) -> d.Row | None:
    """Octets of 0xFF are no reading: 6553 uW and mV, 65 mA, -1 degC in one row (Falcon-X)."""
    voltage = row.get("voltage")
    return None if voltage is not None and voltage > 6.5 else row


_FALCON_OPTICS = (
    d.TransceiverTable(
        mib=_FIBROLAN,
        verified_by=(_FALCON_X,),
        row=_read,
        rx_power=d.Column(f"{_MONITORING}.1", _MICROWATTS),
        tx_power=d.Column(f"{_MONITORING}.2", _MICROWATTS),
        temperature=d.Column(f"{_MONITORING}.3", d.celsius()),
        bias=d.Column(f"{_MONITORING}.4", d.milliamperes()),
        voltage=d.Column(f"{_MONITORING}.5", d.volts(0.001)),
        present=d.Column(
            f"{_MONITORING}.6",
            d.Convert(
                "flSfpUnplugged", lambda c: False if isinstance(c, int) and c & _UNPLUGGED else None
            ),
        ),
    ),
    d.TransceiverTable(
        mib=_FIBROLAN,
        vendor=d.Column(f"{_INFO}.1", d.text),
        part_number=d.Column(f"{_INFO}.2", d.text),
        serial_number=d.Column(f"{_INFO}.3", d.text),
        diagnostics=d.Column(f"{_INFO}.11", d.one_of({1: True, 2: False}, "ddmSupported(1)")),
    ),
)

DRIVERS = (
    d.Driver(
        name="hirschmann",
        vendor="Hirschmann",
        series="Classic (RS, MS, MACH) and HiOS; seen: MS4128",
        sys_object_ids=(f"{_E}.248",),
        hardware=d.Hardware(
            mib="HMPRIV-MGMT-SNMP-MIB; recording hirschmann_ms4128",
            model=(d.FromDescr(r"^Hirschmann (.+)"),),
            firmware=(d.Column(f"{_E}.248.14.1.1.2.0", d.text),),  # hmSysVersion
            serial_number=(d.Column(f"{_E}.248.14.1.1.9.1.10.1", d.text),),  # hmSysGroupSerialNum
        ),
        transceivers=(_classic(1), _classic(), _HIOS_OPTICS, *d.standard.TRANSCEIVERS),
        verified_by={_MS4128: ("link", "transceiver", "macs")},
        notes=("Light of HiOS is from the MIB text alone.",),
    ),
    d.Driver(
        name="moxa_etherdevice",
        vendor="Moxa",
        series="EDS, IKS, ICS; seen: IKS-6728A, EDS-510E",
        sys_object_ids=(_MOXA,),
        bases={_MOXA: f"{_MOXA}.*"},
        hardware=d.Hardware(
            mib="recordings moxa-etherdevice_…",
            model=(d.FromDescr(r"^(\S+)"),),
            firmware=(d.Column(".1.4.0", d.text),),
            serial_number=(d.Column(".1.78.0", d.text),),
        ),
        transceivers=(_MOXA_OPTICS, *d.standard.TRANSCEIVERS),
        verified_by={
            _IKS: ("link", "counters", "transceiver", "macs"),
            "moxa-etherdevice_eds510e": ("link", "counters", "macs"),
        },
    ),
    d.Driver(
        name="siemens_scalance",
        vendor="Siemens",
        series="SCALANCE X; none recorded here",
        sys_object_ids=(f"{_E}.4329",),
        hardware=d.Hardware(model=(d.FromDescr(r"(SCALANCE [^,]+)"),)),
        transceivers=(_SCALANCE_OPTICS, *d.standard.TRANSCEIVERS),
        notes=("Light is from the MIB text alone; the temperature of a module is not told.",),
    ),
    d.Driver(
        name="advantech_eki",
        vendor="Advantech",
        series="EKI-7000; none recorded here",
        sys_object_ids=(f"{_E}.10297",),
        hardware=d.Hardware(),
        transceivers=(_EKI_OPTICS, *d.standard.TRANSCEIVERS),
        notes=("Light is from a public definition alone; a slot is told where it names its port.",),
    ),
    d.Driver(
        name="fibrolan_falcon",
        vendor="Fibrolan",
        series="Falcon; seen: Falcon-X/424",
        sys_object_ids=(f"{_E}.4467",),
        hardware=d.Hardware(model=(d.FromDescr(r"^(\S+)"),)),
        transceivers=(*_FALCON_OPTICS, *d.standard.TRANSCEIVERS),
        verified_by={_FALCON_X: ("link", "counters", "transceiver", "macs")},
    ),
)
