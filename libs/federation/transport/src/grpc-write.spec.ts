import { create } from '@bufbuild/protobuf';
import { FrameSchema } from '@tongban/contract';
import { writeFrame, type FrameStream } from './grpc-courier.js';

const frame = create(FrameSchema, {});
const streamThat = (write: FrameStream['write'], destroyed = false): FrameStream => ({ write, destroyed });

describe('a frame written to a stream', () => {
  it('is handed over when the stream says so', async () => {
    const taking = streamThat((_frame, done) => {
      setImmediate(done);
      return true;
    });
    await expect(writeFrame(taking, frame)).resolves.toBeUndefined();
  });

  it('is not handed over when the stream fails or is closed', async () => {
    const failing = streamThat((_frame, done) => {
      setImmediate(() => done(new Error('reset')));
      return true;
    });
    await expect(writeFrame(failing, frame)).rejects.toThrow('reset');
    await expect(
      writeFrame(
        streamThat(() => true, true),
        frame,
      ),
    ).rejects.toThrow('closed');
  });

  // Seen in a two-minute chaos run: three links of a township waited for ever for a stream that had been reset.
  it('is given up when the stream never says what became of it', async () => {
    await expect(
      writeFrame(
        streamThat(() => false),
        frame,
        20,
      ),
    ).rejects.toThrow('in time');
  });
});
