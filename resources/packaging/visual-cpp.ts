/**
 * Windows: onnxruntime needs Microsoft's Visual C++ runtime, which not every computer has. Windows finds it for certain
 * only beside the file that asks for it, so the DLLs are copied next to onnxruntime's binding. They come from the machine
 * that builds: from the folder that `WINNOW_VC_REDIST` names, else from its Visual Studio.
 */
import { copyFileSync, existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from './targets.ts';

/** All that onnxruntime's own DLLs ask for; a test compares this list with the files. */
export const visualCppLibraries = [
  'msvcp140.dll',
  'msvcp140_1.dll',
  'msvcp140_atomic_wait.dll',
  'vcruntime140.dll',
  'vcruntime140_1.dll',
];

type Environment = Record<string, string | undefined>;

/**
 * Copies the Visual C++ runtime into a folder.
 * @throws Error where the machine has no complete runtime for this processor: a package without it would not start
 */
export function copyVisualCppRuntime(
  folder: string,
  architecture: Architecture,
  environment: Environment,
): void {
  const candidates = redistributableFolders(architecture, environment);
  const source = candidates.find((each) =>
    visualCppLibraries.every((library) => existsSync(join(each, library))),
  );
  if (source === undefined) throw runtimeMissing(architecture, candidates);
  for (const library of visualCppLibraries) {
    copyFileSync(join(source, library), join(folder, library));
  }
}

/** Where the DLLs may lie, the best first: what was asked for, else what Visual Studio brought, its newest first. */
function redistributableFolders(architecture: Architecture, environment: Environment): string[] {
  const { WINNOW_VC_REDIST: asked, VCToolsRedistDir: tools } = environment;
  if (asked) return [asked];
  const found = (root: string, pattern: string): string[] =>
    globSync(pattern, { cwd: root }).map((path) => join(root, path));
  const inTools = `${architecture}/Microsoft.VC*.CRT`;
  const programs = [environment['ProgramFiles'], environment['ProgramFiles(x86)']];
  return [
    ...(tools ? found(tools, inTools) : []),
    ...programs.flatMap((root) =>
      root
        ? found(root, `Microsoft Visual Studio/*/*/VC/Redist/MSVC/*/${inTools}`).sort().reverse()
        : [],
    ),
  ];
}

function runtimeMissing(architecture: Architecture, folders: string[]): Error {
  const looked = folders.length === 0 ? 'There is no Visual Studio here' : folders.join(', ');
  return new Error(
    `The Visual C++ runtime for ${architecture} is missing (${looked}). Install the "C++ redistributable" part of ` +
      `Visual Studio, or name a folder with ${visualCppLibraries.join(', ')} in WINNOW_VC_REDIST.`,
  );
}
