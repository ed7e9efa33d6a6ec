/** Takes single files out of a ZIP archive on the disk; the archive is never read as a whole. */
import { createWriteStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createInflateRaw } from 'node:zlib';

interface Entry {
  name: string;
  method: number;
  checksum: number;
  packedSize: number;
  headerAt: number;
}

const [endSignature, entrySignature, headerSignature] = [0x06054b50, 0x02014b50, 0x04034b50];

/**
 * Writes files of an archive to the disk.
 * @param wanted path in the archive → path on the disk
 * @throws Error where the archive is damaged, of a kind with more than 4 GB, or lacks a file
 */
export async function extractFiles(
  archive: string,
  wanted: ReadonlyMap<string, string>,
): Promise<void> {
  const file = await open(archive);
  try {
    const entries = await readEntries(file);
    for (const [name, target] of wanted) {
      const entry = entries.find((one) => one.name === name);
      if (entry === undefined) throw new Error(`there is no ${name} in the package`);
      await extract(file, entry, target);
    }
  } finally {
    await file.close();
  }
}

async function readEntries(file: FileHandle): Promise<Entry[]> {
  const { size } = await file.stat();
  const tail = await read(file, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || tail.readUInt32LE(end) !== endSignature) throw damaged();
  const count = tail.readUInt16LE(end + 10);
  const directory = await read(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries: Entry[] = [];
  for (let at = 0; entries.length < count;) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== entrySignature)
      throw damaged();
    const nameLength = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameLength),
      method: directory.readUInt16LE(at + 10),
      checksum: directory.readUInt32LE(at + 16),
      packedSize: directory.readUInt32LE(at + 20),
      headerAt: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

async function extract(file: FileHandle, entry: Entry, target: string): Promise<void> {
  const header = await read(file, entry.headerAt, 30);
  if (header.readUInt32LE(0) !== headerSignature || ![0, 8].includes(entry.method)) throw damaged();
  const start = entry.headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = file.createReadStream({
    start,
    end: start + entry.packedSize - 1,
    autoClose: false,
  });
  let checksum = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      checksum = crc32(chunk, checksum);
      done(null, chunk);
    },
  });
  const written = createWriteStream(target);
  if (entry.method === 8) await pipeline(packed, createInflateRaw(), counting, written);
  else await pipeline(packed, counting, written);
  if (checksum !== entry.checksum) throw damaged();
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw damaged();
  return buffer;
}

const damaged = (): Error => new Error('the package is damaged');
