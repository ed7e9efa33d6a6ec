import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../src-main/contract/errors.ts';
import { commonOptions, runOptions } from '../../src-main/terminal/arguments.ts';
import { helpText } from '../../src-main/terminal/help.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The files of the project: what is committed, and what is there and not ignored. */
const files = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\0')
  .filter((path) => path !== '' && isThere(path));

function isThere(path: string): boolean {
  try {
    readFileSync(`${root}${path}`);
    return true;
  } catch {
    return false;
  }
}

const sources = files.filter((path) => /^(src-main|src-renderer|test)\/.*\.(ts|js)$/.test(path));
const texts = files.filter(
  (path) =>
    /\.(ts|js|cjs|mjs|json|md|py|yml|toml|txt|npmrc)$|^\.ci\//.test(path) &&
    !path.startsWith('resources/models/'),
);

describe('the sources', () => {
  it('import only what docs/architecture.md allows', () => {
    const folders = ['src-main', 'src-renderer'];
    const words = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
    const program = fileURLToPath(
      new URL('../../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', import.meta.url),
    );
    // It ends with a fault where there are violations; the report names them.
    const { stdout } = spawnSync(process.execPath, [program, ...words], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const { summary } = JSON.parse(stdout) as {
      summary: {
        violations: { from: string; to: string; rule: { name: string } }[];
        totalCruised: number;
      };
    };
    expect(summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`)).toEqual(
      [],
    );
    expect(summary.totalCruised).toBeGreaterThan(50);
  });

  it('are files of at most 400 lines', () => {
    const long = sources.filter((path) => read(path).split('\n').length > 401);
    expect(long).toEqual([]);
  });

  it('name no folder of one machine', () => {
    // Put together here, or this file would name them itself. Ada is the person of the tests.
    const machine = new RegExp(
      ['wo' + 'rk/', 'ro' + 'ot/', 'ho' + 'me/(?!ada)']
        .map((name) => `(?<![\\w.*])/${name}`)
        .join('|'),
    );
    const naming = texts.filter((path) => machine.test(read(path)));
    expect(naming).toEqual([]);
  });

  it('use every error code of the closed list', () => {
    const code = sources
      .filter((path) => path.startsWith('src-') && !path.endsWith('contract/errors.ts'))
      .map(read)
      .join('\n');
    const unused = errorCodes.filter((name) => name !== 'internal' && !code.includes(`'${name}'`));
    expect(unused).toEqual([]);
  });
});

describe('the documents', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const documents = files.filter(
    (path) => path.endsWith('.md') && !path.startsWith('resources/models/'),
  );

  it('name only scripts that are in package.json', () => {
    const named = documents.flatMap((path) =>
      [...read(path).matchAll(/npm (?:run (?:-s )?([a-z][\w:-]*)|(test)\b)/g)].map(
        ([, script, test]) => script ?? test ?? '',
      ),
    );
    expect([...new Set(named)].filter((name) => scripts[name] === undefined)).toEqual([]);
    expect(named).toEqual(
      expect.arrayContaining(['winnow', 'demo', 'test', 'test:long', 'check', 'bench']),
    );
  });

  it('link only to files that are there', () => {
    const broken = documents.flatMap((path) =>
      [...read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map(([, link]) => new URL(link ?? '', new URL(path, 'file:///')).pathname.slice(1))
        .filter((target) => !files.some((file) => file === target || file.startsWith(`${target}/`)))
        .map((target) => `${path} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('show only options that exist, and the help names them all', () => {
    const options = Object.keys({ ...commonOptions, ...runOptions });
    const others = [
      'prompt-file',
      'limit',
      'what',
      'to',
      'run',
      'quick',
      'n',
      'tokens',
      'help',
      'no-measure',
      'clear',
      'forget',
    ];
    for (const option of options) {
      if (option !== 'help') expect(helpText).toContain(`--${option}`);
    }
    const shown = ['README.md', 'docs/command-line.md'].flatMap((path) =>
      read(path)
        .split('\n')
        .filter((line) => /winnow -- |winnow compare/.test(line))
        .flatMap((line) => [...line.matchAll(/ --([a-z][\w-]*)/g)].map(([, name]) => name ?? '')),
    );
    expect(shown.filter((name) => ![...options, ...others].includes(name))).toEqual([]);
    const helped = [...helpText.matchAll(/--([a-z][\w-]*)/g)].map(([, name]) => name ?? '');
    expect(helped.filter((name) => ![...options, ...others].includes(name))).toEqual([]);
  });
});

describe('an install', () => {
  it('runs no compiler with npm 10: the lock file says so, and npm does not write it by itself', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { gypfile?: boolean; resolved?: string }>;
    };
    expect(lock.packages['node_modules/better-sqlite3']?.gypfile).toBe(false);
    expect(read('.npmrc')).toMatch(/^save ?= ?false$/m);
  });

  it('takes its packages from the public registry', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { resolved?: string }>;
    };
    const elsewhere = Object.values(lock.packages)
      .map(({ resolved }) => resolved)
      .filter((url) => url !== undefined && !url.startsWith('https://registry.npmjs.org/'));
    expect(elsewhere).toEqual([]);
  });

  it('has what it runs with among the dependencies of package.json', () => {
    const { dependencies } = JSON.parse(read('package.json')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies)).toEqual(
      expect.arrayContaining(['better-sqlite3', 'node', 'onnxruntime-node']),
    );
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d/);
  });
});
