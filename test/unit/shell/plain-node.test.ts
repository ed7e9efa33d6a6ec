import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plainNodeVariable } from '../../../src-main/shell/plain-node.ts';
import { temporaryFolder } from '../../helpers/temporary-store.ts';
import { app, resetElectron } from '../../mocks/electron.ts';

const here = process as { resourcesPath?: string };
const fileName = process.platform === 'win32' ? 'node.exe' : 'node';
let place: string;

beforeEach(() => {
  resetElectron();
  place = temporaryFolder();
  here.resourcesPath = join(place, 'resources');
});
afterEach(() => void delete here.resourcesPath);

function putNode(folder: string): string {
  mkdirSync(join(place, folder), { recursive: true });
  const node = join(place, folder, fileName);
  writeFileSync(node, '');
  return node;
}

describe('the plain Node of the engines', () => {
  it('is the one that a package brings, whatever lies elsewhere', () => {
    putNode('clone/node_modules/node/bin');
    const node = putNode('resources/node');
    expect(plainNodeVariable(join(place, 'clone'))).toEqual({ WINNOW_NODE: node });
  });

  it("is the one of the clone's packages in a clone, where Electron's resources have none", () => {
    app.isPackaged = false;
    const node = putNode('clone/node_modules/node/bin');
    expect(plainNodeVariable(join(place, 'clone'))).toEqual({ WINNOW_NODE: node });
  });

  it('is not told where there is none', () => {
    expect(plainNodeVariable(place)).toEqual({});
    app.isPackaged = false;
    expect(plainNodeVariable(place)).toEqual({});
  });
});
