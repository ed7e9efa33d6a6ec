import { beforeEach, describe, expect, it } from 'vitest';
import { minimalEnvironment, startUtility } from '../../../src-main/shell/utility-process.ts';
import { app, resetElectron, utilityProcess } from '../../mocks/electron.ts';

beforeEach(resetElectron);

describe('a utility process', () => {
  it('has its name, the environment it is given, and says nothing', () => {
    startUtility({ name: 'Winnow core', entry: '/core.js', environment: { HOME: '/person' } });
    expect(utilityProcess.started[0]).toMatchObject({
      entry: '/core.js',
      options: { serviceName: 'Winnow core', env: { HOME: '/person' }, stdio: 'ignore' },
    });
  });

  it('may speak to a developer', () => {
    app.isPackaged = false;
    startUtility({ name: 'a', entry: '/a.js', environment: {} });
    expect(utilityProcess.started[0]?.options.stdio).toBe('inherit');
  });

  it('tells its end once', () => {
    const utility = startUtility({ name: 'a', entry: '/a.js', environment: {} });
    const ends: unknown[] = [];
    utility.onExit((exit) => ends.push(exit));
    utilityProcess.started[0]?.exit(5);
    utilityProcess.started[0]?.exit(5);
    expect(ends).toEqual([{ exitCode: 5 }]);
  });

  it('that V8 gives up ends by itself, not the whole application', () => {
    const utility = startUtility({ name: 'a', entry: '/a.js', environment: {} });
    const ends: unknown[] = [];
    utility.onExit((exit) => ends.push(exit));
    const [child] = utilityProcess.started;
    for (let fault = 0; fault < 2; fault += 1) {
      child?.emit('error', 'FatalError', 'v8::ToLocalChecked', '{}');
    }
    child?.exit(133);
    expect(ends).toEqual([{ exitCode: 133 }]);
  });
});

describe('the environment of our processes', () => {
  it('lets nothing pass that loads foreign code, changes what Electron is, or is secret', () => {
    const passed = minimalEnvironment({
      NODE_OPTIONS: '--require /evil.js',
      NODE_EXTRA_CA_CERTS: '/evil.pem',
      ELECTRON_RUN_AS_NODE: '1',
      LD_PRELOAD: '/evil.so',
      LD_LIBRARY_PATH: '/evil',
      DYLD_INSERT_LIBRARIES: '/evil.dylib',
      WINNOW_NODE: '/evil',
      AWS_SECRET_ACCESS_KEY: 'secret',
      HOME: '/person',
      LC_ALL: 'de_DE.UTF-8',
      Path: 'C:\\Windows',
      WINNOW_DATA: '/data',
      CUDA_VISIBLE_DEVICES: '1',
      TEMP: undefined,
    });
    expect(passed).toEqual({
      HOME: '/person',
      LC_ALL: 'de_DE.UTF-8',
      Path: 'C:\\Windows',
      WINNOW_DATA: '/data',
      CUDA_VISIBLE_DEVICES: '1',
    });
  });
});
