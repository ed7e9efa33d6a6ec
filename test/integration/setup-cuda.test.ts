import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setUpCuda, whatToDo, type SetupOptions } from '../../resources/cuda/setup.ts';

const native = 'runtimes/linux-x64/native';
const libraries = ['libonnxruntime_providers_cuda.so', 'libonnxruntime_providers_shared.so'];
const contents = (name: string): Buffer => Buffer.from(`${name} `.repeat(5000));

/** A ZIP archive of these files, deflated. */
function zip(files: [string, Buffer][]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, data] of files) {
    const packed = deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(
      Buffer.from('PK\x01\x02'),
      Buffer.from([20, 0]),
      common,
      rest,
      Buffer.from(name),
    );
    parts.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, listed, Buffer.from('PK\x05\x06'), end]);
}

let folder: string;
let server: Server;
let feed: string;
let served: Buffer;
let hash: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'winnow-cuda-'));
  const real = resolve('node_modules/onnxruntime-node');
  for (const name of ['install-metadata.js', 'install-metadata-versions.js']) {
    cpSync(join(real, 'script', name), join(folder, 'script', name));
  }
  mkdirSync(join(folder, 'bin/napi-v6/linux/x64'), { recursive: true });
  served = zip(libraries.map((name) => [`${native}/${name}`, contents(name)]));
  hash = createHash('sha512').update(served).digest('base64');
  server = createServer((request, response) => {
    const path = request.url ?? '';
    if (path.endsWith('.nupkg')) return void response.end(served);
    const at = (rest: string): string => new URL(rest, feed).href;
    const answers: Record<string, object> = {
      '/index.json': {
        resources: [
          { '@id': at('/flat/'), '@type': 'PackageBaseAddress/3.0.0' },
          { '@id': at('/registration/'), '@type': 'RegistrationsBaseUrl/3.6.0' },
        ],
      },
      '/registration/microsoft.ml.onnxruntime.gpu.linux/1.30.0.json': {
        catalogEntry: at('/catalog.json'),
      },
      '/catalog.json': {
        packageHash: hash,
        packageHashAlgorithm: 'SHA512',
        packageSize: served.length,
      },
    };
    response.statusCode = answers[path] === undefined ? 404 : 200;
    response.end(JSON.stringify(answers[path] ?? {}));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  feed = `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.json`;
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function setUp(changes: Partial<SetupOptions> = {}) {
  const said: string[] = [];
  const options: SetupOptions = {
    platform: 'linux',
    architecture: 'x64',
    package: folder,
    feed,
    say: (line) => said.push(line),
    ...changes,
  };
  return { said, ended: setUpCuda(options) };
}

const target = (): string => join(folder, 'bin/napi-v6/linux/x64');

describe('setting up CUDA', () => {
  it('puts the libraries beside onnxruntime’s own', async () => {
    const { said, ended } = setUp();
    expect(await ended).toBe(true);
    for (const name of libraries)
      expect(readFileSync(join(target(), name))).toEqual(contents(name));
    expect(readdirSync(target()).toSorted()).toEqual(libraries.toSorted());
    expect(said.join('\n')).toContain('cuDNN');
  });

  it('leaves nothing behind where the package is not the one that the feed describes', async () => {
    hash = createHash('sha512').update('another').digest('base64');
    await expect(setUp().ended).rejects.toThrow('not the one that the feed describes');
    expect(readdirSync(target())).toEqual([]);
  });

  it('leaves nothing behind where the package lacks a library, or is cut short', async () => {
    const [first = ''] = libraries;
    for (const broken of [
      zip([[`${native}/${first}`, contents(first)]]),
      served.subarray(0, 500),
    ]) {
      served = broken;
      hash = createHash('sha512').update(served).digest('base64');
      await expect(setUp().ended).rejects.toThrow();
      expect(readdirSync(target())).toEqual([]);
    }
  });

  it('asks for the connection where the feed cannot be reached or does not have the package', async () => {
    const told = () => setUp().ended.then(String, whatToDo);
    const missing = setUp({ feed: feed.replace('index', 'other') }).ended.then(String, whatToDo);
    expect(await missing).toMatch(/answered 404\.\nCheck the connection to the internet/);
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    expect(await told()).toMatch(/could not be reached\.\nCheck the connection to the internet/);
  });

  it('does not blame the connection for what is wrong here', async () => {
    rmSync(target(), { recursive: true });
    writeFileSync(target(), 'no folder');
    expect(await setUp().ended.then(String, whatToDo)).toMatch(/ENOTDIR.*\nRun it again\./);
    const fault = (code: string) => Object.assign(new Error(`${code}: it failed`), { code });
    expect(whatToDo(fault('ENOSPC'))).toMatch(/\nThe disk is full/);
    expect(whatToDo(fault('EROFS'))).toMatch(/\nThe folder of onnxruntime cannot be written to/);
    expect(whatToDo(new Error('the package is damaged'))).not.toContain('internet');
  });

  it('says so on other systems, and fetches nothing', async () => {
    server.close();
    for (const platform of ['win32', 'darwin'] as const) {
      const { said, ended } = setUp({ platform });
      expect(await ended).toBe(false);
      expect(said.join(' ')).toContain('webgpu');
    }
    expect(existsSync(join(target(), libraries[0] ?? ''))).toBe(false);
  });
});
