"""Which parameters exist. Later parts append theirs: an id and a name, once given, are for ever."""

from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cashhaven_domain.parameters.parameter import Definition, Kind, Parameter, ParameterId
from cashhaven_domain.shared.brazil import Phone
from cashhaven_domain.shared.errors import InvalidInput
from cashhaven_domain.shared.quantity import HIGHEST_QUANTITY


def zone(name: str) -> str:
    """Return the name of a time zone that exists.

    Raises:
        InvalidInput: no such zone.
    """
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput("deve ser um fuso horário existente, como America/Sao_Paulo") from None


def _phone(text: str) -> str:
    return str(Phone.parse(text)) if text else text


CATALOGUE: tuple[Definition, ...] = (
    Definition(
        id=ParameterId(1),
        name="whatsapp",
        kind=Kind.BIT,
        default=False,
        description="Envia mensagens pelo WhatsApp",
    ),
    Definition(
        id=ParameterId(2),
        name="estoque_minimo",
        kind=Kind.DECIMAL,
        default=Decimal(5),
        highest=HIGHEST_QUANTITY,
        description="Saldo a partir do qual um produto sem mínimo próprio conta como em falta",
    ),
    Definition(
        id=ParameterId(3),
        name="cpf_estrito",
        kind=Kind.BIT,
        default=False,
        description="Confere os dígitos verificadores do CPF",
    ),
    Definition(
        id=ParameterId(4),
        name="preco_livre",
        kind=Kind.BIT,
        default=False,
        description="Permite que operadores vendam por um preço diferente do cadastrado",
    ),
    Definition(
        id=ParameterId(5),
        name="fuso_horario",
        kind=Kind.TEXT,
        default="America/Sao_Paulo",
        description="Fuso horário da loja, que decide onde começa e termina cada dia",
        check=zone,
    ),
    Definition(
        id=ParameterId(6),
        name="loja_nome",
        kind=Kind.TEXT,
        default="",
        description="Nome da loja",
    ),
    Definition(
        id=ParameterId(7),
        name="loja_telefone",
        kind=Kind.TEXT,
        default="",
        description="Telefone da loja, com DDD",
        check=_phone,
    ),
    Definition(
        id=ParameterId(8),
        name="cancelamento_minutos",
        kind=Kind.INTEGER,
        default=10,
        highest=Decimal(1440),
        description="Por quantos minutos um operador pode cancelar a própria venda",
    ),
    Definition(
        id=ParameterId(9),
        name="senha_minima",
        kind=Kind.INTEGER,
        default=8,
        lowest=Decimal(8),
        highest=Decimal(64),
        description="Quantos caracteres uma senha nova deve ter, no mínimo",
    ),
    Definition(
        id=ParameterId(10),
        name="senha_admin_forte",
        kind=Kind.BIT,
        default=False,
        description="Exige senhas de pelo menos 15 caracteres dos administradores",
    ),
)


def all_parameters(stored: Mapping[ParameterId, tuple[str, int]]) -> list[Parameter]:
    """Return every parameter, by rising id: as stored (its text and version), or as shipped."""
    return [
        Parameter.shipped(definition)
        if definition.id not in stored
        else Parameter(
            definition=definition,
            value=definition.read(stored[definition.id][0]),
            version=stored[definition.id][1],
        )
        for definition in CATALOGUE
    ]
