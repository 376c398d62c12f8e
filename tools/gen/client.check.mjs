import { committed, makeClient } from './client.mjs';
import { compareGenerated } from './generated.mjs';

await compareGenerated(committed, makeClient, 'npm run gen');
