'use strict';
// Orders and sales: one transaction each, one statement per table, locks in the order of the keys.

const TRIES = 3;
const WORTH_ANOTHER_TRY = new Set(['ER_LOCK_DEADLOCK', 'ER_CHECKREAD']);

// Run the work in a transaction; a refusal undoes it, a deadlock repeats it.
async function inTransaction(pool, work) {
  for (let tries = 1; ; tries++) {
    const connection = await pool.getConnection();
    try {
      await connection.beginTransaction();
      const done = await work(connection);
      if (done.refusal) await connection.rollback();
      else await connection.commit();
      return done;
    } catch (error) {
      await connection.rollback();
      if (tries === TRIES || !WORTH_ANOTHER_TRY.has(error.code)) throw error;
    } finally {
      connection.release();
    }
  }
}

const cents = (amount) => Math.round(amount * 100);
const marks = (rows, mark) => Array(rows).fill(mark).join(',');

// Return the order with each product once and in ascending order, or nothing if it makes no sense.
function readOrder(body) {
  if (!body || !Number.isInteger(body.cliente_id)) return null;
  if (!Array.isArray(body.items) || body.items.length === 0) return null;
  const items = new Map();
  for (const { produto_id, quantidade, preco_unitario } of body.items) {
    if (!Number.isInteger(produto_id) || !(quantidade > 0) || !(preco_unitario >= 0)) return null;
    const same = items.get(produto_id);
    if (same) same.quantidade += quantidade;
    else items.set(produto_id, { produto_id, quantidade, preco_unitario });
  }
  const sorted = [...items.values()].sort((one, other) => one.produto_id - other.produto_id);
  const total = sorted.reduce((sum, it) => sum + cents(it.quantidade * it.preco_unitario), 0);
  if (total !== cents(body.total)) return null;
  const { cliente_id, observacoes = null } = body;
  return { cliente_id, items: sorted, total: total / 100, observacoes };
}

function readSale(body) {
  const { id, venda, inicio, fim, quantidade = 1 } = body ?? {};
  if (!Number.isInteger(id) || !(venda >= 0) || !(quantidade > 0)) return null;
  const [began, ended] = [new Date(inicio), new Date(fim)];
  if (!(began <= ended) || ended - Date.now() > 300_000) return null;
  const total = cents(venda * quantidade) / 100;
  return { items: [{ produto_id: id, quantidade }], venda, quantidade, began, ended, total };
}

// Lock the products and answer with a refusal unless each has what is taken.
async function take(connection, items) {
  const ids = items.map((item) => item.produto_id);
  const [rows] = await connection.execute(
    `SELECT id, saldo FROM produtos WHERE id IN (${marks(ids.length, '?')}) ORDER BY id FOR UPDATE`,
    ids);
  const balances = new Map(rows.map((row) => [row.id, row.saldo]));
  for (const { produto_id, quantidade } of items) {
    const saldo = balances.get(produto_id);
    if (saldo === undefined) return { status: 404, refusal: `Produto ${produto_id} não cadastrado` };
    if (saldo < quantidade) return { status: 409, refusal: `Produto ${produto_id} sem estoque` };
  }
  const cases = items.map(() => 'WHEN ? THEN ?').join(' ');
  await connection.execute(
    `UPDATE produtos SET saldo = saldo - CASE id ${cases} END WHERE id IN (${marks(ids.length, '?')})`,
    [...items.flatMap((item) => [item.produto_id, item.quantidade]), ...ids]);
  return { balances };
}

async function note(connection, items, kind, id) {
  await connection.execute(
    `INSERT INTO estoque_movimentos (produto_id, tipo, origem_id, quantidade)
     VALUES ${marks(items.length, '(?,?,?,?)')}`,
    items.flatMap((item) => [item.produto_id, kind, id, -item.quantidade]));
}

async function publish(connection, kind, id, payload) {
  await connection.execute(
    'INSERT INTO eventos_outbox (tipo, agregado_id, payload) VALUES (?,?,?)',
    [kind, id, JSON.stringify(payload)]);
}

async function placeOrder(connection, order, user) {
  const [clients] = await connection.execute(
    'SELECT id FROM clientes WHERE id = ?', [order.cliente_id]);
  if (!clients.length) return { status: 404, refusal: 'Cliente não cadastrado' };
  const taken = await take(connection, order.items);
  if (taken.refusal) return taken;
  const [{ insertId: id }] = await connection.execute(
    'INSERT INTO pedidos (cliente_id, usuario_id, total, observacoes) VALUES (?,?,?,?)',
    [order.cliente_id, user.id, order.total, order.observacoes]);
  await connection.execute(
    `INSERT INTO pedido_itens (pedido_id, produto_id, quantidade, preco_unitario)
     VALUES ${marks(order.items.length, '(?,?,?,?)')}`,
    order.items.flatMap((it) => [id, it.produto_id, it.quantidade, it.preco_unitario]));
  await note(connection, order.items, 'pedido', id);
  await publish(connection, 'order.created', id, { pedido: id, ...order });
  return { id, total: order.total };
}

async function registerSale(connection, sale, user) {
  const taken = await take(connection, sale.items);
  if (taken.refusal) return taken;
  const [{ produto_id }] = sale.items;
  const [{ insertId: id }] = await connection.execute(
    `INSERT INTO vendas (produto_id, quantidade, preco_unitario, total, inicio, fim, usuario_id)
     VALUES (?,?,?,?,?,?,?)`,
    [produto_id, sale.quantidade, sale.venda, sale.total, sale.began, sale.ended, user.id]);
  await note(connection, sale.items, 'venda', id);
  const saldo = taken.balances.get(produto_id) - sale.quantidade;
  const done = { id, produto_id, quantidade: sale.quantidade, total: sale.total, saldo };
  await publish(connection, 'sale.registered', id, done);
  return done;
}

module.exports = { inTransaction, placeOrder, readOrder, readSale, registerSale };
