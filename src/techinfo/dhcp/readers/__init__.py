"""Readers of what DHCP servers write: a file for each form, and the table of all of them."""

from __future__ import annotations

from types import MappingProxyType

from techinfo.dhcp.readers import (
    dhcpd_leases,
    dhcpd_syslog,
    dnsmasq_leases,
    dnsmasq_log,
    dnsmasq_script,
    freeradius_detail,
    freeradius_linelog,
    infoblox,
    kea_control,
    kea_csv,
    kea_forensic,
    kea_log,
    kea_script,
    openbsd_leases,
    syslog_pattern,
    tshark_fields,
)
from techinfo.dhcp.readers.reader import Form, Reader, Source, Tally, read

__all__ = ["FORMS", "Form", "Reader", "Source", "Tally", "read"]

FORMS = MappingProxyType(
    {
        form.name: form
        for form in (
            kea_csv.FORM,
            kea_forensic.FORM,
            kea_log.FORM,
            kea_control.FORM,
            kea_control.SOCKET,
            kea_script.FORM,
            dhcpd_leases.FORM,
            dhcpd_syslog.FORM,
            infoblox.FORM,
            openbsd_leases.FORM,
            dnsmasq_script.FORM,
            dnsmasq_leases.FORM,
            dnsmasq_log.FORM,
            freeradius_linelog.FORM,
            freeradius_detail.FORM,
            tshark_fields.FORM,
            syslog_pattern.FORM,
        )
    }
)
"""Name -> form."""
