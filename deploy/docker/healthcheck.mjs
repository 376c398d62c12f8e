// Status 0 when the app in this container says that it is ready.
const timeoutMs = 4_000;
const port = process.env.TONGBAN_HTTP_LISTEN?.split(':').at(-1);
try {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(timeoutMs) });
  if (!answer.ok) console.error(`not ready: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.error(`no answer: ${error}`);
  process.exitCode = 1;
}
