"""What can be subscribed to, and by whom."""

from collections.abc import Mapping
from enum import StrEnum

from cashhaven_domain.shared.access import Actor, Permission


class Topic(StrEnum):
    """A part of what happens in the shop."""

    STOCK = "stock"
    SALES = "sales"
    ORDERS = "orders"
    WHATSAPP = "whatsapp"
    PARAMS = "params"
    SYSTEM = "system"
    USER = "user"
    """What concerns the user behind the connection alone."""


_NEEDED: Mapping[Topic, Permission] = {
    Topic.STOCK: Permission.SEE_STOCK,
    Topic.SALES: Permission.SEE_SALES,
    Topic.ORDERS: Permission.SEE_ORDERS,
    Topic.WHATSAPP: Permission.SEE_ORDERS,
    Topic.PARAMS: Permission.SEE_PARAMETERS,
    Topic.SYSTEM: Permission.MANAGE_USERS,
    Topic.USER: Permission.OWN_ACCOUNT,
}


def topics_of(actor: Actor) -> tuple[Topic, ...]:
    """Return the topics that the actor may subscribe to."""
    return tuple(topic for topic in Topic if actor.may(_NEEDED[topic]))
