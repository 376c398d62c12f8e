export interface ZipEntry {
  readonly name: string;
  readonly data?: Buffer;
  /** Written in the local header instead of the name, as a forged archive would. */
  readonly localName?: string;
  /** What it says it unpacks to. */
  readonly unpackedBytes?: number;
}

/** A stored (uncompressed) ZIP, as an office program would arrange it. */
export function zipOf(entries: readonly ZipEntry[], comment = ''): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, data = Buffer.from('<x/>'), localName = name, unpackedBytes = data.length } of entries) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt32LE(data.length, 18);
    local.writeUInt32LE(data.length, 22);
    local.writeUInt16LE(Buffer.byteLength(localName), 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(unpackedBytes, 24);
    central.writeUInt16LE(Buffer.byteLength(name), 28);
    central.writeUInt32LE(at, 42);
    directory.push(central, Buffer.from(name));
    parts.push(local, Buffer.from(localName), data);
    at += 30 + Buffer.byteLength(localName) + data.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(at, 16);
  end.writeUInt16LE(Buffer.byteLength(comment), 20);
  return Buffer.concat([...parts, directoryBytes, end, Buffer.from(comment)]);
}

export const named = (...names: readonly string[]): Buffer => zipOf(names.map((name) => ({ name })));
