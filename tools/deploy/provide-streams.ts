/**
 * Makes the hub's streams and the durable consumers of every host: the administrator's part of a deployment, run once
 * before the apps start and again after the divisions changed. Takes TONGBAN_NATS_URL and TONGBAN_DIVISIONS.
 */
import { parseDivisions } from '@tongban/domain/division';
import { fields, loadConfig } from '@tongban/platform/config';
import { readFileSync } from 'node:fs';
import { hostsOf } from '../../apps/tongbanctl/src/city/plan.js';
import { provideStreams } from '../../apps/tongbanctl/src/city/streams.js';

const config = loadConfig({ natsUrl: fields.natsUrl, divisions: fields.divisions });
const divisions = parseDivisions(JSON.parse(readFileSync(config.divisions, 'utf8')));
const hosts = hostsOf(divisions);
await provideStreams(config.natsUrl, hosts, divisions.city);
process.stdout.write(`streams and consumers of ${divisions.city}: ${hosts.join(', ')}\n`);
