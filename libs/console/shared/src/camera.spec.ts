import { cameraFaultOf } from './camera.js';

it.each([
  ['NotAllowedError', 'denied'],
  ['SecurityError', 'denied'],
  ['NotFoundError', 'none'],
  ['OverconstrainedError', 'none'],
  ['NotReadableError', 'busy'],
  ['AbortError', 'busy'],
])('%s of the browser means: %s', (name, fault) => {
  expect(cameraFaultOf(new DOMException('no picture', name))).toBe(fault);
});

it('takes whatever else is thrown for a camera that does not open', () => {
  expect(cameraFaultOf('no picture')).toBe('busy');
});
