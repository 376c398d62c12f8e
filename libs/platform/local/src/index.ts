export { startNats, type Nats, type NatsOptions } from './nats.js';
export { natsConfig } from './nats-config.js';
export { startPostgres, type Postgres, type PostgresOptions } from './postgres.js';
export { tcpProxy, type Cut, type TcpProxy, type TcpProxyOptions } from './tcp-proxy.js';
