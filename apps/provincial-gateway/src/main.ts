import { runGatewayHost } from '@tongban/host';

await runGatewayHost();
