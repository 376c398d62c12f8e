// The contract: well formed, generated code in step, and no change that breaks what has been released.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareGenerated } from './generated.mjs';
import { buf, committed, makeProto, protoFolder } from './proto.mjs';

buf('lint');
// The image of the last release: `buf build -o released.binpb` when a version is published.
const released = join(protoFolder, 'released.binpb');
if (!existsSync(released)) throw new Error('proto/released.binpb is missing: nothing to compare the contract with');
buf('breaking', '--against', released);
await compareGenerated(committed, makeProto, 'npm run gen');
