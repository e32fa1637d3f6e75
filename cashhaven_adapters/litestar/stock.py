"""The routes of the stock."""

from litestar import Controller, Response, delete, get, post, put, route
from litestar.params import JSONBody

from cashhaven_adapters.litestar.authentication import CurrentActor
from cashhaven_adapters.litestar.caching import cached, cached_as_written
from cashhaven_adapters.litestar.idempotency import IdempotencyKey
from cashhaven_adapters.litestar.injection import Injected
from cashhaven_adapters.litestar.product_lists import ProductLists
from cashhaven_adapters.litestar.queries import Query
from cashhaven_adapters.litestar.routes import AnyRequest, Level, PathId, both, declared
from cashhaven_adapters.litestar.schemas.stock import (
    MovementIn,
    MovementListQuery,
    MovementOut,
    PricedProductOut,
    PriceListQuery,
    PriceOut,
    ProductChangeIn,
    ProductIdQuery,
    ProductIn,
    ProductSearchQuery,
    ShownProduct,
    StockMovedOut,
    shown,
)
from cashhaven_adapters.litestar.stream_positions import ReadPosition, position_header
from cashhaven_adapters.litestar.wire import (
    Done,
    PageQuery,
    Reply,
    WireResponse,
    done,
    listed,
    reply,
    settled,
)
from cashhaven_domain.shared.errors import StaleAggregate
from cashhaven_domain.stock.errors import BalanceBelowZero, DuplicateProduct, ProductNotFound
from cashhaven_domain.stock.product import ProductId
from cashhaven_domain.stock.use_cases.add_product import AddProduct
from cashhaven_domain.stock.use_cases.find_product import FindProduct
from cashhaven_domain.stock.use_cases.list_low_stock import ListLowStock
from cashhaven_domain.stock.use_cases.list_movements import ListMovements
from cashhaven_domain.stock.use_cases.list_prices import ListPrices
from cashhaven_domain.stock.use_cases.list_products import ListProducts
from cashhaven_domain.stock.use_cases.move_stock import MoveStock
from cashhaven_domain.stock.use_cases.remove_product import RemoveProduct
from cashhaven_domain.stock.use_cases.search_products import SearchProducts
from cashhaven_domain.stock.use_cases.update_product import UpdateProduct


