"""The passwords that attackers try first: those of the zxcvbn project, and Brazil's own."""

import re
from functools import cached_property

from cashhaven_domain.shared.text import fold
from cashhaven_domain.users.ports import CommonPasswords

# What Brazilians begin their passwords with; the lists of leaked ones are mostly English.
BRAZILIAN_WORDS = frozenset(
    """
    abacaxi abracadabra acesso admin administrador alegria alemanha amarelo amigo amizade amor
    amorzinho aniversario anjinho aparecida atletico azul bahia batata bebezinho beijinho beleza
    benfica biscoito bolinha botafogo brasil brasileiro brasilia cachorrinho cachorro caminho
    campeao carinho carnaval carro casa cavalo chocolate churrasco cidade computador confianca
    coracao corinthians coritiba criciuma cruzeiro cuiaba curitiba deus deusefiel diamante
    dinheiro eletronica empresa escola esperanca estrela eteamo eternamente familia felicidade
    feliz ferrari figueirense flamengo flores floresta fluminense fortaleza futebol galinha
    gatinha gatinho goias gremio guarana guitarra hexacampeao inter internacional jesus
    jesuscristo jesuseteama jesusteama juventus laranja liberdade loja lojista londrina macaco
    mamae maravilha mengao mercado minhasenha morango mudar musica namorada namorado natal
    nautico novasenha obrigado padaria palmeiras papai paraiba parana passarinho password
    paysandu pequena perfeito pernambuco pinheiro planeta portugal praia preto primavera
    princesa querida querido recife regina riodejaneiro salvador santacruz santos saopaulo
    saopaulofc saudade segredo seguro senha senhaforte senhasegura sextou sistema soberano
    soudedeus sucesso suporte teamo teamomuito tecnico tesouro tricolor trocar trocarsenha
    trocasenha usuario vasco vascodagama venda vendas vermelho vida vitoria xavier zebra
    """.split()  # noqa: SIM905 - four hundred quotation marks would hide the words
)


class ZxcvbnCommonPasswords(CommonPasswords):
    """Thirty thousand leaked passwords, and Brazilian words with only digits around."""

    def hold(self, password: str) -> bool:
        """See the port."""
        return password.casefold() in self._leaked or core_of(password) in BRAZILIAN_WORDS

    @cached_property
    def _leaked(self) -> frozenset[str]:
        # Thirteen megabytes; most processes never see a new password.
        from zxcvbn.frequency_lists import FREQUENCY_LISTS

        return frozenset(FREQUENCY_LISTS["passwords"])


def core_of(password: str) -> str:
    """Return what stays without case, accents, punctuation, and digits before and behind."""
    return re.sub(r"[\W_]", "", fold(password)).strip("0123456789")
