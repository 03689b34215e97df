"""Names of the standard MIBs, as snmpwalk prints them where its MIBs are loaded.

Only what a recording may name: what no MIB here knows is no row. Sources: SNMPv2-MIB (2002-10-16),
IF-MIB (2000-06-14), EtherLike-MIB (2003-09-19), MAU-MIB (2007-04-21), BRIDGE-MIB (2005-09-19),
Q-BRIDGE-MIB (2006-01-09), ENTITY-MIB (2013-04-05), ENTITY-SENSOR-MIB (2002-12-16), LLDP-MIB
(2005-05-06), HOST-RESOURCES-MIB (2000-03-06), SNMP-FRAMEWORK-MIB (2002-10-14), SNMPv2-SMI
(RFC 2578), IANAifType-MIB.
"""

from __future__ import annotations

import re
from typing import Final

from techinfo.wire import Oid

_TREE: Final = {
    "1": "3:org",
    "1.3": "6:dod",
    "1.3.6": "internet",
    "1.3.6.1": "directory mgmt experimental private security snmpV2",
    "1.3.6.1.2": "mib-2",
    "1.3.6.1.2.1": "system interfaces at ip icmp tcp udp egp 10:transmission snmp",
    "1.3.6.1.4": "enterprises",
    "1.3.6.1.4.1.8072.3": "2:netSnmpAgentOIDs",
    "1.3.6.1.6": "snmpDomains snmpProxys snmpModules",
}
"""Where names of objects are printed with all that stands above them, or with nothing behind."""
_OBJECTS: Final = {
    "1.0.8802.1.1.2.1.3": (
        "lldpLocChassisIdSubtype lldpLocChassisId lldpLocSysName lldpLocSysDesc "
        "lldpLocSysCapSupported lldpLocSysCapEnabled"
    ),
    "1.0.8802.1.1.2.1.3.7.1": "2:lldpLocPortIdSubtype lldpLocPortId lldpLocPortDesc",
    "1.0.8802.1.1.2.1.3.8.1": (
        "3:lldpLocManAddrLen lldpLocManAddrIfSubtype lldpLocManAddrIfId lldpLocManAddrOID"
    ),
    "1.0.8802.1.1.2.1.4.1.1": (
        "4:lldpRemChassisIdSubtype lldpRemChassisId lldpRemPortIdSubtype lldpRemPortId "
        "lldpRemPortDesc lldpRemSysName lldpRemSysDesc lldpRemSysCapSupported lldpRemSysCapEnabled"
    ),
    "1.0.8802.1.1.2.1.4.2.1": "3:lldpRemManAddrIfSubtype lldpRemManAddrIfId lldpRemManAddrOID",
    "1.0.8802.1.1.2.1.4.3.1": "2:lldpRemUnknownTLVInfo",
    "1.0.8802.1.1.2.1.4.4.1": "4:lldpRemOrgDefInfo",
    "1.3.6.1.2.1.1": (
        "sysDescr sysObjectID sysUpTime sysContact sysName sysLocation sysServices sysORLastChange"
    ),
    "1.3.6.1.2.1.1.9.1": "2:sysORID sysORDescr sysORUpTime",
    "1.3.6.1.2.1.2": "ifNumber",
    "1.3.6.1.2.1.2.2.1": (
        "ifIndex ifDescr ifType ifMtu ifSpeed ifPhysAddress ifAdminStatus ifOperStatus "
        "ifLastChange ifInOctets ifInUcastPkts ifInNUcastPkts ifInDiscards ifInErrors "
        "ifInUnknownProtos ifOutOctets ifOutUcastPkts ifOutNUcastPkts ifOutDiscards ifOutErrors "
        "ifOutQLen ifSpecific"
    ),
    "1.3.6.1.2.1.10.7.2.1": (
        "dot3StatsIndex dot3StatsAlignmentErrors dot3StatsFCSErrors dot3StatsSingleCollisionFrames "
        "dot3StatsMultipleCollisionFrames dot3StatsSQETestErrors dot3StatsDeferredTransmissions "
        "dot3StatsLateCollisions dot3StatsExcessiveCollisions dot3StatsInternalMacTransmitErrors "
        "dot3StatsCarrierSenseErrors 13:dot3StatsFrameTooLongs "
        "16:dot3StatsInternalMacReceiveErrors dot3StatsEtherChipSet dot3StatsSymbolErrors "
        "dot3StatsDuplexStatus dot3StatsRateControlAbility dot3StatsRateControlStatus"
    ),
    "1.3.6.1.2.1.10.7.9.1": (
        "dot3ControlFunctionsSupported dot3ControlInUnknownOpcodes dot3HCControlInUnknownOpcodes"
    ),
    "1.3.6.1.2.1.10.7.10.1": (
        "dot3PauseAdminMode dot3PauseOperMode dot3InPauseFrames dot3OutPauseFrames "
        "dot3HCInPauseFrames dot3HCOutPauseFrames"
    ),
    "1.3.6.1.2.1.10.7.11.1": (
        "dot3HCStatsAlignmentErrors dot3HCStatsFCSErrors dot3HCStatsInternalMacTransmitErrors "
        "dot3HCStatsFrameTooLongs dot3HCStatsInternalMacReceiveErrors dot3HCStatsSymbolErrors"
    ),
    "1.3.6.1.2.1.17.1": "dot1dBaseBridgeAddress dot1dBaseNumPorts dot1dBaseType",
    "1.3.6.1.2.1.17.1.4.1": (
        "dot1dBasePort dot1dBasePortIfIndex dot1dBasePortCircuit "
        "dot1dBasePortDelayExceededDiscards dot1dBasePortMtuExceededDiscards"
    ),
    "1.3.6.1.2.1.17.4": "dot1dTpLearnedEntryDiscards dot1dTpAgingTime",
    "1.3.6.1.2.1.17.4.3.1": "dot1dTpFdbAddress dot1dTpFdbPort dot1dTpFdbStatus",
    "1.3.6.1.2.1.17.4.4.1": (
        "dot1dTpPort dot1dTpPortMaxInfo dot1dTpPortInFrames dot1dTpPortOutFrames "
        "dot1dTpPortInDiscards"
    ),
    "1.3.6.1.2.1.17.5.1.1": (
        "dot1dStaticAddress dot1dStaticReceivePort dot1dStaticAllowedToGoTo dot1dStaticStatus"
    ),
    "1.3.6.1.2.1.17.7.1.1": (
        "dot1qVlanVersionNumber dot1qMaxVlanId dot1qMaxSupportedVlans dot1qNumVlans dot1qGvrpStatus"
    ),
    "1.3.6.1.2.1.17.7.1.2.1.1": "2:dot1qFdbDynamicCount",
    "1.3.6.1.2.1.17.7.1.2.2.1": "2:dot1qTpFdbPort dot1qTpFdbStatus",
    "1.3.6.1.2.1.17.7.1.2.3.1": "2:dot1qTpGroupEgressPorts dot1qTpGroupLearnt",
    "1.3.6.1.2.1.17.7.1.2.4.1": (
        "dot1qForwardAllPorts dot1qForwardAllStaticPorts dot1qForwardAllForbiddenPorts"
    ),
    "1.3.6.1.2.1.17.7.1.2.5.1": (
        "dot1qForwardUnregisteredPorts dot1qForwardUnregisteredStaticPorts "
        "dot1qForwardUnregisteredForbiddenPorts"
    ),
    "1.3.6.1.2.1.17.7.1.3.1.1": "3:dot1qStaticUnicastAllowedToGoTo dot1qStaticUnicastStatus",
    "1.3.6.1.2.1.17.7.1.3.2.1": (
        "3:dot1qStaticMulticastStaticEgressPorts dot1qStaticMulticastForbiddenEgressPorts "
        "dot1qStaticMulticastStatus"
    ),
    "1.3.6.1.2.1.17.7.1.4": (
        "dot1qVlanNumDeletes 4:dot1qNextFreeLocalVlanIndex 9:dot1qConstraintSetDefault "
        "dot1qConstraintTypeDefault"
    ),
    "1.3.6.1.2.1.17.7.1.4.2.1": (
        "3:dot1qVlanFdbId dot1qVlanCurrentEgressPorts dot1qVlanCurrentUntaggedPorts "
        "dot1qVlanStatus dot1qVlanCreationTime"
    ),
    "1.3.6.1.2.1.17.7.1.4.3.1": (
        "dot1qVlanStaticName dot1qVlanStaticEgressPorts dot1qVlanForbiddenEgressPorts "
        "dot1qVlanStaticUntaggedPorts dot1qVlanStaticRowStatus"
    ),
    "1.3.6.1.2.1.17.7.1.4.5.1": (
        "dot1qPvid dot1qPortAcceptableFrameTypes dot1qPortIngressFiltering dot1qPortGvrpStatus "
        "dot1qPortGvrpFailedRegistrations dot1qPortGvrpLastPduOrigin "
        "dot1qPortRestrictedVlanRegistration"
    ),
    "1.3.6.1.2.1.17.7.1.4.6.1": (
        "dot1qTpVlanPortInFrames dot1qTpVlanPortOutFrames dot1qTpVlanPortInDiscards "
        "dot1qTpVlanPortInOverflowFrames dot1qTpVlanPortOutOverflowFrames "
        "dot1qTpVlanPortInOverflowDiscards"
    ),
    "1.3.6.1.2.1.17.7.1.4.7.1": (
        "dot1qTpVlanPortHCInFrames dot1qTpVlanPortHCOutFrames dot1qTpVlanPortHCInDiscards"
    ),
    "1.3.6.1.2.1.17.7.1.4.8.1": "3:dot1qConstraintType dot1qConstraintStatus",
    "1.3.6.1.2.1.17.7.1.5.1.1": "3:dot1vProtocolGroupId dot1vProtocolGroupRowStatus",
    "1.3.6.1.2.1.17.7.1.5.2.1": "2:dot1vProtocolPortGroupVid dot1vProtocolPortRowStatus",
    "1.3.6.1.2.1.25.1": (
        "hrSystemUptime hrSystemDate hrSystemInitialLoadDevice hrSystemInitialLoadParameters "
        "hrSystemNumUsers hrSystemProcesses hrSystemMaxProcesses"
    ),
    "1.3.6.1.2.1.26.2.1.1": (
        "ifMauIfIndex ifMauIndex ifMauType ifMauStatus ifMauMediaAvailable "
        "ifMauMediaAvailableStateExits ifMauJabberState ifMauJabberingStateEnters "
        "ifMauFalseCarriers ifMauTypeList ifMauDefaultType ifMauAutoNegSupported ifMauTypeListBits "
        "ifMauHCFalseCarriers"
    ),
    "1.3.6.1.2.1.26.2.2.1": "2:ifJackType",
    "1.3.6.1.2.1.26.5.1.1": (
        "ifMauAutoNegAdminStatus ifMauAutoNegRemoteSignaling 4:ifMauAutoNegConfig "
        "ifMauAutoNegCapability ifMauAutoNegCapAdvertised ifMauAutoNegCapReceived "
        "ifMauAutoNegRestart ifMauAutoNegCapabilityBits ifMauAutoNegCapAdvertisedBits "
        "ifMauAutoNegCapReceivedBits ifMauAutoNegRemoteFaultAdvertised "
        "ifMauAutoNegRemoteFaultReceived"
    ),
    "1.3.6.1.2.1.31.1": "5:ifTableLastChange ifStackLastChange",
    "1.3.6.1.2.1.31.1.1.1": (
        "ifName ifInMulticastPkts ifInBroadcastPkts ifOutMulticastPkts ifOutBroadcastPkts "
        "ifHCInOctets ifHCInUcastPkts ifHCInMulticastPkts ifHCInBroadcastPkts ifHCOutOctets "
        "ifHCOutUcastPkts ifHCOutMulticastPkts ifHCOutBroadcastPkts ifLinkUpDownTrapEnable "
        "ifHighSpeed ifPromiscuousMode ifConnectorPresent ifAlias ifCounterDiscontinuityTime"
    ),
    "1.3.6.1.2.1.31.1.2.1": "3:ifStackStatus",
    "1.3.6.1.2.1.47.1.1.1.1": (
        "2:entPhysicalDescr entPhysicalVendorType entPhysicalContainedIn entPhysicalClass "
        "entPhysicalParentRelPos entPhysicalName entPhysicalHardwareRev entPhysicalFirmwareRev "
        "entPhysicalSoftwareRev entPhysicalSerialNum entPhysicalMfgName entPhysicalModelName "
        "entPhysicalAlias entPhysicalAssetID entPhysicalIsFRU entPhysicalMfgDate entPhysicalUris "
        "entPhysicalUUID"
    ),
    "1.3.6.1.2.1.47.1.2.1.1": (
        "2:entLogicalDescr entLogicalType entLogicalCommunity entLogicalTAddress entLogicalTDomain "
        "entLogicalContextEngineID entLogicalContextName"
    ),
    "1.3.6.1.2.1.47.1.3.1.1": "entLPPhysicalIndex",
    "1.3.6.1.2.1.47.1.3.2.1": "2:entAliasMappingIdentifier",
    "1.3.6.1.2.1.47.1.3.3.1": "entPhysicalChildIndex",
    "1.3.6.1.2.1.47.1.4": "entLastChangeTime",
    "1.3.6.1.2.1.99.1.1.1": (
        "entPhySensorType entPhySensorScale entPhySensorPrecision entPhySensorValue "
        "entPhySensorOperStatus entPhySensorUnitsDisplay entPhySensorValueTimeStamp "
        "entPhySensorValueUpdateRate"
    ),
    "1.3.6.1.6.3.10.2.1": "snmpEngineID snmpEngineBoots snmpEngineTime snmpEngineMaxMessageSize",
}
"""OID -> the names below it from 1 on; a number in front says where a name stands instead."""
_IF_TYPES: Final = (
    "other regular1822 hdh1822 ddnX25 rfc877x25 ethernetCsmacd iso88023Csmacd iso88024TokenBus "
    "iso88025TokenRing iso88026Man starLan proteon10Mbit proteon80Mbit hyperchannel fddi lapb sdlc "
    "ds1 e1 basicISDN primaryISDN propPointToPointSerial ppp softwareLoopback eon ethernet3Mbit "
    "nsip slip ultra ds3 sip frameRelay rs232 para arcnet arcnetPlus atm miox25 sonet x25ple "
    "iso88022llc localTalk smdsDxi frameRelayService v35 hssi hippi modem aal5 sonetPath sonetVT "
    "smdsIcip propVirtual propMultiplexor ieee80212 fibreChannel hippiInterface "
    "frameRelayInterconnect aflane8023 aflane8025 cctEmul fastEther isdn v11 v36 g703at64k "
    "g703at2mb qllc fastEtherFX channel ieee80211 ibm370parChan escon dlsw isdns isdnu lapd "
    "ipSwitch rsrb atmLogical ds0 ds0Bundle bsc async cnr iso88025Dtr eplrs arap propCnls hostPad "
    "termPad frameRelayMPI x213 adsl radsl sdsl vdsl iso88025CRFPInt myrinet voiceEM voiceFXO "
    "voiceFXS voiceEncap voiceOverIp atmDxi atmFuni atmIma pppMultilinkBundle ipOverCdlc "
    "ipOverClaw stackToStack virtualIpAddress mpc ipOverAtm iso88025Fiber tdlc gigabitEthernet "
    "hdlc lapf v37 x25mlp x25huntGroup transpHdlc interleave fast ip docsCableMaclayer "
    "docsCableDownstream docsCableUpstream a12MppSwitch tunnel coffee ces atmSubInterface l2vlan "
    "l3ipvlan l3ipxvlan digitalPowerline mediaMailOverIp dtm dcn ipForward msdsl ieee1394 if-gsn "
    "dvbRccMacLayer dvbRccDownstream dvbRccUpstream atmVirtual mplsTunnel srp voiceOverAtm "
    "voiceOverFrameRelay idsl compositeLink ss7SigLink propWirelessP2P frForward rfc1483 usb "
    "ieee8023adLag bgppolicyaccounting frf16MfrBundle h323Gatekeeper h323Proxy mpls mfSigLink "
    "hdsl2 shdsl ds1FDL pos dvbAsiIn dvbAsiOut plc nfas tr008 gr303RDT gr303IDT isup "
    "propDocsWirelessMaclayer propDocsWirelessDownstream propDocsWirelessUpstream hiperlan2 "
    "propBWAp2Mp sonetOverheadChannel digitalWrapperOverheadChannel aal2 radioMAC atmRadio imt mvl "
    "reachDSL frDlciEndPt atmVciEndPt opticalChannel opticalTransport propAtm voiceOverCable "
    "infiniband teLink q2931 virtualTg sipTg sipSig docsCableUpstreamChannel econet pon155 pon622 "
    "bridge linegroup voiceEMFGD voiceFGDEANA voiceDID mpegTransport sixToFour gtp pdnEtherLoop1 "
    "pdnEtherLoop2 opticalChannelGroup homepna gfp ciscoISLvlan actelisMetaLOOP fcipLink rpr qam "
    "lmp cblVectaStar docsCableMCmtsDownstream adsl2 macSecControlledIF macSecUncontrolledIF "
    "aviciOpticalEther atmbond voiceFGDOS mocaVersion1 ieee80216WMAN adsl2plus dvbRcsMacLayer "
    "dvbTdm dvbRcsTdma x86Laps wwanPP wwanPP2 voiceEBS ifPwType ilan pip aluELP gpon vdsl2 "
    "capwapDot11Profile capwapDot11Bss capwapWtpVirtualRadio bits docsCableUpstreamRfPort "
    "cableDownstreamRfPort vmwareVirtualNic ieee802154 otnOdu otnOtu ifVfiType g9981 g9982 g9983 "
    "aluEpon aluEponOnu aluEponPhysicalUni aluEponLogicalLink aluGponOnu aluGponPhysicalUni "
    "vmwareNicTeam 277:docsOfdmDownstream docsOfdmaUpstream gfast sdci xboxWireless fastdsl "
    "docsCableScte55d1FwdOob docsCableScte55d1RetOob docsCableScte55d2DsOob docsCableScte55d2UsOob "
    "docsCableNdf docsCableNdr ptm ghn otnOtsi otnOtuc otnOduc otnOtsig "
    "microwaveCarrierTermination microwaveRadioLinkTerminal ieee8021axDrni ax25 ieee19061nanocom"
)
_LABELS: Final = {
    "ifType": _IF_TYPES,
    "ifAdminStatus": "up down testing",
    "ifOperStatus": "up down testing unknown dormant notPresent lowerLayerDown",
    "ifStackStatus": "active notInService notReady createAndGo createAndWait destroy",
    "dot3StatsDuplexStatus": "unknown halfDuplex fullDuplex",
    "dot1dTpFdbStatus": "other invalid learned self mgmt",
    "dot1qTpFdbStatus": "other invalid learned self mgmt",
    "entPhysicalClass": (
        "other unknown chassis backplane container powerSupply fan sensor module port stack cpu "
        "energyObject battery storageDrive"
    ),
    "entPhySensorType": (
        "other unknown voltsAC voltsDC amperes watts hertz celsius percentRH rpm cmm truthvalue"
    ),
    "entPhySensorScale": (
        "yocto zepto atto femto pico nano micro milli units kilo mega giga tera exa peta zetta "
        "yotta"
    ),
    "entPhySensorOperStatus": "ok unavailable nonoperational",
    "ifMauAutoNegAdminStatus": "enabled disabled",
    "lldpLocPortIdSubtype": (
        "interfaceAlias portComponent macAddress networkAddress interfaceName agentCircuitId local"
    ),
    "lldpRemChassisIdSubtype": (
        "chassisComponent interfaceAlias portComponent macAddress networkAddress interfaceName "
        "local"
    ),
    "lldpRemPortIdSubtype": (
        "interfaceAlias portComponent macAddress networkAddress interfaceName agentCircuitId local"
    ),
    "ifPromiscuousMode": "true false",
    "ifConnectorPresent": "true false",
}
"""Object -> the labels of its numbers from 1 on."""
_INDEX = re.compile(
    r"\.(\d+)|\[(\d+)\]|(?:\.|\[(?:STRING: )?)((?:[0-9A-Fa-f]{1,2}:){5}[0-9A-Fa-f]{1,2})\]?"
)
_NAME = re.compile(r"\.?(?:[A-Za-z][\w-]*::)?((?:[A-Za-z][\w-]*\.)*)([A-Za-z][\w-]*)((?:\.|\[).*)?")


