"""The states of an order, and which follows which."""

from collections.abc import Mapping
from enum import StrEnum


class OrderStatus(StrEnum):
    """How far an order has come."""

    RECEIVED = "recebido"
    PREPARING = "em_preparo"
    READY = "pronto"
    DELIVERED = "entregue"
    CANCELLED = "cancelado"


NEXT: Mapping[OrderStatus, OrderStatus] = {
    OrderStatus.RECEIVED: OrderStatus.PREPARING,
    OrderStatus.PREPARING: OrderStatus.READY,
    OrderStatus.READY: OrderStatus.DELIVERED,
}


def may_follow(present: OrderStatus, wanted: OrderStatus, *, may_cancel_delivered: bool) -> bool:
    """Whether an order may go from the one state to the other."""
    if wanted is not OrderStatus.CANCELLED:
        return NEXT.get(present) is wanted
    if present is OrderStatus.DELIVERED:
        return may_cancel_delivered
    return present is not OrderStatus.CANCELLED
