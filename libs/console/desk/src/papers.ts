import { useSession } from '@tongban/console/session';

/** Whose work needs the papers of a case; the server decides again. */
const readers = ['agent', 'clerk', 'reviewer', 'approver'];

/** Whoever only watches sees how the case stands and its history, and is not offered what the server would refuse. */
export function useReadsPapers(): boolean {
  const { person } = useSession();
  return person.roles.some((role) => readers.includes(role));
}
