import type { BlobStore } from '@tongban/platform/blob';

/**
 * What hosts below may do with the files of this one. A file of an application that came in at the top goes down host by
 * host, as somebody below reads it.
 */
export const filesForBelow = (store: BlobStore, fetchFromAbove: (digest: string) => Promise<unknown>) => ({
  stat: (digest: string) => store.stat(digest),
  receive: (digest: string, size: number, offset: number) => store.receive(digest, size, offset),
  async read(digest: string, offset: number) {
    const { complete } = await store.stat(digest);
    if (!complete) await fetchFromAbove(digest);
    return store.read(digest, offset);
  },
});
