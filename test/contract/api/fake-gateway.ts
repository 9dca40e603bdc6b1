import { createAuditAdministration } from '../../../api/admin/administer-audit.ts';
import { createKeyAdministration } from '../../../api/admin/administer-keys.ts';
import { createHistoryCodec } from '../../../api/codec/history-codec.ts';
import { createOperatorPages } from '../../../api/ui/operator-pages.ts';
import type { DeploymentStatus } from '../../../api/admin/deployments-port.ts';
import type { ApiPorts, FollowItem, NewChatRequest, Principal, Readiness } from '../../../api/ports.ts';
import { createModeration } from '../../../api/requests/moderate.ts';
import { embeddedDefault } from '../../../platform/config/embedded-default.ts';
import { GatewayError, type GatewayErrorInfo } from '../../../domain/errors.ts';
import { administers } from '../../../domain/principal.ts';
import { isTerminal, type RequestRecord } from '../../../domain/request-record.ts';
import { untried } from '../../../domain/routing/candidate.ts';
import { resolveConfig } from '../../../platform/config/config-file.ts';
import { AuditLog } from '../../../platform/audit/audit-log.ts';
import { createContentVault } from '../../../platform/encryption/content-vault.ts';
import { InMemoryDataKeys } from '../../doubles/data-key-store.ts';
import { aCipher } from '../../support/store-fixtures.ts';
import { FakeApiKeyStore } from '../../doubles/api-key-store.ts';
import { FakeAuditStore } from '../../doubles/audit-store.ts';
import { logSigner } from '../../support/audit-export.ts';
import type { StreamEvent, StreamEventBody } from '../../../domain/stream-event.ts';

export const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_760_000_000,
  model: 'light',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
};

/** JSON text of one chunk; the last one of an answer has a finish reason. */
export function chunk(content: string, finishReason: string | null = null): string {
  return JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: 'light',
    choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: finishReason }],
  });
}

export const helloEvents: StreamEventBody[] = [
  { kind: 'attempt', deployment: 'light', attempt: 1 },
  { kind: 'chunk', json: chunk('Hello') },
  { kind: 'chunk', json: chunk(' there', 'stop') },
];

/** What a request does once it is submitted. `hang`: it stays in progress until it is cancelled. */
export type Script =
  | { kind: 'complete'; events?: StreamEventBody[]; result?: string }
  | { kind: 'fail'; events?: StreamEventBody[]; error: GatewayErrorInfo }
  | { kind: 'hang'; events?: StreamEventBody[] }
  | { kind: 'refuse'; error: GatewayErrorInfo };

const moderation = createModeration(() => embeddedDefault({ OPENAI_API_KEY: 'k' }));

const keys: Record<string, Principal> = {
  'key-a': { id: 'a', tenant: 'tenant-a', scopes: ['inference'] },
  'key-b': { id: 'b', tenant: 'tenant-b', scopes: ['inference', 'admin'] },
  'key-operator': { id: 'd', tenant: 'default', scopes: ['operator'] },
  'key-audit': { id: 'c', tenant: 'tenant-a', scopes: ['audit'] },
};

