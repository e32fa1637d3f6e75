"""The shop's rules: what its parameters mean to everything else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from decimal import Decimal
from typing import Self
from zoneinfo import ZoneInfo

from cashhaven_domain.parameters.catalogue import CATALOGUE
from cashhaven_domain.parameters.parameter import Parameter
from cashhaven_domain.shared.quantity import Quantity

STRONG_PASSWORD = 15
"""How long a password must be where it is the only thing that guards an administrator's account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopRules:
    """How this shop wants things done, at one moment."""

    minimum_stock: Quantity
    strict_cpf: bool
    free_price: bool
    time_zone: tzinfo
    shop_name: str
    shop_phone: str
    own_cancellation: timedelta
    shortest_password: int
    strong_administrator_password: bool

    @classmethod
    def of(cls, parameters: Iterable[Parameter]) -> Self:
        """Return the rules that these parameters make; one that is left out is as shipped."""
        all_values = {item.name: item.default for item in CATALOGUE}
        all_values |= {item.definition.name: item.value for item in parameters}
        minutes = all_values["cancelamento_minutos"]
        return cls(
            minimum_stock=Quantity(Decimal(all_values["estoque_minimo"])),
            strict_cpf=bool(all_values["cpf_estrito"]),
            free_price=bool(all_values["preco_livre"]),
            time_zone=ZoneInfo(str(all_values["fuso_horario"])),
            shop_name=str(all_values["loja_nome"]),
            shop_phone=str(all_values["loja_telefone"]),
            own_cancellation=timedelta(minutes=int(minutes)),
            shortest_password=int(all_values["senha_minima"]),
            strong_administrator_password=bool(all_values["senha_admin_forte"]),
        )

    def shortest_password_of(self, *, administrator: bool) -> int:
        """Return how many characters a new password of such a user must have."""
        if administrator and self.strong_administrator_password:
            return max(self.shortest_password, STRONG_PASSWORD)
        return self.shortest_password
