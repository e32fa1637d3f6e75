"""What accounts and signing in refuse."""

from cashhaven_domain.shared.errors import (
    AccessDenied,
    Conflict,
    InvalidInput,
    NotFound,
    NotSignedIn,
)


class UserNotFound(NotFound):
    """No such user, or one that was removed."""

    code = "USER_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("Usuário não encontrado")


class UsernameTaken(Conflict):
    """Another user signs in under this name, or one that differs only in its letters' case."""

    code = "USERNAME_TAKEN"

    def __init__(self) -> None:
        super().__init__("Já existe um usuário com este nome de usuário")


class WeakPassword(InvalidInput):
    """The new password would be guessed; one sentence for each reason."""

    code = "WEAK_PASSWORD"


class WrongPassword(InvalidInput):
    """The present password, asked for to set a new one, is not right."""

    code = "WRONG_PASSWORD"

    def __init__(self) -> None:
        super().__init__("senha_atual: não confere")


class WrongCredentials(NotSignedIn):
    """No such user, or not that password; which of them is nobody's business."""

    code = "WRONG_CREDENTIALS"

    def __init__(self) -> None:
        super().__init__("Usuário ou senha incorretos")


class InvalidToken(AccessDenied):
    """The token is not ours, has run out or was ended; which of them is nobody's business."""

    code = "INVALID_TOKEN"

    def __init__(self) -> None:
        super().__init__("Sessão inválida ou encerrada; entre de novo")


class SetupCodeRequired(AccessDenied):
    """The first account is for whoever can read what the server printed when it started."""

    code = "SETUP_CODE_REQUIRED"

    def __init__(self) -> None:
        super().__init__(
            "O primeiro cadastro precisa do código de instalação que o servidor mostrou"
        )


class OwnAccountRemoval(Conflict):
    """Nobody removes the account that he or she is using."""

    code = "OWN_ACCOUNT_REMOVAL"

    def __init__(self) -> None:
        super().__init__("Você não pode remover o seu próprio usuário")


class LastAdministrator(Conflict):
    """The shop would be left without an administrator."""

    code = "LAST_ADMINISTRATOR"

    def __init__(self) -> None:
        super().__init__("A loja precisa de pelo menos um administrador")
