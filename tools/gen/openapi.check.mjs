import { compareGenerated } from './generated.mjs';
import { committed, makeOpenApi } from './openapi.mjs';

await compareGenerated(committed, makeOpenApi, 'npm run gen');
