"""Events as sentences, for people at a terminal."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

from cashhaven_app.watching.shop_api import Product
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity

Data: TypeAlias = Mapping[str, Any]

TOPICS: Final[Mapping[str, str]] = {
    "stock": "estoque",
    "sales": "vendas",
    "orders": "pedidos",
    "whatsapp": "whatsapp",
    "params": "parâmetros",
    "system": "sistema",
    "user": "recados",
}
_WIDTH = max(map(len, TOPICS.values()))
_STATUSES = {"em_preparo": "em preparo"}
_DELIVERIES = {"local": "comer aqui", "retirada": "retirada", "entrega": "entrega"}
_KINDS = {"pdv": "os caixas", "cozinha": "a cozinha", "painel": "os painéis", "app": "o aplicativo"}


class Narrator:
    """Says what happened; it remembers what the products are called."""

    def __init__(self) -> None:
        self._products: dict[int, Product] = {}

    def know(self, products: Mapping[int, Product]) -> None:
        """Take these for all the products that there are."""
        self._products = dict(products)

    def line(self, event: Data) -> str:
        """Return the line for an event: time of day, topic, and what happened."""
        at = datetime.fromisoformat(event["at"]).astimezone()
        topic = TOPICS.get(event["topic"], event["topic"])
        return f"{at:%H:%M:%S}  {topic:{_WIDTH}}  {_on_one_line(self.sentence(event))}"

    def sentence(self, event: Data) -> str:
        """Return what happened; of what nobody told this program about, what came of it."""
        told = _SENTENCES.get(event["event"])
        data = event["data"]
        if told is None:
            return f"{event['event']} {json.dumps(data, ensure_ascii=False, default=str)}"
        return told(self, data)

    def _balances(self, data: Data) -> str:
        return "saldo: " + "; ".join(map(self._balance, data["itens"]))

    def _balance(self, item: Data) -> str:
        product = self._products.get(item["produto_id"])
        name = f"produto {item['produto_id']}" if product is None else product.name
        unit = "" if product is None else f" {product.unit}"
        low = " (baixo)" if item["estoque_baixo"] else ""
        return f"{name} {_amount(item['saldo'])}{unit}{low}"

    def _low(self, data: Data) -> str:
        unit = data["unidade"]
        return (
            f"estoque baixo: {data['produto']}, {_amount(data['saldo'])} {unit}"
            f" (mínimo {_amount(data['minimo'])})"
        )

    def _product(self, data: Data) -> str:
        change, name, unit = data["mudanca"], data["produto"], data["unidade"]
        if change == "removido":
            self._products.pop(data["id"], None)
            return f"produto removido: {name}"
        self._products[data["id"]] = Product(name, unit)
        word = {"incluido": "incluído"}.get(change, change)
        return f"produto {word}: {name}, {_money(data['venda'])}, {_amount(data['saldo'])} {unit}"

    def _sale(self, data: Data) -> str:
        paid = "" if data["pagamento"] is None else f", {data['pagamento']}"
        return f"venda {data['id']}: {_goods(data)}, {_money(data['total'])}{paid}"

    def _cancelled_sale(self, data: Data) -> str:
        why = data["cancelada"]["motivo"]
        goods = "de volta ao estoque" if data["estoque_devolvido"] else "mercadoria perdida"
        return f"venda {data['id']} cancelada: {_goods(data)}, {_money(data['total'])}, {goods}" + (
            "" if why is None else f" ({why})"
        )

    def _order(self, data: Data) -> str:
        parts = [", ".join(map(_goods, data["items"])), _money(data["total"])]
        if data["entrega"] is not None:
            kind = data["entrega"]["tipo"]
            parts.append(_DELIVERIES.get(kind, kind))
        if data["observacoes"] is not None:
            parts.append(f"“{data['observacoes']}”")
        return f"pedido {data['pedido']}: {', '.join(parts)}"

    def _order_step(self, data: Data) -> str:
        before, status = (_STATUSES.get(data[key], data[key]) for key in ("anterior", "status"))
        return f"pedido {data['pedido']}: {before} → {status}"

    def _fiscal(self, data: Data) -> str:
        number = "" if data["nfe"] is None else f", NF-e {data['nfe']}"
        why = "" if data["motivo"] is None else f" ({data['motivo']})"
        return f"pedido {data['pedido']}: documento fiscal {data['status']}{number}{why}"

    def _parameter(self, data: Data) -> str:
        if data["bit"] is not None:
            value = "ligado" if data["bit"] else "desligado"
        else:
            value = _amount(data["valor"]) if _is_number(data["valor"]) else str(data["valor"])
        return f"parâmetro {data['parametro']}: {value}"

    def _alert(self, data: Data) -> str:
        return f"alerta ({data['nivel']}): {data['mensagem']}"

    def _notification(self, data: Data) -> str:
        kind = data["para"]["cliente"]
        whom = "" if kind is None else f" para {_KINDS.get(kind, kind)}"
        title = "" if data["titulo"] is None else f"{data['titulo']}: "
        urgent = "" if data["nivel"] == "info" else f" ({data['nivel']})"
        return f"{data['de']['nome']}{whom}{urgent}: {title}{data['texto']}"


_SENTENCES: Mapping[str, Callable[[Narrator, Data], str]] = {
    "stock.balance_changed": Narrator._balances,
    "stock.low": Narrator._low,
    "stock.product_changed": Narrator._product,
    "sale.registered": Narrator._sale,
    "sale.cancelled": Narrator._cancelled_sale,
    "order.created": Narrator._order,
    "order.status_changed": Narrator._order_step,
    "order.fiscal_updated": Narrator._fiscal,
    "param.changed": Narrator._parameter,
    "system.alert": Narrator._alert,
    "notification": Narrator._notification,
}


def _goods(data: Data) -> str:
    name = f"produto {data['produto_id']}" if data["produto"] is None else data["produto"]
    return f"{_amount(data['quantidade'])} × {name}"


def _money(value: Decimal | int) -> str:
    return str(Money(Decimal(value)))


def _amount(value: Decimal | int) -> str:
    return str(Quantity(Decimal(value)))


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal)


def _on_one_line(text: str) -> str:
    """Return the text without what would move the cursor or colour the terminal."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
