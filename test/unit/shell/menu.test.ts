import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { menuCommands, type MenuCommand } from '../../../src-main/contract/desktop-bridge.ts';
import { menuTemplate } from '../../../src-main/shell/menu.ts';

function menu(
  platform: NodeJS.Platform,
  isPackaged = true,
): { template: MenuItemConstructorOptions[]; sent: MenuCommand[] } {
  const sent: MenuCommand[] = [];
  const template = menuTemplate({ platform, isPackaged, send: (command) => sent.push(command) });
  return { template, sent };
}

const entriesOf = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? entriesOf(item.submenu) : [])]);
const rolesOf = (items: MenuItemConstructorOptions[]): unknown[] =>
  entriesOf(items).map(({ role }) => role);

describe.each(['darwin', 'win32', 'linux'] as const)('the menu on %s', (platform) => {
  it('has every command once, and each tells the page its own name', () => {
    const { template, sent } = menu(platform);
    const commands = entriesOf(template).filter(({ click }) => click !== undefined);
    for (const { click } of commands) Reflect.apply(click ?? (() => undefined), null, []);
    expect(sent.toSorted()).toEqual([...menuCommands].sort());
    expect(commands.map(({ id }) => id)).toEqual(sent);
  });

  it('gives no two entries the same keys', () => {
    const keys = entriesOf(menu(platform).template).flatMap(({ accelerator }) => accelerator ?? []);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('has the standard entries, and the developer tools only for developers', () => {
    const roles = rolesOf(menu(platform).template);
    expect(roles).toEqual(
      expect.arrayContaining(['editMenu', 'windowMenu', 'zoomIn', 'togglefullscreen', 'quit']),
    );
    expect(roles).not.toContain('toggleDevTools');
    expect(rolesOf(menu(platform, false).template)).toContain('toggleDevTools');
  });
});

describe('the conventions of the platforms', () => {
  const idsOf = (item: MenuItemConstructorOptions | undefined): unknown[] =>
    entriesOf(item ? [item] : []).map(({ id, role }) => id ?? role);

  it('put About, Settings and Quit under the name of the application on macOS', () => {
    const [winnow, file] = menu('darwin').template;
    expect(winnow?.label).toBe('Winnow');
    expect(idsOf(winnow)).toEqual(
      expect.arrayContaining(['about', 'settings', 'services', 'hide', 'quit']),
    );
    expect(idsOf(file)).not.toContain('quit');
  });

  it('put Settings and Quit under File, and About under Help, elsewhere', () => {
    const { template } = menu('win32');
    expect(idsOf(template[0])).toEqual(expect.arrayContaining(['settings', 'quit']));
    expect(idsOf(template.at(-1))).toContain('about');
  });
});
