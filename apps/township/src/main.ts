import { runTierHost } from '@tongban/host';

await runTierHost('township');
