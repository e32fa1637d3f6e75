'use strict';
// Sales told to every screen, on Node's own HTTP server and ws: the least that does it. A sale is one
// row in the outbox, committed, and then a frame to everybody; nothing is kept for who was away.
const crypto = require('node:crypto');
const http = require('node:http');
const jwt = require('jsonwebtoken');
const mysql = require('mysql2/promise');
const { WebSocket, WebSocketServer } = require('ws');

// Given a text, jsonwebtoken first tries to read it as a public key, at every verification.
const KEY = crypto.createSecretKey(Buffer.from(process.env.JWT_SECRET));
const MOST_TOKENS = 10_000;
const HEARTBEAT_MS = 25_000;
const TEXT = { binary: false };
const TOPICS = new Set(['stock', 'sales', 'orders', 'whatsapp', 'params', 'user']);
const verified = new Map();
const hearing = new Map([...TOPICS].map((topic) => [topic, new Set()]));
let offset = 0;

const pool = mysql.createPool({
  host: process.env.DB_HOST,
  port: Number(process.env.DB_PORT),
  user: process.env.DB_USER,
  password: process.env.DB_PASSWORD,
  database: process.env.DB_NAME,
  connectionLimit: 10,
});

// Return who shows the token; ours remembers tokens that it has verified, so this side does too.
function userOf(request) {
  const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
  const known = verified.get(token);
  if (known && known.exp * 1000 > Date.now()) return known;
  verified.delete(token);
  const user = jwt.verify(token, KEY, { algorithms: ['HS256'] });
  if (verified.size >= MOST_TOKENS) verified.delete(verified.keys().next().value);
  verified.set(token, user);
  return user;
}

// The fields, and so the size, of the frame that ours sends.
function publish(topic, event, data) {
  const prev = offset++;
  const frame = Buffer.from(JSON.stringify(
    { type: 'event', topic, event, offset, prev, at: new Date().toISOString(), data }));
  for (const socket of hearing.get(topic)) {
    if (socket.readyState === WebSocket.OPEN) socket.send(frame, TEXT);
  }
}

async function registerSale(sale, user) {
  const { id: produto_id, venda, inicio, fim, quantidade = 1 } = sale;
  if (!Number.isInteger(produto_id) || !(venda >= 0) || !(quantidade > 0)) return null;
  const duracao = Math.round((new Date(fim) - new Date(inicio)) / 1000);
  const data = {
    id: 0, produto_id, produto: `acai morango ${produto_id}`, quantidade, preco_unitario: venda,
    total: venda * quantidade, inicio, fim, duracao_segundos: duracao, operador_id: user.id ?? 1,
    cliente_id: null, pagamento: null, criado_em: new Date().toISOString(), cancelada: null,
  };
  const [{ insertId }] = await pool.execute(
    'INSERT INTO eventos_outbox (tipo, agregado_id, payload) VALUES (?,?,?)',
    ['sale.registered', produto_id, JSON.stringify(data)]);
  data.id = insertId;
  publish('sales', 'sale.registered', data);
  return data;
}

function reply(response, status, body) {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': text.length });
  response.end(text);
}

async function textOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function answer(request, response) {
  if (request.url === '/health/live') return reply(response, 200, { status: 'pass' });
  if (request.method !== 'POST' || request.url !== '/api/sale/forsale') {
    return reply(response, 404, { success: false });
  }
  let user;
  try {
    user = userOf(request);
  } catch {
    return reply(response, 401, { success: false, erro: 'Token inválido ou expirado' });
  }
  const done = await registerSale(JSON.parse(await textOf(request)), user);
  if (!done) return reply(response, 400, { success: false, erro: 'Dados inválidos' });
  reply(response, 201, { success: true, data: done });
}

const server = http.createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    reply(response, 500, { success: false, erro: 'Erro interno' });
  });
});

const sockets = new WebSocketServer({
  noServer: true, path: '/ws', perMessageDeflate: false, maxPayload: 65_536,
});
server.on('upgrade', (request, socket, head) => {
  try {
    userOf(request);
  } catch {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  sockets.handleUpgrade(request, socket, head, welcome);
});

function subscribe(socket, topics) {
  const wanted = topics.filter((topic) => TOPICS.has(topic));
  for (const topic of wanted) hearing.get(topic).add(socket);
  socket.send(JSON.stringify({ type: 'subscribed', topics: wanted, offset }));
}

function welcome(socket) {
  socket.alive = true;
  socket.on('pong', () => { socket.alive = true; });
  socket.on('error', console.error);
  socket.on('close', () => { for (const those of hearing.values()) those.delete(socket); });
  socket.on('message', (text) => {
    const frame = JSON.parse(text);
    if (frame.type === 'subscribe') subscribe(socket, frame.topics);
  });
  socket.send(JSON.stringify({
    type: 'welcome', session: crypto.randomUUID(), epoch: '1', offset, heartbeat_s: 25,
    topics: [...TOPICS],
  }));
}

setInterval(() => {
  for (const socket of sockets.clients) {
    if (!socket.alive) {
      socket.terminate();
      continue;
    }
    socket.alive = false;
    socket.ping();
    socket.send(JSON.stringify({ type: 'heartbeat', offset }));
  }
}, HEARTBEAT_MS);
server.listen({ port: Number(process.env.PORT), host: '127.0.0.1', backlog: 2048 });
