"""What the wire says about accounts and sessions."""

from datetime import datetime
from typing import Annotated, Self

import msgspec
from msgspec import UNSET, Meta, UnsetType

from cashhaven_adapters.litestar.fields import Bit, Flag, Id, Name, Secret, Text, Version, bit
from cashhaven_adapters.litestar.readers import Reads, parsed
from cashhaven_adapters.litestar.wire import Body, View
from cashhaven_domain.shared.access import UserId
from cashhaven_domain.shared.changes import UNCHANGED, Unchanged
from cashhaven_domain.users.password import Password
from cashhaven_domain.users.queries import UserView
from cashhaven_domain.users.session import SignedIn
from cashhaven_domain.users.use_cases.register_user import RegisterUserCommand
from cashhaven_domain.users.use_cases.sign_in import SignInCommand, Welcome
from cashhaven_domain.users.use_cases.sign_out import SignOutCommand
from cashhaven_domain.users.use_cases.update_user import UpdateUserCommand
from cashhaven_domain.users.user import ROLE_LENGTH
from cashhaven_domain.users.username import USERNAME_LENGTH, Username

TypedName = Annotated[Name, Meta(examples=["maria"])]
"""A user name at the door: one that cannot be is simply nobody's."""
NewUsername = Annotated[
    str,
    Reads(
        parsed(lambda text: Username.parse(text, field="").typed),
        {"type": "string", "minLength": 1, "maxLength": USERNAME_LENGTH, "pattern": r"\S"},
    ),
    Meta(examples=["maria"]),
]
Role = Annotated[str, Text(ROLE_LENGTH), Meta(examples=["Caixa"])]
OneTime = Annotated[
    bool,
    Meta(description="A senha serve só até que a pessoa escolha outra", examples=[False]),
]


class SignInBody(Body, kw_only=True, frozen=True):
    """Who wants to come in."""

    usuario: TypedName
    senha: Secret

    def to_command(self) -> SignInCommand:
        """Return what is asked for."""
        return SignInCommand(username=self.usuario, password=Password(self.senha))


class WelcomeOut(View, kw_only=True, frozen=True):
    """Who came in, and the token for everything else; the whole reply, without an envelope."""

    success: bool = True
    token: Annotated[str, Meta(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9…"])]
    expiration: datetime
    nome: Annotated[str, Meta(examples=["MARIA SILVA"])]
    id: Annotated[int, Meta(examples=[1])]
    cargo: Annotated[str, Meta(examples=["Caixa"])]
    adm: Bit
    trocar_senha: bool | UnsetType = UNSET

    @classmethod
    def of(cls, view: object) -> Self:
        """Return what the wire shows."""
        assert isinstance(view, Welcome)
        return cls(
            token=view.token.text,
            expiration=view.token.expires_at,
            nome=view.name.upper(),
            id=view.user_id,
            cargo=view.role,
            adm=bit(view.administrator),
            trocar_senha=True if view.must_change_password else UNSET,
        )


class UserIn(Body, kw_only=True, frozen=True):
    """A new account."""

    nome: Name
    nome_usuario: NewUsername
    senha: Secret
    cargo: Role
    adm: Flag = False
    provisoria: OneTime = False

    def to_command(self, setup_code: str | None) -> RegisterUserCommand:
        """Return what is asked for."""
        return RegisterUserCommand(
            name=self.nome,
            username=self.nome_usuario,
            password=Password(self.senha),
            role=self.cargo,
            administrator=self.adm,
            one_time_password=self.provisoria,
            setup_code=setup_code,
        )


class SignOutBody(Body, kw_only=True, frozen=True):
    """Which sessions shall end: this one, or all of this user."""

    todas: Annotated[bool, Meta(examples=[False])] = False

    def to_command(self, session: SignedIn) -> SignOutCommand:
        """Return what is asked for."""
        return SignOutCommand(
            token_id=session.token_id, expires_at=session.expires_at, everywhere=self.todas
        )


class UserChangeIn(Body, kw_only=True, frozen=True):
    """What shall be different about an account; what is not sent stays."""

    id: Id
    nome: Name | UnsetType = UNSET
    cargo: Role | UnsetType = UNSET
    adm: Flag | UnsetType = UNSET
    senha: Secret | UnsetType = UNSET
    user: NewUsername | UnsetType = UNSET
    senha_atual: (
        Annotated[Secret, Meta(description="Obrigatória para trocar a própria senha")] | None
    ) = None
    provisoria: OneTime = False
    versao: Version | None = None

    def to_command(self) -> UpdateUserCommand:
        """Return what is asked for."""
        return UpdateUserCommand(
            user_id=UserId(self.id),
            name=UNCHANGED if self.nome is UNSET else self.nome,
            username=UNCHANGED if self.user is UNSET else self.user,
            role=UNCHANGED if self.cargo is UNSET else self.cargo,
            administrator=UNCHANGED if self.adm is UNSET else self.adm,
            password=_new_password(self.senha),
            present_password=None if self.senha_atual is None else Password(self.senha_atual),
            one_time_password=self.provisoria,
            version=self.versao,
        )


def _new_password(sent: str | UnsetType) -> Password | Unchanged:
    return UNCHANGED if isinstance(sent, UnsetType) else Password(sent)


class UserOut(View, kw_only=True, frozen=True):
    """An account."""

    id: Annotated[int, Meta(examples=[1])]
    name: Annotated[str, Meta(examples=["Maria Silva"])] = msgspec.field(name="nome")
    username: Annotated[str, Meta(examples=["maria"])] = msgspec.field(name="usuario")
    role: Annotated[str, Meta(examples=["Caixa"])] = msgspec.field(name="cargo")
    administrator: Bit = msgspec.field(name="adm")
    version: Annotated[int, Meta(examples=[1])] = msgspec.field(name="versao")

    @classmethod
    def of(cls, view: object) -> Self:
        """Return what the wire shows."""
        assert isinstance(view, UserView)
        return cls(
            id=view.id,
            name=view.name,
            username=view.username,
            role=view.role,
            administrator=bit(view.administrator),
            version=view.version,
        )
