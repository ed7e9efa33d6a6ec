import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const icons = join(import.meta.dirname, '../../resources/icons');
const read = (name: string): Buffer => readFileSync(join(icons, name));

/** Width of a PNG, from its first chunk. */
function widthOf(png: Buffer): number {
  expect(png.toString('latin1', 1, 4)).toBe('PNG');
  return png.readUInt32BE(16);
}

describe('the icon', () => {
  it('is a picture of 1024 pixels for Linux', () => {
    expect(widthOf(read('icon.png'))).toBe(1024);
  });

  it('has every size that Windows asks for', () => {
    const ico = read('icon.ico');
    const sizes = Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
      const entry = 6 + 16 * index;
      const offset = ico.readUInt32LE(entry + 12);
      const width = widthOf(ico.subarray(offset, offset + ico.readUInt32LE(entry + 8)));
      expect(ico.readUInt8(entry)).toBe(width % 256);
      return width;
    });
    expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256]);
  });

  it('has every size that macOS asks for', () => {
    const icns = read('icon.icns');
    expect(icns.readUInt32BE(4)).toBe(icns.length);
    const widths: Record<string, number> = {};
    for (let offset = 8; offset < icns.length; offset += icns.readUInt32BE(offset + 4)) {
      widths[icns.toString('latin1', offset, offset + 4)] = widthOf(icns.subarray(offset + 8));
    }
    expect(widths).toEqual({
      ic11: 32,
      ic12: 64,
      ic07: 128,
      ic13: 256,
      ic08: 256,
      ic14: 512,
      ic09: 512,
      ic10: 1024,
    });
  });

  it('is the same in the pages', () => {
    const favicon = readFileSync(join(icons, '../../src-renderer/public/favicon.svg'), 'utf8');
    expect(favicon).toBe(read('icon-small.svg').toString());
  });
});
