import type { Role } from '@tongban/kernel';

/** How long a grant serves after it was issued on line: as long as kept keys of the provider do. */
export const maxGrantHours = 72;
/** How long one signature of the device serves as a token. */
export const maxProofMinutes = 10;
/** Clocks of the device and the host may differ by this much; the host's own may go back by this much. */
export const offlineSkewMs = 120_000;
export const maxOfflineTokenBytes = 8_192;
/** How often the host writes down how late it is. */
export const clockMarkMs = 30_000;

/** Those who work at a counter; nobody administers, supervises or audits without the provider. */
export const offlineRoles = ['agent', 'clerk', 'reviewer', 'approver'] as const satisfies readonly Role[];
