"""Readers of what DHCP servers write: a file for each form, and the table of all of them."""

from __future__ import annotations

from types import MappingProxyType

from techinfo.dhcp.readers import (
    dhcpd_leases,
    dhcpd_syslog,
    dnsmasq,
    freeradius,
    kea_leases,
    kea_log,
    kea_script,
    syslog,
    tshark_fields,
    windows_dhcp,
)
from techinfo.dhcp.readers.reader import Form, Reader, Source, Tally, read

__all__ = ["FORMS", "Form", "Reader", "Source", "Tally", "read"]

FORMS = MappingProxyType(
    {
        form.name: form
        for form in (
            kea_leases.CSV,
            kea_log.FORENSIC,
            kea_log.LOG,
            kea_leases.CONTROL,
            kea_leases.SOCKET,
            kea_script.FORM,
            dhcpd_leases.ISC,
            dhcpd_syslog.DHCPD,
            dhcpd_syslog.INFOBLOX,
            dhcpd_leases.OPENBSD,
            dnsmasq.SCRIPT,
            dnsmasq.LEASES,
            dnsmasq.LOG,
            freeradius.LINELOG,
            freeradius.DETAIL,
            windows_dhcp.FORM,
            tshark_fields.FORM,
            syslog.PATTERN,
        )
    }
)
"""Name -> form."""
