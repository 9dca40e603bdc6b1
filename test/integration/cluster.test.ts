import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { startUpstream, type Upstream } from '../doubles/upstream.ts';
import { fixtureConfig, hello } from '../support/gateway-fixture.ts';
import { type GatewayProcess, startGatewayProcess } from '../support/gateway-process.ts';
import { eventually } from '../support/poll.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { newSeen, readEvents, readWhole, see, type SeenStream } from '../support/read-stream.ts';
import { hasRedisServer, type RedisServer, startRedis } from '../support/redis.ts';
import { startTemporalCluster, type TemporalCluster } from '../support/temporal-cluster.ts';
import { findTemporalPrograms } from '../support/temporal-programs.ts';

const postgresSource = findPostgres();
const missing = postgresSource.kind === 'none' ? postgresSource.reason : hasRedisServer() ? '' : 'no redis-server';
const programs = missing ? { kind: 'none' as const, reason: missing } : await findTemporalPrograms();
if (programs.kind === 'none') console.warn(`The cluster profile is not tested: ${programs.reason}.`);

/** A crashed process is noticed by the workflow task timeout, 10 s; then its work begins again elsewhere. */
const takeOverTimeoutMs = 20_000;

(programs.kind === 'found' ? describe : describe.skip)('the cluster profile', () => {
  const namespace = `cluster-${randomUUID().slice(0, 8)}`;
  /** Here the first task of a request goes to any process, not to the one that accepted it. */
  const lazyNamespace = `${namespace}-lazy`;
  const payloadKeys = `k1:${randomBytes(32).toString('base64')}`;
  let postgres: PostgresServer;
  let redis: RedisServer;
  let cluster: TemporalCluster;
  let upstream: Upstream;
  let shared: string;
  let databaseUrl: string;
  let connection: Connection;
  const processes: GatewayProcess[] = [];

  beforeAll(async () => {
    if (postgresSource.kind === 'none' || programs.kind === 'none') return;
    [postgres, redis, upstream] = await Promise.all([startPostgres(postgresSource), startRedis(), startUpstream()]);
    shared = await mkdtemp(join(tmpdir(), 'holdfast-shared-'));
    cluster = await startTemporalCluster(programs, postgres, lazyNamespace);
    connection = await Connection.connect({ address: cluster.address });
    databaseUrl = await postgres.createDatabase();
  }, 120_000);

  afterAll(async () => {
    await Promise.all(processes.map((started) => started.kill()));
    await connection?.close();
    await cluster?.stop();
    await Promise.all([redis?.stop(), upstream?.close(), postgres?.stop()]);
    if (shared) await rm(shared, { recursive: true, force: true });
  }, 60_000);

  /** A process with a data folder of its own: what processes share, they share through the settings below. */
  async function start(role: 'api' | 'gateway', inNamespace: string): Promise<GatewayProcess> {
    const started = await startGatewayProcess({
      temporalAddress: cluster.address,
      namespace: inNamespace,
      config: fixtureConfig(upstream.url),
      env: {
        ROLE: role,
        DATABASE_URL: databaseUrl,
        REDIS_URL: redis.url,
        ARTIFACTS_URL: pathToFileURL(join(shared, 'artifacts')).href,
        PAYLOAD_KEYS: payloadKeys,
        FAR_KEY: 'far-secret-key',
      },
    });
    processes.push(started);
    await eventually(`ROLE=${role} to start`, () => started.output().includes('gateway started'), 40_000);
    return started;
  }

  describe('with two API processes and a gateway process', () => {
    let first: GatewayProcess;
    let second: GatewayProcess;
    let gateway: GatewayProcess;

    beforeAll(async () => {
      [first, second, gateway] = await Promise.all([
        start('api', namespace),
        start('api', namespace),
        start('gateway', namespace),
      ]);
    }, 120_000);

    it('answers in one piece and in a stream, and shows the request to every API process', async () => {
      const whole = await first.chat(hello);
      expect(await whole.json()).toMatchObject({ choices: [{ message: { content: 't0 t1 t2 t3 t4 ' } }] });
      const id = whole.headers.get('x-request-id');
      expect(await (await second.fetch(`/v1/requests/${id}`)).json()).toMatchObject({ id, status: 'completed' });
      const seen = await readWhole(await second.chat({ ...hello, stream: true }));
      expect(seen).toMatchObject({ text: 't0 t1 t2 t3 t4 ', done: true, errors: [], restarts: 0 });
    });

    it('carries a large body by reference to whichever process works on it', async () => {
      const content = 'x'.repeat(300_000);
      const response = await first.chat({ ...hello, messages: [{ role: 'user', content }] });
      expect(response.status).toBe(200);
      expect(upstream.calls.at(-1)?.body).toMatchObject({ messages: [{ content }] });
    });

    it('lets operators find requests by alias, tenant, deployment and outcome', async () => {
      const response = await first.chat(hello);
      await response.json();
      const id = response.headers.get('x-request-id');
      const query =
        `HoldfastAlias = 'auto' AND HoldfastTenant = 'default' AND HoldfastDeployment = 'light' ` +
        `AND HoldfastOutcome = 'completed' AND WorkflowId = '${id}'`;
      const { workflow } = new Client({ connection, namespace });
      const count = await eventually(
        'the request in the list',
        async () => (await workflow.count(query)).count || undefined,
      );
      expect(count).toBe(1);
    });

    it('runs equal idempotent requests to two processes once, and refuses another body at either', async () => {
      const before = upstream.calls.length;
      const key = { 'idempotency-key': randomUUID() };
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? first : second).chat(hello, key)),
      );
      const texts = await Promise.all(answers.map((answer) => answer.text()));
      expect(new Set(texts).size).toBe(1);
      expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(1);
      expect(upstream.calls.length - before).toBe(1);
      const other = { ...hello, temperature: 0.5 };
      expect((await first.chat(other, key)).status).toBe(422);
      expect((await second.chat(other, key)).status).toBe(422);
    });

    it('keeps a call of more than five seconds in the process that began it', async () => {
      const before = upstream.calls.length;
      upstream.script([{ kind: 'answer', tokens: 70, paceMs: 100 }, { kind: 'answer' }]);
      const seen = await readWhole(await first.chat({ ...hello, stream: true }));
      expect(seen).toMatchObject({ text: numbered(70), done: true, restarts: 0 });
      expect(upstream.calls.length - before).toBe(1);
    }, 30_000);

    it('cancels a request through another API process within a second', async () => {
      upstream.script([{ kind: 'answer', tokens: 5_000, paceMs: 20 }, { kind: 'answer' }]);
      const response = await first.chat({ ...hello, stream: true });
      const call = upstream.calls.at(-1);
      const cancelledAt = Date.now();
      const cancelled = await second.fetch(`/v1/requests/${response.headers.get('x-request-id')}/cancel`, { json: {} });
      expect(await cancelled.json()).toMatchObject({ status: 'cancelled' });
      await upstream.until(() => call?.abortedAt !== undefined);
      expect((call?.abortedAt ?? Infinity) - cancelledAt).toBeLessThan(1_000);
      await response.text();
    });

    it('finishes a stream whose API process was killed, and gives its client exactly the rest elsewhere', async () => {
      // Only the gateway process can take over now.
      await second.kill();
      const tokens = 200;
      upstream.script([{ kind: 'answer', tokens, paceMs: 30 }]);
      const response = await first.chat({ ...hello, stream: true });
      const id = response.headers.get('x-request-id');
      const callsBefore = upstream.calls.length;
      const seen = newSeen();
      const broken = await readUntilBroken(response, seen, () => seen.ids.length === 30 && first.kill());
      expect(broken).toBe(true);

      await upstream.until(() => upstream.calls.length > callsBefore, takeOverTimeoutMs);
      const fresh = await start('api', namespace);
      const events = `/v1/requests/${id}/events`;
      await readWhole(await fresh.fetch(events, { headers: { 'last-event-id': seen.lastId ?? '' } }), seen);
      expect(seen).toMatchObject({ text: numbered(tokens), done: true, errors: [], restarts: 0 });
      const chunkIds = seen.ids.slice(0, tokens);
      expect(chunkIds).toEqual([...new Set(chunkIds)].toSorted((a, b) => a - b));
      expect(await (await fresh.fetch(`/v1/requests/${id}`)).json()).toMatchObject({
        status: 'completed',
        attempts: [{ outcome: 'lost' }, { outcome: 'succeeded' }],
      });
      expect(settledBy(id, gateway, fresh)).toBe(gateway.pid);
    }, 90_000);
  });

  describe('with requests that run in another process than the one that accepted them', () => {
    let api: GatewayProcess;
    let gateway: GatewayProcess;

    beforeAll(async () => {
      [api, gateway] = await Promise.all([start('api', lazyNamespace), start('gateway', lazyNamespace)]);
    }, 120_000);

    /** Streams until one is worked on by the gateway process; the others are left again. */
    async function streamFromGateway(): Promise<{ id: string; response: Response; leave: AbortController }> {
      for (let tries = 0; tries < 40; tries++) {
        const leave = new AbortController();
        const response = await api.chat({ ...hello, stream: true }, {}, leave.signal);
        const id = response.headers.get('x-request-id') ?? '';
        if ((await workerOf(id, new Client({ connection, namespace: lazyNamespace }))) === gateway.pid)
          return { id, response, leave };
        leave.abort();
      }
      throw new Error('no request went to the gateway process');
    }

    it('streams tokens to the client as they come', async () => {
      upstream.script([{ kind: 'answer', tokens: 100, paceMs: 20 }]);
      const { id, response } = await streamFromGateway();
      const call = upstream.calls.at(-1);
      const seen = newSeen();
      const tokensBehind: number[] = [];
      for await (const event of readEvents(response)) {
        see(seen, event);
        if (!seen.done) tokensBehind.push((call?.tokensSent ?? 0) - seen.text.split(' ').length + 1);
      }
      expect(seen).toMatchObject({ text: numbered(100), done: true, errors: [], restarts: 0 });
      // Without the hub, the log is read once a second: in the middle 25 tokens behind.
      expect(tokensBehind.toSorted((a, b) => a - b)[50]).toBeLessThan(10);
      expect(settledBy(id, gateway, api)).toBe(gateway.pid);
    });

    it('stops the model within a second when the client leaves', async () => {
      upstream.script([{ kind: 'answer', tokens: 5_000, paceMs: 20 }]);
      const { id, leave } = await streamFromGateway();
      const call = upstream.calls.at(-1);
      const leftAt = Date.now();
      leave.abort();
      await upstream.until(() => call?.abortedAt !== undefined);
      expect((call?.abortedAt ?? Infinity) - leftAt).toBeLessThan(1_000);
      const record = await eventually('the end of the request', async () => {
        const seen = (await (await api.fetch(`/v1/requests/${id}`)).json()) as { status: string };
        return seen.status === 'in_progress' ? undefined : seen;
      });
      expect(record).toMatchObject({ status: 'cancelled' });
    });

    it('goes on without Redis, a little later', async () => {
      upstream.script([{ kind: 'answer', tokens: 100, paceMs: 20 }]);
      await redis.crash();
      const { response } = await streamFromGateway();
      const seen = await readWhole(response);
      expect(seen).toMatchObject({ text: numbered(100), done: true, errors: [], restarts: 0 });
      await redis.restart();
    }, 60_000);
  });
});