class StockController(Controller):
    """Estoque."""

    path = "/api/stock"
    tags = ("Estoque",)

    @get(
        "/all",
        operation_id="list_products",
        summary="Lista os produtos",
        opt=declared(Level.USER, errors=[], cached=True, positioned=True),
    )
    async def list_products(
        self,
        request: AnyRequest,
        actor: CurrentActor,
        filters: Query[PageQuery],
        list_products: Injected[ListProducts],
        product_lists: Injected[ProductLists],
        stream_position: Injected[ReadPosition],
    ) -> Response[Reply[list[ShownProduct]]]:
        """`compra` e `margem` são vistas só por administradores."""
        header = position_header(await stream_position())
        found = await list_products(actor, filters.page())
        return cached_as_written(request, await product_lists.reply(found), header)

    @get(
        both("/serach/id"),
        operation_id="find_product",
        summary="Busca um produto pelo número",
        opt=declared(Level.USER, errors=[ProductNotFound], cached=True),
    )
    async def find(
        self,
        request: AnyRequest,
        actor: CurrentActor,
        filters: Query[ProductIdQuery],
        find_product: Injected[FindProduct],
    ) -> Response[Reply[ShownProduct]]:
        """`compra` e `margem` são vistas só por administradores."""
        product = await find_product(actor, ProductId(filters.id))
        return cached(request, reply(shown(product)), actor)

    @get(
        both("/serach/name"),
        operation_id="search_products",
        summary="Procura produtos pelo nome",
        opt=declared(Level.USER, errors=[], cached=True),
    )
    async def search(
        self,
        request: AnyRequest,
        actor: CurrentActor,
        filters: Query[ProductSearchQuery],
        search_products: Injected[SearchProducts],
        product_lists: Injected[ProductLists],
    ) -> Response[Reply[list[ShownProduct]]]:
        """Por parte do nome, sem distinguir maiúsculas e acentos; o mais parecido vem primeiro."""
        found = await search_products(actor, filters.to_query())
        return cached_as_written(request, await product_lists.reply(found))

    @get(
        "/low",
        operation_id="list_low_stock",
        summary="Lista o que está acabando",
        opt=declared(Level.USER, errors=[]),
    )
    async def low(
        self,
        actor: CurrentActor,
        filters: Query[PageQuery],
        list_low_stock: Injected[ListLowStock],
        product_lists: Injected[ProductLists],
    ) -> Response[Reply[list[ShownProduct]]]:
        """Saldo igual ou abaixo do mínimo: o do produto ou, sem ele, o da loja."""
        found = await list_low_stock(actor, filters.page())
        return WireResponse((await product_lists.reply(found)).body)  # type: ignore[arg-type]  # the content, encoded already

    @post(
        "/insert",
        operation_id="add_product",
        summary="Cadastra um produto",
        opt=declared(Level.ADMINISTRATOR, errors=[DuplicateProduct], keyed=True),
    )
    async def add(
        self,
        actor: CurrentActor,
        data: JSONBody[ProductIn],
        operation_key: IdempotencyKey,
        add_product: Injected[AddProduct],
    ) -> Response[Reply[PricedProductOut]]:
        """O saldo inicial entra no histórico como `abertura`."""
        added = await add_product(actor, data.to_command(operation_key))
        return settled(added, PricedProductOut.of, message="Produto cadastrado")

    @route(
        "/update/sd",
        http_method=["POST", "PUT"],
        status_code=200,
        operation_id="move_stock",
        summary="Movimenta o estoque",
        opt=declared(
            Level.ADMINISTRATOR,
            errors=[ProductNotFound, BalanceBelowZero, DuplicateProduct],
            keyed=True,
        ),
    )
    async def move(
        self,
        actor: CurrentActor,
        data: JSONBody[MovementIn],
        operation_key: IdempotencyKey,
        move_stock: Injected[MoveStock],
    ) -> Response[Reply[StockMovedOut]]:
        """`entrada` soma, `saida` e `perda` subtraem, `ajuste` põe o saldo contado."""
        moved = await move_stock(actor, data.to_command(operation_key))
        return settled(moved, StockMovedOut.of, message="Estoque atualizado")

    @put(
        "/update/product",
        operation_id="update_product",
        summary="Altera um produto",
        opt=declared(
            Level.ADMINISTRATOR, errors=[ProductNotFound, DuplicateProduct, StaleAggregate]
        ),
    )
    async def update(
        self,
        actor: CurrentActor,
        data: JSONBody[ProductChangeIn],
        update_product: Injected[UpdateProduct],
    ) -> Reply[PricedProductOut]:
        """Muda só o que for enviado; um novo preço vale só para novas vendas."""
        product = await update_product(actor, data.to_command())
        return reply(PricedProductOut.of(product), message="Produto atualizado")

    @delete(
        "/delete/{product_id:int}",
        status_code=200,
        operation_id="remove_product",
        summary="Remove um produto",
        opt=declared(Level.ADMINISTRATOR, errors=[ProductNotFound]),
    )
    async def remove(
        self, product_id: PathId, actor: CurrentActor, remove_product: Injected[RemoveProduct]
    ) -> Done:
        """Sai das listas; os movimentos e os preços continuam disponíveis."""
        await remove_product(actor, ProductId(product_id))
        return done("Produto removido")

    @get(
        "/movements",
        operation_id="list_movements",
        summary="Lista os movimentos do estoque",
        opt=declared(Level.ADMINISTRATOR, errors=[ProductNotFound]),
    )
    async def movements(
        self,
        actor: CurrentActor,
        filters: Query[MovementListQuery],
        list_movements: Injected[ListMovements],
    ) -> Reply[list[MovementOut]]:
        """Do mais novo ao mais antigo; a soma das quantidades de um produto é o seu saldo."""
        page = await list_movements(actor, filters.to_query())
        return listed(page, MovementOut.of_movement)

    @get(
        "/prices",
        operation_id="list_prices",
        summary="Lista os preços que um produto já teve",
        opt=declared(Level.ADMINISTRATOR, errors=[ProductNotFound]),
    )
    async def prices(
        self,
        actor: CurrentActor,
        filters: Query[PriceListQuery],
        list_prices: Injected[ListPrices],
    ) -> Reply[list[PriceOut]]:
        """Do mais antigo ao mais novo."""
        return listed(await list_prices(actor, filters.to_query()), PriceOut.of)
