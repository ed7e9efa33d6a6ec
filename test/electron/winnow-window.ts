/** Winnow in a real window of Electron, with a data folder of its own: for the specs of this folder, and for page models. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { dataFolder } from '../../src-main/core/data-folder.ts';
import { electronBinary } from '../../src-main/launcher/electron-binary.ts';
import { hasDisplay } from '../../src-main/launcher/surroundings.ts';
import { remember, type Remembered } from '../ui/helpers/served-winnow.ts';

const project = join(import.meta.dirname, '../..');
const built = join(project, 'out/main/index.js');
const binary = electronBinary(join(project, 'node_modules/electron'), process);

/** Why no window can be opened here; null where one can. */
export function whyNoWindow(): string | null {
  if (binary === null) return "Electron's program is not here: npx install-electron --no";
  if (!hasDisplay(process)) return 'there is no display';
  return existsSync(built) ? null : 'Winnow is not built: npm run build';
}

export interface WinnowWindow {
  application: ElectronApplication;
  page: Page;
  /** What the content security policy had to prevent. */
  violations: string[];
  close(): Promise<void>;
}

/** Starts Winnow and waits for its page. Electron's sandbox stays on, as it is for a person. */
export async function openWinnow(remembered: Remembered = {}): Promise<WinnowWindow> {
  if (binary === null) throw new Error('Electron is not here');
  const data = mkdtempSync(join(tmpdir(), 'winnow-electron-'));
  const environment = { ...definedEnvironment(), WINNOW_DATA: data };
  await remember(dataFolder({ platform: process.platform, environment, home: data }), remembered);
  const application = await _electron.launch({
    executablePath: binary,
    args: [project],
    chromiumSandbox: true,
    env: environment,
  });
  const page = await application.firstWindow();
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/content security policy|trusted ?types/i.test(message.text())) {
      violations.push(message.text());
    }
  });
  // What was said before this listened is said again.
  await page.reload();
  await page.locator('#application > *').first().waitFor();
  return {
    application,
    page,
    violations,
    async close() {
      await application.close();
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function definedEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