export const fakeConfig = resolveConfig(
  {
    providers: { near: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:9/v1', local: true } },
    deployments: { light: { provider: 'near', model: 'm-light' } },
    tenants: { 'tenant-a': {}, 'tenant-b': {} },
  },
  {},
  'the configuration of the tests',
);

interface Entry {
  record: RequestRecord;
  events: StreamEvent[];
  result?: string;
  changed: PromiseWithResolvers<void>;
}

/** The gateway behind the edge, in memory: each submitted request plays the next script. */
export class FakeGateway implements ApiPorts {
  readonly submitted: NewChatRequest[] = [];
  readonly cancelled: { tenant: string; id: string; atMs: number }[] = [];
  readonly followed: { afterSeq: number; events: boolean }[] = [];
  readiness: Readiness = { ok: true };
  script: Script = { kind: 'complete', events: helloEvents };
  /** Events handed to followers so far. */
  pulled = 0;
  readonly #entries = new Map<string, Entry>();
  readonly #byKey = new Map<string, string>();

  readonly master = aCipher();
  readonly vault = createContentVault(this.master, new InMemoryDataKeys());
  /** Bodies that histories hold by reference, by hash. */
  readonly artifacts = new Map<string, string>();
  codec: ApiPorts['codec'] = createHistoryCodec({
    vault: this.vault,
    artifacts: { of: () => ({ get: async (sha256) => Buffer.from(this.artifacts.get(sha256) ?? '') }) },
  });

  /** Where the Temporal UI is; tests that serve one set it. */
  temporalUi: string | undefined;
  get pages(): ApiPorts['pages'] {
    return createOperatorPages(this.master, this.temporalUi);
  }

  /** What was erased or rotated: the tenant, and the end user where there is one. */
  readonly administered: string[] = [];
  tenants: ApiPorts['tenants'] = {
    eraseTenant: async (admin, tenant) => this.#administer(admin, tenant),
    eraseSubject: async (admin, endUser, tenant = admin.tenant) => this.#administer(admin, tenant, endUser),
    rotateKey: async (admin, tenant) => {
      this.#administer(admin, tenant);
      return 'd:0123456789abcdef01234567';
    },
  };

  #administer(admin: Principal, ...names: [tenant: string, endUser?: string]) {
    if (!administers(admin, names[0])) throw new GatewayError({ type: 'not_found', message: 'No such tenant.' });
    this.administered.push(names.join(' '));
    return { keysDestroyed: 2, requestsDeleted: 3, finished: true };
  }

  readonly auditStore = new FakeAuditStore();
  audit: ApiPorts['audit'] = createAuditAdministration(new AuditLog(this.auditStore, logSigner), this.auditStore);

  keys: ApiPorts['keys'] = createKeyAdministration({
    store: new FakeApiKeyStore(),
    config: () => fakeConfig,
    onChange: () => undefined,
  });

  authenticate: ApiPorts['authenticate'] = async ({ shown }) => {
    const principal = keys[shown];
    if (!principal) throw new GatewayError({ type: 'authentication_failed', message: 'This API key is not known.' });
    return principal;
  };

  /** Addresses that are refused, for everybody or as `TENANT ADDRESS`. */
  readonly refusedIps = new Set<string>();

  allowsIp: ApiPorts['allowsIp'] = (ip, tenant) => !this.refusedIps.has(tenant === undefined ? ip : `${tenant} ${ip}`);

  enter: ApiPorts['enter'] = () => undefined;

  readonly feedback: { requestId: string; score: number; comment?: string }[] = [];

  giveFeedback: ApiPorts['giveFeedback'] = async (tenant, requestId, given) => {
    if (!(await this.record(tenant, requestId))) throw new GatewayError({ type: 'not_found', message: 'No request.' });
    this.feedback.push({ requestId, ...given });
  };

  readonly webhookReplays: string[] = [];

  webhooks: ApiPorts['webhooks'] = {
    of: async (tenant, requestId) => {
      if (!(await this.record(tenant, requestId)))
        throw new GatewayError({ type: 'not_found', message: 'No request.' });
      return { requestId, url: 'https://example.com/hook', deliveries: [] };
    },
    replay: async (tenant, requestId) => {
      const webhook = await this.webhooks.of(tenant, requestId);
      this.webhookReplays.push(requestId);
      return webhook;
    },
    secrets: async () => [{ secret: 'whsec_AA==', createdAt: new Date('2026-01-01T00:00:00.000Z') }],
    rotateSecret: async () => [{ secret: 'whsec_AQ==', createdAt: new Date('2026-01-01T00:00:00.000Z') }],
  };

  models: ApiPorts['models'] = () => [
    { id: 'auto', created: 1_760_000_000, ownedBy: 'holdfast' },
    { id: 'light', created: 1_760_000_000, ownedBy: 'near' },
  ];

  drained = false;
  readonly #statusOf = (name: string): DeploymentStatus => {
    if (name !== 'light/1') throw new GatewayError({ type: 'not_found', message: `No deployment '${name}'.` });
    const breaker = { state: 'open', untilMs: 1_760_000_060_000, reason: 'key_refused' } as const;
    const errors = { provider_auth: { count: 2, lastAtMs: 1_760_000_000_000 } };
    const live = { ...untried, breaker, drained: this.drained };
    return { name, provider: 'near', model: 'm-light', local: true, live, errors };
  };

  /** What was asked of the ledger. */
  readonly usageAsked: Parameters<ApiPorts['usage']>[0][] = [];
  readonly usage: ApiPorts['usage'] = async (question) => {
    this.usageAsked.push(question);
    const sums = { requests: 2, attempts: 3, inputTokens: 11, outputTokens: 5, costMicroUsd: 1_000_021 };
    const names = { day: '2026-11-23', tenant: 'tenant-b', key: '=key, "b"', alias: 'auto', deployment: 'light' };
    const named = Object.fromEntries(question.groups.map((group) => [group, names[group]]));
    return { sums: [{ ...named, ...sums }], total: sums };
  };
  readonly budgets: ApiPorts['budgets'] = async (tenant = 'tenant-a') => [
    {
      tenant,
      owner: { kind: 'tenant', name: tenant },
      period: 'day',
      limitMicroUsd: 5_000_000,
      spentMicroUsd: 21,
      reservedMicroUsd: 400,
      openRequests: 1,
      renewsAt: new Date('2026-11-24T00:00:00Z'),
    },
  ];

  deployments: ApiPorts['deployments'] = {
    list: () => [this.#statusOf('light/1')],
    setDrained: async (name, drained) => {
      const status = this.#statusOf(name);
      this.drained = drained;
      return { ...status, live: { ...status.live, drained } };
    },
    probe: async (name, call = 'models') => {
      const result = { call, ok: false, latencyMs: 12, saw: 'near answered 401' };
      return { status: this.#statusOf(name), result };
    },
  };

  /** What is wrong with the file that a reload reads. */
  wrongField?: string;
  config: ApiPorts['config'] = {
    reload: async () => {
      if (this.wrongField === undefined) return { changed: true, warnings: [] };
      throw new GatewayError({ type: 'invalid_request', message: `gateway.yaml is not valid: ${this.wrongField}` });
    },
  };

  explainRoute: ApiPorts['explainRoute'] = (_principal, { body, gateway }) => ({
    alias: body.model,
    strategy: 'balanced',
    weights: { cost: 0, latency: 0, quality: 0, ...gateway.qos },
    order: ['light'],
    ranked: [{ deployment: 'light', rank: 1, latencyMs: 900, costMicroUsd: 1500, quality: 0.7, score: 0.6 }],
    excluded: [
      { deployment: 'far', reasons: [{ reason: 'local_only', transient: false, detail: 'kept inside by policy' }] },
    ],
  });

  moderate: ApiPorts['moderate'] = (principal, texts) => moderation.moderate(principal, texts);

  submit: ApiPorts['submit'] = async (principal, request) => {
    this.submitted.push(request);
    if (this.script.kind === 'refuse') throw new GatewayError(this.script.error);
    const known = request.idempotencyKey && this.#byKey.get(request.idempotencyKey);
    if (known) return { requestId: known, joined: true };
    const id = `req_${String(this.submitted.length).padStart(32, '0')}`;
    if (request.idempotencyKey) this.#byKey.set(request.idempotencyKey, id);
    this.add(principal.tenant, id, request.stream);
    this.play(id, this.script);
    return { requestId: id, joined: false };
  };

  add(tenant: string, id: string, stream: boolean, createdAt = new Date('2026-01-01T00:00:00.500Z')): RequestRecord {
    const record: RequestRecord = {
      id,
      tenant,
      modality: 'chat',
      alias: 'auto',
      stream,
      status: 'in_progress',
      createdAt,
      attempts: [],
      costMicroUsd: 0,
    };
    this.#entries.set(id, { record, events: [], changed: Promise.withResolvers() });
    return record;
  }

  /** Appends the script's events and ends the request as it says. */
  play(id: string, script: Exclude<Script, { kind: 'refuse' }>): void {
    const entry = this.#entry(id);
    for (const body of script.events ?? []) {
      if (body.kind === 'attempt') {
        entry.record.attempts.push({ deployment: body.deployment, outcome: 'in_progress', costMicroUsd: 0 });
      }
      entry.events.push({ seq: entry.events.length + 1, ...body });
    }
    if (script.kind === 'complete') {
      entry.result = script.result ?? JSON.stringify(completion);
      const attempts = entry.record.attempts.map((attempt) => ({
        ...attempt,
        outcome: 'succeeded' as const,
        latencyMs: 12,
        costMicroUsd: 12,
      }));
      this.#settle(entry, {
        status: 'completed',
        deployment: 'light',
        costMicroUsd: 12,
        attempts,
        usage: completion.usage,
      });
    }
    if (script.kind === 'fail') this.#settle(entry, { status: 'failed', error: script.error });
    this.#wake(entry);
  }

  follow: ApiPorts['follow'] = (args) => this.#follow(args);

  async *#follow({
    requestId,
    afterSeq,
    signal,
    events,
  }: Parameters<ApiPorts['follow']>[0]): AsyncGenerator<FollowItem> {
    this.followed.push({ afterSeq, events });
    const entry = this.#entry(requestId);
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    let next = afterSeq;
    for (;;) {
      const { changed } = entry;
      for (const event of events ? entry.events.slice(next) : []) {
        next = event.seq;
        this.pulled += 1;
        yield { kind: 'event', event };
        if (signal.aborted) return;
      }
      if (isTerminal(entry.record.status)) {
        yield { kind: 'settled', record: entry.record };
        return;
      }
      await Promise.race([changed.promise, aborted]);
      if (signal.aborted) return;
    }
  }

  record: ApiPorts['record'] = async (tenant, id) => {
    const entry = this.#entries.get(id);
    return entry?.record.tenant === tenant ? entry.record : undefined;
  };

  result: ApiPorts['result'] = async (_tenant, id) => this.#entry(id).result;

  list: ApiPorts['list'] = async (tenant, { limit, before, status }) =>
    [...this.#entries.values()]
      .map(({ record }) => record)
      .filter((record) => record.tenant === tenant && (!before || record.createdAt < before))
      .filter((record) => !status || record.status === status)
      .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
      .slice(0, limit);

  cancel: ApiPorts['cancel'] = async (tenant, id) => {
    this.cancelled.push({ tenant, id, atMs: performance.now() });
    const entry = this.#entry(id);
    if (isTerminal(entry.record.status) && entry.record.status !== 'cancelled') {
      throw new GatewayError({ type: 'conflict', message: 'The request has ended already.' });
    }
    this.#settle(entry, { status: 'cancelled' });
    return entry.record;
  };

  retry: ApiPorts['retry'] = async (_tenant, id) => {
    const entry = this.#entry(id);
    entry.record.status = 'queued';
    delete entry.record.finishedAt;
    delete entry.record.error;
    return entry.record;
  };

  ready: ApiPorts['ready'] = async () => this.readiness;

  #settle(entry: Entry, end: Partial<RequestRecord>): void {
    Object.assign(entry.record, end, { finishedAt: new Date('2026-01-01T00:00:02.000Z') });
    this.#wake(entry);
  }

  #wake(entry: Entry): void {
    const { changed } = entry;
    entry.changed = Promise.withResolvers();
    changed.resolve();
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`the fake has no request ${id}`);
    return entry;
  }
}
