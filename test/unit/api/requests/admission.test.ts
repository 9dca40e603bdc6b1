import { Admission, type Entrance } from '../../../../api/requests/admission.ts';
import { GatewayError } from '../../../../domain/errors.ts';
import { createInProcessHub } from '../../../../platform/hub/in-process-hub.ts';

const entrance = (tenant = 'a', more: Partial<Entrance> = {}): Entrance => ({
  tenant,
  priority: 3,
  weight: 1,
  tokens: 100,
  atMostMs: 60_000,
  ...more,
});
const hour = 3_600_000;

function admissionOf(limit: number, limits: { tokens?: number; queued?: number; waitMs?: number } = {}) {
  const { tokens = 1_000_000, queued = 1_000, waitMs = hour } = limits;
  const hub = createInProcessHub();
  return {
    hub,
    admission: new Admission(limit, () => ({ maxTokensInFlight: tokens, maxQueued: queued, maxWaitMs: waitMs }), hub),
  };
}

/** Enters and notes when it is in, or why not. */
function entering(admission: Admission, id: string, who: Entrance, log: string[]): Promise<void> {
  return admission.enter(id, who).then(
    () => void log.push(id),
    (error: unknown) => void log.push(`${id} ${error instanceof GatewayError ? error.type : 'failed'}`),
  );
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('admission', () => {
  it('lets in as many as there are places, and the next when one is settled', async () => {
    const { admission, hub } = admissionOf(2);
    const log: string[] = [];
    for (const id of ['r1', 'r2', 'r3']) void entering(admission, id, entrance(), log);
    await turn();
    expect(log).toEqual(['r1', 'r2']);
    expect(admission.load).toMatchObject({ running: 2, waiting: 1 });
    hub.publish('r1', { kind: 'settled' });
    await turn();
    expect(log).toEqual(['r1', 'r2', 'r3']);
    for (const id of ['r2', 'r3']) admission.leave(id);
    expect(admission.load).toEqual({ running: 0, waiting: 0, tokens: 0 });
  });

  it("does not put one tenant's request behind 200 of another", async () => {
    const { admission } = admissionOf(4);
    const log: string[] = [];
    for (let each = 0; each < 200; each++) void entering(admission, `flood${each}`, entrance('flood'), log);
    void entering(admission, 'single', entrance('other'), log);
    await turn();
    for (let leaving = 0; leaving < 2; leaving++) {
      admission.leave(`flood${leaving}`);
      await turn();
    }
    expect(log).toHaveLength(6);
    expect(log).toContain('single');
  });

  it('counts tokens, and lets a request that is larger than the bound in alone', async () => {
    const { admission } = admissionOf(10, { tokens: 1_000 });
    const log: string[] = [];
    void entering(admission, 'huge', entrance('a', { tokens: 5_000 }), log);
    void entering(admission, 'small', entrance('a', { tokens: 10 }), log);
    await turn();
    expect(log).toEqual(['huge']);
    admission.leave('huge');
    await turn();
    expect(log).toEqual(['huge', 'small']);
    expect(admission.load.tokens).toBe(10);
    admission.leave('small');
  });

  it('tells a client to come back when it has waited long enough', async () => {
    const { admission } = admissionOf(1, { waitMs: 1 });
    await admission.enter('r1', entrance());
    await expect(admission.enter('r2', entrance())).rejects.toMatchObject({
      type: 'overloaded',
      info: { retryAfterMs: 1_000 },
    });
    expect(admission.load.waiting).toBe(0);
    admission.leave('r1');
  });

  it('refuses the newest of the longest line when the queue is full', async () => {
    const { admission } = admissionOf(1, { queued: 2 });
    const log: string[] = [];
    for (const id of ['r1', 'r2', 'r3', 'r4']) void entering(admission, id, entrance('flood'), log);
    await turn();
    expect(log).toEqual(['r1', 'r4 overloaded']);
    void entering(admission, 'other', entrance('other'), log);
    await turn();
    expect(log).toEqual(['r1', 'r4 overloaded', 'r3 overloaded']);
    for (const id of ['r1', 'r2', 'other']) {
      admission.leave(id);
      await turn();
    }
    expect(log.slice(3).toSorted()).toEqual(['other', 'r2']);
  });

  it('gives one place to two calls with one id', async () => {
    const { admission } = admissionOf(1);
    const log: string[] = [];
    await admission.enter('r1', entrance());
    void entering(admission, 'r2', entrance(), log);
    void entering(admission, 'r2', entrance(), log);
    await turn();
    expect(admission.load.waiting).toBe(1);
    admission.leave('r1');
    await turn();
    expect(log).toEqual(['r2', 'r2']);
    expect(admission.load.running).toBe(1);
    admission.leave('r2');
  });
});
