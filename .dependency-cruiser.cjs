/**
 * The import rules of docs/architecture.md: which layer may import which, and who alone owns a native package.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const layer = (name, allowed) => ({
  name: `layer-${name}`,
  comment: `src-main/${name} may import only: ${[name, ...allowed].join(', ')}`,
  severity: 'error',
  from: { path: `^src-main/${name}/` },
  to: {
    path: '^src-(main|renderer)/',
    pathNot: `^src-main/(${[name, ...allowed].join('|')})/`,
  },
});

const owner = (packageName, folder) => ({
  name: `owner-${packageName.replace(/\W+/g, '-')}`,
  comment: `only ${folder} may import ${packageName}`,
  severity: 'error',
  from: { path: '^src-', pathNot: `^${folder}/` },
  to: { path: `(^|node_modules/)${packageName}(/|$)` },
});

const rendererLayer = (name, allowed) => ({
  name: `renderer-${name}`,
  comment: `src-renderer/${name} may import of the pages only: ${[name, ...allowed].join(', ')}`,
  severity: 'error',
  from: { path: `^src-renderer/${name}/` },
  to: {
    path: '^src-renderer/',
    pathNot: `^src-renderer/(${[name, ...allowed].join('|')})/`,
  },
});

module.exports = {
  forbidden: [
    layer('contract', []),
    layer('domain', ['contract']),
    layer('engine', ['domain', 'contract']),
    layer('store', ['contract', 'domain']),
    layer('core', ['store', 'domain', 'contract']),
    layer('transport', ['core', 'contract']),
    layer('host', ['contract', 'core']),
    layer('shell', ['transport', 'host', 'contract']),
    layer('terminal', ['core', 'domain', 'contract']),
    layer('launcher', ['contract']),
    {
      name: 'renderer-knows-the-contract',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: { path: '^src-main/', pathNot: '^src-main/(contract|domain)/' },
    },
    {
      name: 'pure-layers-know-no-platform',
      comment: 'contract and domain know neither Node, Electron nor the DOM',
      severity: 'error',
      from: { path: '^src-main/(contract|domain)/' },
      to: { dependencyTypes: ['core'] },
    },
    owner('electron', 'src-main/shell'),
    owner('better-sqlite3', 'src-main/store'),
    owner('onnxruntime-node', 'src-main/engine'),
    owner('chart\\.js', 'src-renderer/charts'),
    rendererLayer('lib', []),
    rendererLayer('api', ['lib']),
    rendererLayer('state', ['api', 'lib']),
    rendererLayer('components', ['state', 'api', 'lib']),
    rendererLayer('charts', ['components', 'state', 'api', 'lib']),
    {
      name: 'features-stand-alone',
      comment:
        'a screen knows no other, but the compare page and its result put several together, and all may open the export dialog',
      severity: 'error',
      from: {
        path: '^src-renderer/features/([^/]+)/',
        pathNot: '^src-renderer/features/(compare|result)/',
      },
      to: { path: '^src-renderer/features/', pathNot: '^src-renderer/features/($1|export)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