def _numbered(words: str) -> dict[str, int]:
    """``"a b 5:c d"`` -> a 1, b 2, c 5, d 6."""
    found: dict[str, int] = {}
    number = 0
    for word in words.split():
        place, colon, name = word.rpartition(":")
        number = int(place) if colon else number + 1
        found[name] = number
    return found


def _objects() -> dict[str, Oid]:
    found: dict[str, Oid] = {"iso": (1,)}
    for base, words in (*_TREE.items(), *_OBJECTS.items()):
        above = tuple(map(int, base.split(".")))
        found |= {name: (*above, number) for name, number in _numbered(words).items()}
    return found


_OIDS: Final = _objects()
_NUMBERS: Final = {_OIDS[name]: _numbered(words) for name, words in _LABELS.items()}
_DEPTHS: Final = tuple(sorted({len(oid) for oid in _NUMBERS}))


def oid_of(named: str) -> Oid:
    """``IF-MIB::ifDescr.1``, ``.iso.org.dod.internet.mgmt.mib-2.…ifDescr.1``, ``enterprises.9.1``.

    Raises:
        ValueError: No name of these MIBs, or an index that is not told in numbers.
    """
    match = _NAME.fullmatch(named)
    above = _OIDS.get(match[2]) if match else None
    if match is None or above is None:
        raise ValueError(f"an object that is not known here: {named[:60]!r}")
    return above + _index(match[3] or "")


def is_known(name: str) -> bool:
    """Whether an object has this name, without a module and what stands above it."""
    return name in _OIDS


def number_of(oid: Oid, label: str) -> int | None:
    """The number behind a label of an instance; ``None``: it has none of this name."""
    for depth in _DEPTHS:
        if (labels := _NUMBERS.get(oid[:depth])) is not None:
            return labels.get(label)
    return None


def _index(text: str) -> Oid:
    found: list[int] = []
    at = 0
    while at < len(text):
        match = _INDEX.match(text, at)
        if match is None:
            raise ValueError("an index that is not told in numbers")
        plain, bracketed, address = match.groups()
        if address is not None:
            found += [int(octet, 16) for octet in address.split(":")]
        else:
            found.append(int(plain if plain is not None else bracketed))
        at = match.end()
    return tuple(found)
