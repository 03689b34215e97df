"""Policies on ports of IOS: made up in the shape of Catalysts and ISRs with IOS-XE."""

from __future__ import annotations

from tests.drivers.cli.samples import Sample

from techinfo.driver.cli import CliRate
from techinfo.units import KilobitPerSecond

POLICIES = """
 GigabitEthernet1/0/1

  Service-policy input: IN-100M

    Class-map: class-default (match-any)
      0 packets, 0 bytes
      5 minute offered rate 0000 bps, drop rate 0000 bps
      Match: any
      police:
          cir 100000000 bps, bc 3125000 bytes
        conformed 0 packets, 0 bytes; actions:
          transmit
        exceeded 0 packets, 0 bytes; actions:
          drop
        conformed 0000 bps, exceeded 0000 bps

      Service-policy : CHILD

        Class-map: VOICE (match-all)
          Match: ip dscp ef (46)
          police:
              cir 64000 bps, bc 8000 bytes
            conformed 0 packets, 0 bytes; actions:
              transmit
            exceeded 0 packets, 0 bytes; actions:
              drop
@@
  Service-policy output: OUT-250M

    Class-map: class-default (match-any)
      Match: any
      Queueing
      queue limit 64 packets
      (queue depth/total drops/no-buffer drops) 0/0/0
      shape (average) cir 250000000, bc 1000000, be 1000000
      target shape rate 250000000

GigabitEthernet1/0/2

  Service-policy input: BY-CLASS

    Class-map: VOICE (match-all)
      Match:  dscp ef (46)
      police:
          cir 500000 bps, bc 10240 bytes
          pir 1000000 bps, be 10240 bytes
        conformed 0 bytes; actions:
          transmit
        exceeded 0 bytes; actions:
          set-dscp-transmit dscp table t1
        violated 0 bytes; actions:
          drop
        conformed 0000 bps, exceeded 0000 bps, violated 0000 bps

    Class-map: GOLD (match-all)
      police:
          rate 100000000 bps, burst 10240 bytes
        conformed 0 bytes; actions:
          transmit
        exceeded 0 bytes; actions:
          set-dscp-transmit af11

    Class-map: class-default (match-any)
      15 packets
      Match: any

GigabitEthernet1/0/2.20

  Service-policy input: IN-100M

    Class-map: class-default (match-any)
      police:
          cir 100000000 bps, bc 3125000 bytes
        exceeded 0 packets, 0 bytes; actions:
          drop
"""
_ONE, _OTHER = "GigabitEthernet1/0/1", "GigabitEthernet1/0/2"
SAMPLES = (
    Sample(
        "cisco_ios",
        "show policy-map interface",
        POLICIES,
        (
            *(
                CliRate(port=_ONE, queue=way, cir=rate, pir=rate)
                for way, rate in (
                    ("in", KilobitPerSecond(100_000)),
                    ("out", KilobitPerSecond(250_000)),
                )
            ),
            CliRate(
                port=_OTHER,
                queue="in VOICE",
                cir=KilobitPerSecond(500),
                pir=KilobitPerSecond(1_000),
            ),
            CliRate(port=_OTHER, queue="in GOLD"),
            CliRate(port=_OTHER, queue="in class-default"),
        ),
        "\n",
    ),
)
