"""What is worth knowing and sends nobody anywhere."""

from __future__ import annotations

from techinfo.diagnosis.rule import Note
from techinfo.diagnosis.rules.dhcp import has_device_without_lease
from techinfo.diagnosis.rules.port import module_differs
from techinfo.diagnosis.view import View


def _tells_no_light(view: View) -> bool:
    if not view.line.is_fibre or view.line.is_pon:
        return False
    return view.light.says == "no diagnostics"


def _is_near_limit(view: View) -> bool:
    up = view.line.is_up is True
    return up and any(level.is_low and level.under == 0 for level in view.light.levels)


def _is_below(view: View) -> bool:
    return view.line.is_up is True and any(level.under > 0 for level in view.light.levels)


def _is_above(view: View) -> bool:
    return view.line.is_up is True and any(level.over > 0 for level in view.light.levels)


def _loses_unevenly(view: View) -> bool:
    apart = view.light.asymmetry
    return view.line.is_up is True and apart is not None and apart >= 4.0


def _is_old(view: View) -> bool:
    has, least = view.case.text("cpe.firmware"), view.case.text("expected.cpe.firmwareMin")
    if has is None or least is None:
        return False
    return _version(has) < _version(least)


def _version(text: str) -> tuple[int, ...]:
    digits = "".join(c if c.isdigit() else " " for c in text)
    return tuple(int(number) for number in digits.split())


NOTES = (
    Note(
        code="module_without_diagnostics",
        words=("The module tells no light level.", "Modulen mäter inget ljus."),
        holds=_tells_no_light,
    ),
    Note(
        code="light_margin_low",
        words=(
            "The light is near the limit of the receiver.",
            "Ljuset ligger nära mottagarens gräns.",
        ),
        holds=_is_near_limit,
    ),
    Note(
        code="light_below_class",
        words=(
            "The light is under the receiver's limit, without harm.",
            "Ljuset är under mottagarens gräns, utan skada.",
        ),
        holds=_is_below,
    ),
    Note(
        code="light_above_class",
        words=(
            "The light is over the receiver's limit, without harm.",
            "Ljuset är över mottagarens gräns, utan skada.",
        ),
        holds=_is_above,
    ),
    Note(
        code="loss_asymmetric",
        words=(
            "The fibre loses more light in one direction.",
            "Fibern tappar mer ljus i ena riktningen.",
        ),
        holds=_loses_unevenly,
    ),
    Note(
        code="module_odd",
        words=(
            "The module differs from the records or from its class, without harm.",
            "Modulen avviker från registret eller sin klass, utan skada.",
        ),
        holds=lambda v: v.line.is_up is True and module_differs(v),
    ),
    Note(
        code="lease_not_listed",
        words=(
            "Traffic flows although no address lease is listed.",
            "Trafik flödar fast ingen adress är listad.",
        ),
        holds=lambda v: has_device_without_lease(v) and v.traffic.flows_both_ways,
    ),
    Note(
        code="tv_by_internet",
        words=(
            "No television service is ordered here: television comes over broadband.",
            "Ingen tv-tjänst är beställd här: tv kommer över bredbandet.",
        ),
        holds=lambda v: (
            v.orders.complaint == "tv" and v.orders.services is not None and not v.orders.of("iptv")
        ),
    ),
    Note(
        code="cpe_firmware_outdated",
        words=(
            "The fibre box has older software than it should.",
            "Fiberboxen har äldre programvara än den bör ha.",
        ),
        holds=_is_old,
    ),
)
