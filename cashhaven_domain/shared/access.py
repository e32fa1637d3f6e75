"""Who acts, and what they may do."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import NewType, Self

from cashhaven_domain.shared.errors import AccessDenied

UserId = NewType("UserId", int)


class Permission(Enum):
    """Something that a use case asks for before it does anything."""

    OWN_ACCOUNT = auto()
    MANAGE_USERS = auto()
    SEE_CLIENTS = auto()
    KEEP_CLIENTS = auto()
    REMOVE_CLIENTS = auto()
    SEE_STOCK = auto()
    SEE_PURCHASE_PRICES = auto()
    KEEP_STOCK = auto()
    SEE_SALES = auto()
    SELL = auto()
    CANCEL_ANY_SALE = auto()
    CHARGE_ANOTHER_PRICE = auto()
    SEE_ORDERS = auto()
    TAKE_ORDERS = auto()
    CANCEL_DELIVERED_ORDERS = auto()
    RECORD_FISCAL_ANSWERS = auto()
    SEE_PARAMETERS = auto()
    CHANGE_PARAMETERS = auto()
    NOTIFY = auto()
    NOTIFY_EVERYBODY = auto()
    RAISE_ALERTS = auto()


OPERATOR_PERMISSIONS = frozenset(
    {
        Permission.OWN_ACCOUNT,
        Permission.SEE_CLIENTS,
        Permission.KEEP_CLIENTS,
        Permission.SEE_STOCK,
        Permission.SEE_SALES,
        Permission.SELL,
        Permission.SEE_ORDERS,
        Permission.TAKE_ORDERS,
        Permission.RECORD_FISCAL_ANSWERS,
        Permission.SEE_PARAMETERS,
        Permission.NOTIFY,
    }
)


class PasswordChangeRequired(AccessDenied):
    """The password is a one-time one: its owner must set another before anything else."""

    code = "PASSWORD_CHANGE_REQUIRED"

    def __init__(self) -> None:
        super().__init__("Troque a senha provisória antes de continuar")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever asks for something, through whichever door."""

    user_id: UserId
    name: str
    administrator: bool = False
    must_change_password: bool = False

    @classmethod
    def system(cls) -> Self:
        """Return the shop's own hand: the command line and work that nobody asked for."""
        return cls(user_id=UserId(0), name="sistema", administrator=True)

    def may(self, permission: Permission) -> bool:
        """Whether this actor has the permission."""
        if self.must_change_password and permission is not Permission.OWN_ACCOUNT:
            return False
        return self.administrator or permission in OPERATOR_PERMISSIONS

    def require(self, permission: Permission) -> None:
        """Go on only with the permission.

        Raises:
            PasswordChangeRequired: a one-time password must be replaced first.
            AccessDenied: the actor may not do this.
        """
        if self.may(permission):
            return
        if self.must_change_password:
            raise PasswordChangeRequired()
        raise AccessDenied()
