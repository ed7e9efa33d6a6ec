import { describe, expect, it } from 'vitest';
import { hasDisplay } from '../../../src-main/launcher/surroundings.ts';

describe('a display', () => {
  it.each<[NodeJS.Platform, Record<string, string>, boolean]>([
    ['linux', { DISPLAY: ':0' }, true],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
    ['linux', { DISPLAY: ':10.0', SSH_CONNECTION: '1.2.3.4 5 6.7.8.9 22' }, true],
    ['linux', { DISPLAY: '', WAYLAND_DISPLAY: '' }, false],
    ['linux', {}, false],
    ['darwin', {}, true],
    ['darwin', { SSH_CONNECTION: '1.2.3.4 5 6.7.8.9 22' }, false],
    ['win32', {}, true],
    ['win32', { SSH_CONNECTION: '1.2.3.4 5 6.7.8.9 22' }, false],
    ['freebsd', { DISPLAY: ':0' }, false],
  ])('on %s with %j: %s', (platform, env, there) => {
    expect(hasDisplay({ platform, env })).toBe(there);
  });
});
