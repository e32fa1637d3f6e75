"""How clients pay."""

from enum import StrEnum


class PaymentMethod(StrEnum):
    """What the money came as; the values are the words of the till."""

    CASH = "dinheiro"
    PIX = "pix"
    CREDIT = "credito"
    DEBIT = "debito"