/** The process that took the newest task of a request's workflow. */
async function workerOf(id: string, { workflow }: Client): Promise<number> {
  return eventually(`${id} to be taken by a worker`, async () => {
    const { events } = await workflow.getHandle(id).fetchHistory();
    const started = events?.findLast(({ workflowTaskStartedEventAttributes: task }) => task);
    const identity = started?.workflowTaskStartedEventAttributes?.identity;
    return identity ? Number.parseInt(identity, 10) : undefined;
  });
}

/** Reads until the end (false) or until the connection breaks (true). */
async function readUntilBroken(response: Response, seen: SeenStream, afterEach: () => unknown): Promise<boolean> {
  try {
    for await (const event of readEvents(response)) {
      see(seen, event);
      await afterEach();
    }
    return false;
  } catch {
    return true;
  }
}

/** What the double says in so many tokens. */
function numbered(tokens: number): string {
  return Array.from({ length: tokens }, (_, index) => `t${index} `).join('');
}

/** The process whose log says that it settled the request. */
function settledBy(id: string | null, ...candidates: GatewayProcess[]): number | undefined {
  return candidates.find((candidate) =>
    candidate
      .output()
      .split('\n')
      .some((line) => line.includes(String(id)) && line.includes('request settled')),
  )?.pid;
}
