import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promptFeatures } from '../../../domain/routing/prompt-vector.ts';
import type { Store } from '../../../platform/store/contract.ts';
import { openStore } from '../../../platform/store/open-store.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../support/postgres.ts';
import { aCipher, anAttempt, answerJson, aRequest, began, succeeded, tenant } from '../../support/store-fixtures.ts';

const source = findPostgres();
const features = promptFeatures('How do I return a parcel?', 13);
const givenAt = new Date('2026-01-02T03:04:05.000Z');

describe.each(source.kind === 'none' ? ['sqlite'] : ['sqlite', 'postgres'])(
  'what is said of answers, on %s',
  (kind) => {
    let store: Store;
    let dataDir: string;
    let postgres: PostgresServer | undefined;
    beforeAll(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'holdfast-feedback-'));
      if (kind === 'postgres' && source.kind !== 'none') postgres = await startPostgres(source);
      const databaseUrl = await postgres?.createDatabase();
      store = await openStore({ dataDir, databaseUrl, cipher: aCipher() });
    }, 60_000);
    afterAll(async () => {
      await store?.close();
      await postgres?.stop();
      await rm(dataDir, { recursive: true, force: true });
    });

    async function accepted(): Promise<string> {
      const request = aRequest();
      await store.requests.accept(request);
      return request.id;
    }

    it('is kept once for each request, the last word counting, and goes with it', async () => {
      const requestId = await accepted();
      await store.feedback.give({ requestId, model: 'small', score: 0, features }, givenAt);
      await store.feedback.give({ requestId, model: 'small', score: 0.75, comment: 'now right', features }, givenAt);
      expect(await store.feedback.rows()).toEqual([{ model: 'small', score: 0.75, features }]);
      await store.requests.abandon(requestId, { type: 'not_ready', message: 'gone' }, givenAt);
      await store.purge(new Date(givenAt.getTime() + 1));
      expect(await store.feedback.rows()).toEqual([]);
    });

    it('teaches nothing where the prompt is not known any more, or was erased', async () => {
      await store.feedback.give({ requestId: await accepted(), model: 'small', score: 1 }, givenAt);
      expect(await store.feedback.rows()).toEqual([]);
      await store.feedback.give({ requestId: await accepted(), model: 'small', score: 1, features }, givenAt);
      await store.vault.destroy({ tenant });
      expect(await store.feedback.rows()).toEqual([]);
    });

    it('lies sealed in the database', async () => {
      const requestId = await accepted();
      await store.feedback.give({ requestId, model: 'small', score: 1, comment: 'a plain comment', features }, givenAt);
      if (postgres) return;
      const database = new DatabaseSync(join(dataDir, 'holdfast.db'), { readOnly: true });
      const rows = database.prepare('select comment, features from feedback where request_id = ?').all(requestId);
      database.close();
      const bytes = rows
        .flatMap((row) => Object.values(row))
        .map((value) => Buffer.from(value as Uint8Array).toString());
      expect(bytes).toHaveLength(2);
      expect(bytes.join(' ')).not.toMatch(/plain|ngrams/);
    });

    describe('a draft', () => {
      it('is read back by its step, also by a run that was reset from the one that drafted', async () => {
        const key = anAttempt(await accepted());
        await began(store, key);
        await store.attempts.end(key, 1, succeeded);
        expect(await store.attempts.answer(key)).toBe(answerJson);
        expect(await store.attempts.answer({ ...key, runId: 'run-2' })).toBe(answerJson);
        expect(await store.attempts.answer({ ...key, attempt: 2 })).toBeUndefined();
      });

      it('is turned down once, and is no answer any more', async () => {
        const key = anAttempt(await accepted());
        await began(store, key);
        await store.attempts.end(key, 1, succeeded);
        const error = { type: 'answer_rejected', message: 'Its judge gives it 0.' } as const;
        await store.attempts.reject(key, error);
        await store.attempts.reject(key, { ...error, message: 'Said twice.' });
        expect(await store.attempts.answer(key)).toBeUndefined();
        const record = await store.requests.get(tenant, key.requestId);
        expect(record?.attempts).toMatchObject([{ outcome: 'rejected', errorType: 'answer_rejected' }]);
        expect(record?.costMicroUsd).toBe(succeeded.costMicroUsd);
      });
    });
  },
);
