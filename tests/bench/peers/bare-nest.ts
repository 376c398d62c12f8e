/**
 * Peer (c) of B3: a bare Nest on Fastify that inserts the bytes it is sent with `pg`, one row per request, and answers
 * 201. Takes TONGBAN_BENCH_DATABASE and TONGBAN_BENCH_PORT.
 */
import 'reflect-metadata';
import { Body, Controller, HttpCode, Inject, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';

/** As many as a host of the product has. */
const poolSize = 16;
const POOL = Symbol('pool');

@Controller()
class InsertController {
  constructor(@Inject(POOL) private readonly pool: pg.Pool) {}

  @Post('rows')
  @HttpCode(201)
  async insert(@Body() body: unknown): Promise<{ id: string }> {
    const { rows } = await this.pool.query<{ id: string }>('insert into bench_row (body) values ($1) returning id', [
      JSON.stringify(body),
    ]);
    return { id: rows[0]!.id };
  }
}

const pool = new pg.Pool({ connectionString: process.env['TONGBAN_BENCH_DATABASE'], max: poolSize });
pool.on('error', () => undefined); // the server may be stopped before us

@Module({ controllers: [InsertController], providers: [{ provide: POOL, useValue: pool }] })
class BareModule {}

await pool.query(
  'create table if not exists bench_row (id bigint generated always as identity primary key, body text)',
);
const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(Number(process.env['TONGBAN_BENCH_PORT']), '127.0.0.1');
process.on('SIGTERM', () => {
  void app
    .close()
    .then(() => pool.end())
    .then(() => process.exit(0));
});
