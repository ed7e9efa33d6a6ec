import { describe, expect, it, vi } from 'vitest';
import type { EngineRequest } from '../../../src-main/contract/engine-messages.ts';
import { defaultSettings } from '../../../src-main/contract/settings.ts';
import type { EngineChannel, EngineExit } from '../../../src-main/host/engine-channel.ts';
import { createEngineHost } from '../../../src-main/host/engine-host.ts';

/** A process that answers as the test says; only its faults are made up, which a real one cannot be made to show. */
class ScriptedProcess implements EngineChannel {
  readonly pid = 1;
  readonly requests: EngineRequest[] = [];
  killed = false;
  private listener: (message: unknown) => void = () => undefined;
  private exitListener: (exit: EngineExit) => void = () => undefined;
  private readonly answer: (request: EngineRequest, process: ScriptedProcess) => void;

  constructor(answer: (request: EngineRequest, process: ScriptedProcess) => void) {
    this.answer = answer;
  }
  send(request: EngineRequest): void {
    this.requests.push(request);
    this.answer(request, this);
  }
  onMessage(listener: (message: unknown) => void): void {
    this.listener = listener;
  }
  onExit(listener: (exit: EngineExit) => void): void {
    this.exitListener = listener;
  }
  reply(message: unknown): void {
    this.listener(message);
  }
  die(): void {
    this.exitListener({ exitCode: null, signal: 'SIGSEGV' });
  }
  kill(): void {
    this.killed = true;
    this.die();
  }
}

const answerAll = (request: EngineRequest, process: ScriptedProcess): void => {
  if (request.type === 'call') process.reply({ type: 'result', id: request.id, value: [] });
};

const laneRequest = {
  prompt: 'p',
  seed: 1,
  sampling: defaultSettings.sampling,
  maxTokens: 8,
  logProbabilities: false,
};
const generatorRequest = { path: 'a.gguf', device: 'cpu', preparedFolder: 'prepared' } as const;

