import { spawn } from 'node:child_process';

export interface Reaper {
  /** Everything was stopped in order: there is nothing left to clear up. */
  release(): void;
}

/**
 * Waits for a line or for the pipe to break. Broken: we have died, so what works in the folder is killed, the small disk
 * is unmounted and the folder goes. A shell, because it must outlive us.
 */
const script = `
if read -r _; then exit 0; fi
for entry in /proc/[0-9]*; do
  case "$(readlink "$entry/cwd")" in "$1"/*) kill -CONT "\${entry#/proc/}"; kill -KILL "\${entry#/proc/}" ;; esac
done
sleep 2
[ -n "$2" ] && umount --lazy "$2"
rm -rf -- "$1"`;

export function reapWhenWeDie(folder: string, disk: string | undefined): Reaper {
  const watcher = spawn('/bin/sh', ['-c', script, 'reaper', folder, disk ?? ''], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  return { release: () => void watcher.stdin.end('over\n') };
}
