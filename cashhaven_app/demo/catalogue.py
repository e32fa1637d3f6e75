"""What the example shop sells, and to whom. All persons and numbers are invented."""

from dataclasses import dataclass

from cashhaven_domain.shared.brazil import Cep, Cpf, Phone
from cashhaven_domain.shared.money import Money
from cashhaven_domain.shared.quantity import Quantity, Unit


@dataclass(frozen=True, slots=True)
class Article:
    """One product: its prices, how much of it is delivered at a time, how often it is asked for."""

    name: str
    supplier: str
    bought: Money
    sold: Money
    delivery: Quantity
    popularity: int
    unit: Unit = Unit.PIECE


@dataclass(frozen=True, slots=True)
class Guest:
    """One client."""

    name: str
    cpf: Cpf
    phone: Phone
    email: str | None
    street: str
    number: str
    district: str
    cep: Cep


def _article(line: str) -> Article:
    name, supplier, bought, sold, delivery, popularity, *unit = (
        part.strip() for part in line.split("|")
    )
    return Article(
        name,
        supplier,
        Money.of(bought),
        Money.of(sold),
        Quantity.of(delivery),
        int(popularity),
        Unit(unit[0]) if unit else Unit.PIECE,
    )


ARTICLES = tuple(
    _article(line)
    for line in """
    Açaí 300ml              | Polpas do Norte      |  6.20 | 14.00 | 120 | 14
    Açaí 500ml              | Polpas do Norte      |  9.10 | 19.90 | 120 | 18
    Açaí 700ml              | Polpas do Norte      | 12.40 | 26.00 |  80 |  8
    Açaí no quilo           | Polpas do Norte      | 21.50 | 59.90 |  30 |  9 | kg
    Cupuaçu 300ml           | Polpas do Norte      |  6.90 | 15.00 |  40 |  3
    Granola da casa 40g     | Cereais Serra Azul   |  0.80 |  2.50 | 150 | 10
    Leite em pó 20g         | Cereais Serra Azul   |  0.60 |  2.00 | 150 |  9
    Paçoca esfarelada 30g   | Doces Dona Nena      |  0.70 |  2.50 | 100 |  6
    Banana fatiada          | Hortifruti Bela Safra|  0.50 |  2.00 | 120 |  8
    Morango fatiado         | Hortifruti Bela Safra|  1.60 |  4.00 |  80 |  7
    Leite condensado 30g    | Doces Dona Nena      |  0.90 |  3.00 | 120 | 10
    Creme de avelã 30g      | Doces Dona Nena      |  2.10 |  5.50 |  80 |  6
    Mel de laranjeira 30g   | Apiário Vale Verde   |  1.80 |  4.50 |  60 |  3
    Tapioca com queijo      | Laticínios Mirante   |  4.10 | 12.00 |  60 |  6
    Tapioca com coco        | Laticínios Mirante   |  3.40 | 11.00 |  50 |  4
    Pão de queijo           | Laticínios Mirante   |  1.30 |  4.00 | 160 | 14
    Coxinha de frango       | Salgados da Praça    |  2.40 |  7.00 | 120 | 11
    Coxinha de jaca         | Salgados da Praça    |  2.60 |  7.50 |  50 |  4
    Empada de palmito       | Salgados da Praça    |  2.90 |  8.00 |  60 |  5
    Esfirra de carne        | Salgados da Praça    |  2.20 |  6.50 |  80 |  6
    Misto quente            | Laticínios Mirante   |  4.00 | 11.00 |  50 |  5
    Bolo de cenoura, fatia  | Doces Dona Nena      |  2.80 |  9.00 |  40 |  5
    Bolo de fubá, fatia     | Doces Dona Nena      |  2.30 |  8.00 |  40 |  4
    Brigadeiro              | Doces Dona Nena      |  1.10 |  4.00 | 120 |  9
    Queijo minas            | Laticínios Mirante   | 28.00 | 46.90 |  12 |  3 | kg
    Café coado              | Torrefação Boa Manhã |  0.90 |  4.00 | 200 | 15
    Café com leite          | Torrefação Boa Manhã |  1.60 |  6.00 | 150 | 10
    Cappuccino              | Torrefação Boa Manhã |  2.70 |  9.50 |  80 |  5
    Café em grãos 250g      | Torrefação Boa Manhã | 16.00 | 29.90 |  20 |  2
    Suco de laranja 400ml   | Hortifruti Bela Safra|  3.50 | 10.00 |  90 |  9
    Suco de maracujá 400ml  | Hortifruti Bela Safra|  3.20 | 10.00 |  70 |  6
    Vitamina de banana      | Hortifruti Bela Safra|  3.00 | 11.00 |  50 |  4
    Água mineral 500ml      | Bebidas Três Rios    |  1.10 |  4.00 | 200 | 12
    Água com gás 500ml      | Bebidas Três Rios    |  1.30 |  4.50 | 120 |  6
    Refrigerante lata       | Bebidas Três Rios    |  2.60 |  6.50 | 200 | 10
    Guaraná natural 300ml   | Bebidas Três Rios    |  2.40 |  7.00 |  90 |  6
    Chá gelado 300ml        | Bebidas Três Rios    |  2.20 |  6.50 |  80 |  5
    Água de coco 300ml      | Bebidas Três Rios    |  3.10 |  8.00 |  80 |  6
    Castanha de caju        | Cereais Serra Azul   | 52.00 | 89.90 |   8 |  2 | kg
    Caneca da casa          | Cerâmica Barro Vivo  | 18.00 | 39.90 |  15 |  1
    """.strip().splitlines()
)

_NAMES = """
Adriana Monteiro, Alfredo Bastos, Beatriz Fontana, Caio Drummond, Cecília Amaral, Danilo Esteves,
Débora Quintana, Elias Nogueira, Fabiana Leal, Gustavo Pimentel, Heloísa Vidal, Ícaro Bandeira,
Jandira Falcão, João Otávio Reis, Karina Duarte, Leandro Siqueira, Lívia Peçanha, Márcio Valadão,
Nair Figueira, Otávio Linhares, Priscila Godói, Rafael Sant'Anna, Sônia Brandão, Tadeu Moraes,
Úrsula Camargo, Vera Lúcia Prado, Zélia Arruda
"""
_STREETS = (
    "Rua das Acácias",
    "Rua do Mercado",
    "Travessa do Sol",
    "Avenida Brasil",
    "Rua São Jorge",
)


def _invented_cpf(number: int) -> Cpf:
    """Return a number with right check digits, in a range that looks as made up as it is."""
    start = f"000{number:06d}"
    return next(
        cpf
        for cpf in (Cpf(f"{start}{digits:02d}") for digits in range(100))
        if cpf.has_right_check_digits
    )


def _guests() -> tuple[Guest, ...]:
    names = (name.strip() for name in _NAMES.split(","))
    return tuple(
        Guest(
            name=name,
            cpf=_invented_cpf(100_000 + 317 * i),
            phone=Phone.parse(f"(11) 90000-{1000 + 37 * i:04d}"),
            email=f"cliente{i}@loja.example" if i % 3 == 0 else None,
            street=_STREETS[i % len(_STREETS)],
            number=str(11 + 13 * i),
            district="Centro" if i % 2 else "Vila Nova",
            cep=Cep(f"{1_000_000 + 111 * i:08d}"),
        )
        for i, name in enumerate(names, start=1)
    )


GUESTS = _guests()
