"""Marks by which personal numbers are found and kept unique without reading the numbers themselves.

Equal numbers of one kind have equal marks; different kinds never share one.
"""

import hashlib
from enum import StrEnum

from cashhaven_domain.shared.brazil import Cpf, Phone


class Kind(StrEnum):
    """What a mark stands for."""

    CPF = "client.cpf"
    CPF_LAST_FOUR = "client.cpf.last4"
    PHONE = "client.phone"
    PHONE_LAST_FOUR = "client.phone.last4"


def mark(kind: Kind, digits: str) -> bytes:
    """Return the mark of these digits, 32 bytes."""
    return hashlib.sha256(f"{kind}\0{digits}".encode()).digest()


def marks_of(cpf: Cpf, phone: Phone) -> dict[str, bytes]:
    """Return the marks of a client's numbers, by column."""
    return {
        "cpf_idx": mark(Kind.CPF, cpf.digits),
        "cpf_last4_idx": mark(Kind.CPF_LAST_FOUR, cpf.digits[-4:]),
        "phone_idx": mark(Kind.PHONE, phone.e164),
        "phone_last4_idx": mark(Kind.PHONE_LAST_FOUR, phone.last_four),
    }
