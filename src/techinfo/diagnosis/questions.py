"""What may be asked of the customer, in words that an agent reads aloud."""

from __future__ import annotations

from techinfo.diagnosis.rule import Question

QUESTIONS = {
    question.id: question
    for question in (
        Question(
            id="powerOn",
            words=(
                "Is the power lamp of the fibre box lit?",
                "Lyser fiberboxens strömlampa?",
            ),
            answers={"yes": {"powerOn": True}, "no": {"powerOn": False}},
        ),
        Question(
            id="restarted",
            words=(
                "Has the fibre box been restarted (plug out for ten seconds) without help?",
                "Har fiberboxen startats om (kontakten ur i tio sekunder) utan att det hjälpte?",
            ),
            answers={"yes": {"restarted": True}, "no": {"restarted": False}},
        ),
        Question(
            id="othersTried",
            words=(
                "Have another cable and another device been tried?",
                "Har en annan kabel och en annan enhet provats?",
            ),
            answers={
                "yes": {"cableTried": True, "deviceTried": True},
                "no": {"cableTried": False, "deviceTried": False},
            },
        ),
        Question(
            id="fibreLamp",
            words=("Is the fibre lamp of the box lit?", "Lyser boxens fiberlampa?"),
            answers={"yes": {"lights": {"wan": "on"}}, "no": {"lights": {"wan": "off"}}},
        ),
        Question(
            id="boxRestarts",
            words=(
                "Do all lamps of the box go out when the connection is lost?",
                "Släcks alla lampor på boxen när förbindelsen bryts?",
            ),
            answers={"yes": {"boxRestarts": True}, "no": {"boxRestarts": False}},
        ),
        Question(
            id="deviceTried",
            words=(
                "Has another device been tried, straight in the outlet?",
                "Har en annan enhet provats, direkt i uttaget?",
            ),
            answers={"yes": {"deviceTried": True}, "no": {"deviceTried": False}},
        ),
        Question(
            id="tvRestarted",
            words=(
                "Has the television box been restarted?",
                "Har tv-boxen startats om?",
            ),
            answers={"yes": {"tvRestarted": True}, "no": {"tvRestarted": False}},
        ),
    )
}
