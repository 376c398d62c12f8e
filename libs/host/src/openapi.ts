/** Program: writes the OpenAPI document of every kind of process into a folder (`node openapi.js FOLDER`). */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createHttpApp, writeOpenApi } from '@tongban/platform/http';
import { createLogger, createMetrics } from '@tongban/platform/telemetry';
import type { DynamicModule } from '@nestjs/common';
import { gatewayModule } from './gateway-host.js';
import { tierModule } from './tier-host.js';

/** Routes are read from the controllers; nothing behind them is touched. */
const nothing = new Proxy({}, { get: (_target, key) => (key === 'then' ? undefined : {}) });

async function write(folder: string, name: string, module: DynamicModule): Promise<void> {
  const app = await createHttpApp({
    module,
    ports: {
      verifier: { verify: () => Promise.reject(new Error('not serving')) },
      nodes: { isKnown: () => false, isHosted: () => false },
      checks: [],
    },
    logger: createLogger({ service: 'openapi', level: 'error' }),
    metrics: createMetrics('openapi'),
    info: { title: `tongban-${name}`, version: '0.1.0' },
  });
  await writeOpenApi(app, join(folder, `${name}.json`));
  await app.close();
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: node openapi.js FOLDER');
await mkdir(folder, { recursive: true });
const host = nothing as Parameters<typeof gatewayModule>[0];
for (const tier of ['city', 'district', 'township', 'village'] as const)
  await write(folder, tier, tierModule(tier, host));
await write(folder, 'provincial-gateway', gatewayModule(host, nothing as Parameters<typeof gatewayModule>[1]));
