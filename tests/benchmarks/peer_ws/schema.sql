-- The peer's table: what happened.
CREATE TABLE eventos_outbox (
  id          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  tipo        VARCHAR(40) NOT NULL,
  agregado_id BIGINT UNSIGNED NOT NULL,
  payload     JSON NOT NULL,
  criado_em   DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
