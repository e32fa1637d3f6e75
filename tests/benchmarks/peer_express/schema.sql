-- What the peer keeps: the same facts as ours, each in one row of one table.
CREATE TABLE usuarios (
  id         INT UNSIGNED NOT NULL PRIMARY KEY,
  nome       VARCHAR(100) NOT NULL,
  usuario    VARCHAR(50)  NOT NULL,
  senha_hash VARCHAR(255) NOT NULL,
  cargo      VARCHAR(30)  NOT NULL,
  UNIQUE KEY uk_usuario (usuario)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE clientes (
  id       INT UNSIGNED NOT NULL PRIMARY KEY,
  nome     VARCHAR(120) NOT NULL,
  cpf      CHAR(11)     NOT NULL,
  telefone VARCHAR(20)  NULL,
  UNIQUE KEY uk_cpf (cpf)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE produtos (
  id          INT UNSIGNED  NOT NULL PRIMARY KEY,
  nome        VARCHAR(120)  NOT NULL,
  saldo       DECIMAL(12,3) NOT NULL,
  preco_custo DECIMAL(12,2) NOT NULL,
  preco_venda DECIMAL(12,2) NOT NULL,
  fornecedor  VARCHAR(80)   NULL,
  CONSTRAINT chk_saldo CHECK (saldo >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE pedidos (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  cliente_id  INT UNSIGNED NOT NULL,
  usuario_id  INT UNSIGNED NOT NULL,
  total       DECIMAL(12,2) NOT NULL,
  observacoes VARCHAR(500) NULL,
  criado_em   DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY ix_cliente (cliente_id),
  CONSTRAINT fk_pedido_cliente FOREIGN KEY (cliente_id) REFERENCES clientes (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE pedido_itens (
  pedido_id      BIGINT UNSIGNED NOT NULL,
  produto_id     INT UNSIGNED NOT NULL,
  quantidade     DECIMAL(12,3) NOT NULL,
  preco_unitario DECIMAL(12,2) NOT NULL,
  PRIMARY KEY (pedido_id, produto_id),
  KEY ix_produto (produto_id),
  CONSTRAINT fk_item_pedido FOREIGN KEY (pedido_id) REFERENCES pedidos (id),
  CONSTRAINT fk_item_produto FOREIGN KEY (produto_id) REFERENCES produtos (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE vendas (
  id             BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  produto_id     INT UNSIGNED NOT NULL,
  quantidade     DECIMAL(12,3) NOT NULL,
  preco_unitario DECIMAL(12,2) NOT NULL,
  total          DECIMAL(12,2) NOT NULL,
  inicio         DATETIME(3) NOT NULL,
  fim            DATETIME(3) NOT NULL,
  usuario_id     INT UNSIGNED NOT NULL,
  criado_em      DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY ix_produto (produto_id),
  CONSTRAINT fk_venda_produto FOREIGN KEY (produto_id) REFERENCES produtos (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE estoque_movimentos (
  id         BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  produto_id INT UNSIGNED NOT NULL,
  tipo       VARCHAR(10) NOT NULL,
  origem_id  BIGINT UNSIGNED NULL,
  quantidade DECIMAL(12,3) NOT NULL,
  criado_em  DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  KEY ix_produto_data (produto_id, criado_em)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE eventos_outbox (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  tipo        VARCHAR(40) NOT NULL,
  agregado_id BIGINT UNSIGNED NOT NULL,
  payload     JSON NOT NULL,
  criado_em   DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
