import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { say } from '../helpers/command-line.ts';
import { makeWorkplace, realEngine } from '../helpers/whole-application.ts';

it('devices --forget forgets what was found out about devices, and lists them', async () => {
  const workplace = await makeWorkplace();
  const engine = realEngine();
  const findings = join(workplace.folder, 'devices.json');
  writeFileSync(findings, '{}');
  const looked = await say(workplace, ['devices'], { engine });
  expect(existsSync(findings)).toBe(true);
  const { code, out } = await say(workplace, ['devices', '--forget'], { engine });
  expect(code).toBe(0);
  expect(out).toContain(looked.out.trim());
  expect(out).toContain('tries them again');
  expect(existsSync(findings)).toBe(false);
  engine.close();
  workplace.remove();
});
