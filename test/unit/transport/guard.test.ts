import { describe, expect, it } from 'vitest';
import { portOfHost, whyRefused } from '../../../src-main/transport/guard.ts';

describe('the guard', () => {
  it('lets a browser look without an Origin, and with ours', () => {
    for (const method of ['GET', 'HEAD']) {
      const host = 'localhost:5001';
      expect(whyRefused({ method, headers: { host } })).toBeNull();
      expect(whyRefused({ method, headers: { host, origin: 'http://localhost:5001' } })).toBeNull();
    }
  });

  it('wants our Origin for everything else', () => {
    const host = '127.0.0.1:5001';
    const origin = `http://${host}`;
    for (const request of [
      { method: 'POST', headers: { host } },
      { method: 'GET', headers: { host, upgrade: 'websocket' } },
    ]) {
      expect(whyRefused(request)).toContain('own pages');
      expect(whyRefused({ ...request, headers: { ...request.headers, origin } })).toBeNull();
    }
  });

  it('refuses an Origin that is this computer by another name or port', () => {
    for (const origin of ['http://localhost:5001', 'http://127.0.0.1:5002', 'http://127.0.0.1']) {
      const headers = { host: '127.0.0.1:5001', origin };
      expect(whyRefused({ method: 'GET', headers })).toContain('own pages');
    }
  });

  it('refuses a request that names no computer', () => {
    expect(whyRefused({ method: 'GET', headers: {} })).toContain('localhost');
  });

  it('knows the port under which a browser came', () => {
    expect(portOfHost('localhost:5001')).toBe('5001');
    expect(portOfHost('[::1]:5001')).toBe('5001');
    expect(portOfHost('localhost')).toBe('80');
    expect(portOfHost(undefined)).toBe('80');
  });
});
