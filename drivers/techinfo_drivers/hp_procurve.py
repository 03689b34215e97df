"""HP ProCurve and ArubaOS-Switch: 2510 to 5400, 2920, 2930, 3810, and the 6120 blade switches.

Seen: 5406Rzl2 with KA.15.03 (recording ``procurve_2520``, put together from several devices: its
transceiver sits on ifIndex 49, which its ifTable does not have) and 6120XG with Z.14.31
(``hpe-procurve-516733-b21``). Source: HP-ICF-TRANSCEIVER-MIB, HP-ICF-DHCP-SNOOP-MIB,
HP-ICF-RATE-LIMIT-MIB. Aruba CX is another platform.

FdbId is a running number, not the VLAN; dot1qVlanFdbId translates it. The entPhysicalSerialNum of
the 6120XG's SFP+ ports is not believed: six of its eight ports show one and the same module.
"""

import techinfo.driver as d

_XCVR = "1.3.6.1.4.1.11.2.14.11.5.1.82.1.1.1.1"  # hpicfXcvrInfoEntry
_BINDING = "1.3.6.1.4.1.11.2.14.11.5.1.34.1.2.2.1"  # hpicfDhcpSnoopBindingsEntry
_INGRESS = "1.3.6.1.4.1.11.2.14.10.2.14.1.5.1.2.1"  # hpIngressRateLimitPortConfigEntry
_POWER = d.dbm(0.001, {-99_999_999: d.Dark.NO_LIGHT})
XCVR = d.TransceiverTable(
    mib="HP-ICF-TRANSCEIVER-MIB 2012-02-22",
    verified_by=("procurve_2520",),
    # hpicfXcvrDiagnostics: none(0), dom(1), vct(2), other(3); readings are valid with dom only
    diagnostics=d.Column(f"{_XCVR}.9", d.is_one_of(frozenset({1}), "dom(1)")),
    temperature=d.Column(f"{_XCVR}.11", d.celsius(0.001)),
    voltage=d.Column(f"{_XCVR}.12", d.volts(0.0001)),  # 0: the module does not tell it
    bias=d.Column(f"{_XCVR}.13", d.milliamperes(0.001)),
    tx_power=d.Column(f"{_XCVR}.14", _POWER),
    rx_power=d.Column(f"{_XCVR}.15", _POWER),
    part_number=d.Column(f"{_XCVR}.3", d.text),  # hpicfXcvrModel
    serial_number=d.Column(f"{_XCVR}.4", d.text),
    # A row of zeros is a module that nobody has measured yet, not 0 dBm at 0 degC (O2, O9).
    row=d.measured("temperature", "bias", "tx_power", "rx_power"),
)
BINDINGS = d.LeaseTable(
    mib="HP-ICF-DHCP-SNOOP-MIB 2019-01-17",
    # index: VLAN, MAC, address type, address with its length; IPv4 and IPv6 in one table
    port=d.PortKey(d.PortBy.IF_INDEX, d.Column(f"{_BINDING}.5", d.integer)),
    vlan=d.index_at(0, d.vlan),
    mac=d.index_octets(1, 6, d.mac),
    address=d.index_string(8, d.ip_address),
    time_remaining=d.Column(f"{_BINDING}.6", d.integer),  # hpicfDhcpSnoopBindingsLeaseTime
    # true(1) of hpicfDhcpSnoopEnable
    enabled=d.Valid("1.3.6.1.4.1.11.2.14.11.5.1.34.1.1.1.1.0", frozenset({1})),
)
# hpIngressRateLimitPortControlMode: the rate stands in the column of its unit.
_KBIT = d.Column(f"{_INGRESS}.5", d.kilobits(), d.Valid(f"{_INGRESS}.2", frozenset({6})))
_BIT = d.Column(f"{_INGRESS}.4", d.kilobits(0.001), d.Valid(f"{_INGRESS}.2", frozenset({4})))

DRIVER = d.Driver(
    name="hp_procurve",
    vendor="HPE",
    circuit_id_format="procurve",
    series="ProCurve and ArubaOS-Switch; 5406Rzl2 with KA.15.03 and 6120XG with Z.14.31 seen",
    sys_object_ids=(
        "1.3.6.1.4.1.11.2.3.7.11",  # hpSwitch…
        "1.3.6.1.4.1.11.2.3.7.8",  # stacks
    ),
    hardware=d.Hardware(
        mib="ENTITY-MIB 2005-08-10",
        model=(
            d.FromDescr(
                r"^(?:(?:Hewlett[- ]Packard Company|HPE?|Aruba|ProCurve)\s+)*+"
                r"(?!Stack)(\S.*?), revision "
            ),
            *d.standard.HARDWARE.model,
            d.Column(f"{d.standard.ENT_PHYSICAL_DESCR}.1", d.text),
        ),
        firmware=(d.FromDescr(r", revision ([\w.]+)"), *d.standard.HARDWARE.firmware),
        serial_number=d.standard.HARDWARE.serial_number,
    ),
    transceivers=(XCVR, *d.standard.TRANSCEIVERS),
    leases=(BINDINGS,),
    shaping=tuple(
        d.ShapingTable(mib="HP-ICF-RATE-LIMIT-MIB 2017-10-13", pir=column, row=d.ingress)
        for column in (_KBIT, _BIT)
    ),
    verified_by={
        "procurve_2520": ("link", "counters", "transceiver", "macs", "vlans"),
        "hpe-procurve-516733-b21": ("link", "counters", "macs", "neighbours", "vlans"),
    },
    notes=(
        "Light is what the switch measured last; hpicfXcvrDiagnosticsUpdate, which measures anew, "
        "is a write that starts a cable test on copper and is never made.",
        "Ingress limits in percent of the port's speed are left out.",
        "An HP 1810 with firmware up to 2.14 reboots when it is polled (field note A8): leave it "
        "out of the inventory.",
    ),
)
