'use strict';
// The contract's busiest routes on Express and mysql2, written with care: it is what ours is
// compared with, so whatever makes it slower without need would flatter ours.
const crypto = require('node:crypto');
const argon2 = require('argon2');
const etag = require('etag');
const express = require('express');
const jwt = require('jsonwebtoken');
const mysql = require('mysql2/promise');
const { inTransaction, placeOrder, readOrder, readSale, registerSale } = require('./writes');

// Given a text, jsonwebtoken first tries to read it as a public key, at every verification.
const KEY = crypto.createSecretKey(Buffer.from(process.env.JWT_SECRET));
// Ours remembers the tokens that it has verified until they expire, so this side does too.
const MOST_TOKENS = 10_000;
const verified = new Map();

const pool = mysql.createPool({
  host: process.env.DB_HOST,
  port: Number(process.env.DB_PORT),
  user: process.env.DB_USER,
  password: process.env.DB_PASSWORD,
  database: process.env.DB_NAME,
  connectionLimit: 10,
  decimalNumbers: true,
});

function userOf(token) {
  const known = verified.get(token);
  if (known && known.exp * 1000 > Date.now()) return known;
  verified.delete(token);
  const user = jwt.verify(token, KEY, { algorithms: ['HS256'] });
  if (verified.size >= MOST_TOKENS) verified.delete(verified.keys().next().value);
  verified.set(token, user);
  return user;
}

function authenticated(request, reply, next) {
  const given = request.headers.authorization;
  if (!given || !given.startsWith('Bearer ')) {
    return reply.status(401).json({ success: false, erro: 'Token não fornecido' });
  }
  try {
    request.user = userOf(given.slice(7));
  } catch {
    return reply.status(403).json({ success: false, erro: 'Token inválido ou expirado' });
  }
  next();
}

const handled = (handler) => (request, reply, next) => handler(request, reply).catch(next);

async function signIn(request, reply) {
  const { usuario, senha } = request.body;
  if (typeof usuario !== 'string' || typeof senha !== 'string') {
    return reply.status(400).json({ success: false, erro: 'Dados inválidos' });
  }
  const [[user]] = await pool.execute(
    'SELECT id, nome, senha_hash, cargo FROM usuarios WHERE usuario = ?', [usuario]);
  if (!user || !(await argon2.verify(user.senha_hash, senha))) {
    return reply.status(401).json({ success: false, erro: 'Credenciais inválidas' });
  }
  const claims = { id: user.id, usuario, cargo: user.cargo };
  const token = jwt.sign(claims, KEY, { algorithm: 'HS256', expiresIn: '12h' });
  reply.json({ success: true, token, id: user.id, nome: user.nome, cargo: user.cargo });
}

const PRODUCTS = 'SELECT id, nome AS produto, preco_venda AS venda, saldo, fornecedor FROM produtos';

// The fingerprint costs a pass over the text, so only those who ask by it pay for it.
function sendList(request, reply, rows) {
  const text = JSON.stringify({ success: true, data: rows });
  if (request.headers['if-none-match']) reply.set('ETag', etag(text, { weak: true }));
  reply.type('application/json').send(text);
}

async function listProducts(request, reply) {
  const [rows] = await pool.execute(PRODUCTS);
  sendList(request, reply, rows);
}

async function searchProducts(request, reply) {
  const [rows] = await pool.execute(
    `${PRODUCTS} WHERE nome LIKE ?`, [`%${request.query.nome ?? ''}%`]);
  sendList(request, reply, rows);
}

async function findClient(request, reply) {
  const [[client]] = await pool.execute(
    'SELECT id, nome, cpf, telefone FROM clientes WHERE cpf = ?', [String(request.query.cpf)]);
  if (!client) return reply.status(404).json({ success: false, erro: 'Cliente não cadastrado' });
  reply.json({ success: true, data: client });
}

const created = (read, write) => async (request, reply) => {
  const wanted = read(request.body);
  if (!wanted) return reply.status(400).json({ success: false, erro: 'Dados inválidos' });
  const done = await inTransaction(pool, (connection) => write(connection, wanted, request.user));
  if (done.refusal) return reply.status(done.status).json({ success: false, erro: done.refusal });
  reply.status(201).json({ success: true, data: done });
};

const app = express();
app.disable('x-powered-by');
app.set('etag', false);
app.use(express.json());
app.get('/health/live', (request, reply) => reply.json({ status: 'pass' }));
app.post('/api/auth/login', handled(signIn));
app.use('/api', authenticated);
app.get('/api/stock/all', handled(listProducts));
app.get('/api/stock/serach/name', handled(searchProducts));
app.get('/api/client/serach', handled(findClient));
app.post('/api/order/create', handled(created(readOrder, placeOrder)));
app.post('/api/sale/forsale', handled(created(readSale, registerSale)));
app.use((error, request, reply, next) => {
  if (error.status) return reply.status(error.status).json({ success: false, erro: error.message });
  console.error(error);
  reply.status(500).json({ success: false, erro: 'Erro interno' });
});
app.listen(Number(process.env.PORT), '127.0.0.1');