describe('the engine host', () => {
  it('starts a process at the first call only', async () => {
    const processes: ScriptedProcess[] = [];
    const host = createEngineHost(() => {
      const process = new ScriptedProcess(answerAll);
      processes.push(process);
      return process;
    });
    expect(processes).toHaveLength(0);
    await host.devices();
    await host.devices();
    expect(processes).toHaveLength(1);
  });

  it('fails the call in flight when the process dies, and serves the next one from a new process that has the models', async () => {
    const processes: ScriptedProcess[] = [];
    const host = createEngineHost(() => {
      const process = new ScriptedProcess((request, self) => {
        if (request.type === 'call' && request.method === 'advance' && processes.length === 1)
          self.die();
        else answerAll(request, self);
      });
      processes.push(process);
      return process;
    });
    await host.loadGenerator(generatorRequest);
    await expect(host.advance(8)).rejects.toMatchObject({ code: 'engine-died' });
    await host.start([0]);
    expect(
      processes[1]?.requests.map((request) => request.type === 'call' && request.method),
    ).toEqual(['loadGenerator', 'start']);
  });

  it('gives a new process the judge of the last one, unless it was let go', async () => {
    const processes: ScriptedProcess[] = [];
    const host = createEngineHost(() => {
      const process = new ScriptedProcess(answerAll);
      processes.push(process);
      return process;
    });
    const methods = (process: ScriptedProcess | undefined) =>
      process?.requests.map((request) => request.type === 'call' && request.method);
    await host.loadJudge({ path: 'judge', device: 'cpu', preparedFolder: 'prepared' });
    processes[0]?.die();
    await host.devices();
    expect(methods(processes[1])).toEqual(['loadJudge', 'devices']);
    await host.loadJudge(null);
    processes[1]?.die();
    await host.devices();
    expect(methods(processes[2])).toEqual(['devices']);
  });

  it('frees all models with the process that holds them, and loads none of them again', async () => {
    const processes: ScriptedProcess[] = [];
    const deaths: EngineExit[] = [];
    const makeProcess = () => {
      const process = new ScriptedProcess(answerAll);
      processes.push(process);
      return process;
    };
    const host = createEngineHost(makeProcess, { onDeath: (exit) => deaths.push(exit) });
    await host.loadGenerator(generatorRequest);
    await host.unload();
    expect(processes[0]?.killed).toBe(true);
    expect(deaths).toEqual([]);
    await host.devices();
    expect(processes[1]?.requests).toMatchObject([{ method: 'devices' }]);
  });

  it('fails the next verb of a lane whose process died between two calls', async () => {
    const processes: ScriptedProcess[] = [];
    const host = createEngineHost(() => {
      const process = new ScriptedProcess(answerAll);
      processes.push(process);
      return process;
    });
    await host.beginLane(laneRequest);
    processes[0]?.die();
    await expect(host.start([0])).rejects.toMatchObject({ code: 'engine-died' });
    await host.beginLane(laneRequest);
    await host.start([0]);
  });

  it('stops a call that ends in time without killing', async () => {
    const process = new ScriptedProcess((request, self) => {
      if (request.type === 'stop') {
        self.reply({ type: 'error', id: 1, error: { code: 'cancelled', message: 'm', help: 'h' } });
      }
    });
    const host = createEngineHost(() => process);
    const advancing = host.advance(8);
    const settled = expect(advancing).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(process.requests).toHaveLength(1));
    expect(await host.stop()).toEqual({ killed: false });
    await settled;
    expect(process.killed).toBe(false);
  });

  it('fails a call whose listener fails, with that fault, once the engine has given the call up', async () => {
    const process = new ScriptedProcess((request, self) => {
      if (request.type === 'stop') {
        self.reply({ type: 'progress', id: 1, progress: 'late' });
        self.reply({ type: 'error', id: 1, error: { code: 'cancelled', message: 'm', help: 'h' } });
      } else if (request.method === 'advance')
        self.reply({ type: 'progress', id: 1, progress: 'some' });
      else answerAll(request, self);
    });
    const host = createEngineHost(() => process);
    const fault = new Error('the disk is full');
    const told: unknown[] = [];
    const advancing = host.advance(8, (progress) => {
      told.push(progress);
      throw fault;
    });
    await expect(advancing).rejects.toBe(fault);
    expect(told).toEqual(['some']);
    expect(process.killed).toBe(false);
    expect(await host.devices()).toEqual([]);
  });

  it('does not begin a call that was stopped while it waited', async () => {
    const process = new ScriptedProcess(answerAll);
    const host = createEngineHost(() => process);
    const advancing = expect(host.advance(8)).rejects.toMatchObject({ code: 'cancelled' });
    await host.stop();
    await advancing;
    expect(process.requests).toEqual([]);
  });

  it('kills a process that does not stop in time, says that tokens are lost, and loads the models again', async () => {
    vi.useFakeTimers();
    const processes: ScriptedProcess[] = [];
    const host = createEngineHost(() => {
      const process = new ScriptedProcess((request, self) => {
        if (request.type === 'call' && request.method !== 'advance') answerAll(request, self);
      });
      processes.push(process);
      return process;
    });
    await host.loadGenerator(generatorRequest);
    const settled = expect(host.advance(8)).rejects.toMatchObject({
      code: 'cancelled',
      details: { tokensLost: true },
    });
    await vi.advanceTimersByTimeAsync(0);
    const stopping = host.stop();
    await vi.advanceTimersByTimeAsync(500);
    expect(await stopping).toEqual({ killed: true });
    await settled;
    expect(processes).toHaveLength(2);
    expect(processes[1]?.requests).toMatchObject([
      { method: 'loadGenerator', parameters: generatorRequest },
    ]);
    vi.useRealTimers();
  });

  it.each([
    ['no message', null],
    ['an unknown type', { type: 'shout', id: 1 }],
    ['an error that is none', { type: 'error', id: 1, error: 'no' }],
    [
      'a code that nobody knows',
      { type: 'error', id: 1, error: { code: 'x', message: '', help: '' } },
    ],
  ])('ends a process that answers with %s, and the call with it', async (_name, answer) => {
    const process = new ScriptedProcess((_request, self) => self.reply(answer));
    const host = createEngineHost(() => process);
    await expect(host.devices()).rejects.toMatchObject({ code: 'engine-died' });
    expect(process.killed).toBe(true);
  });

  it('tells how a process died, but not of one that it ended itself', async () => {
    const deaths: EngineExit[] = [];
    let process: ScriptedProcess | undefined;
    const host = createEngineHost(() => (process = new ScriptedProcess(answerAll)), {
      onDeath: (exit) => deaths.push(exit),
    });
    await host.devices();
    process?.die();
    await host.devices();
    host.close();
    expect(deaths).toEqual([{ exitCode: null, signal: 'SIGSEGV' }]);
  });

  it('gives up after five deaths in a row instead of starting for ever', async () => {
    let started = 0;
    const host = createEngineHost(() => {
      started += 1;
      return new ScriptedProcess((_request, self) => self.die());
    });
    for (let attempt = 0; attempt < 7; attempt += 1) {
      await expect(host.devices()).rejects.toMatchObject({ code: 'engine-died' });
    }
    expect(started).toBe(5);
  });
});
