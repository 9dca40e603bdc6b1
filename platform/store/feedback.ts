import type { Kysely } from 'kysely';
import { GatewayError } from '../../domain/errors.ts';
import type { FeedbackRow } from '../../domain/routing/adapt-quality.ts';
import type { PromptFeatures } from '../../domain/routing/prompt-vector.ts';
import type { Feedback, FeedbackStore } from './feedback-contract.ts';
import type { Guard } from './guard.ts';
import type { Schema } from './schema.ts';
import type { SealedColumns } from './sealed-columns.ts';

export class SqlFeedbackStore implements FeedbackStore {
  readonly #db: Kysely<Schema>;
  readonly #guard: Guard;
  readonly #columns: SealedColumns;

  constructor(db: Kysely<Schema>, guard: Guard, columns: SealedColumns) {
    this.#db = db;
    this.#guard = guard;
    this.#columns = columns;
  }

  async give({ requestId, model, score, comment, features }: Feedback, givenAt: Date): Promise<void> {
    const owner = { requestId };
    const said = {
      model,
      score,
      given_at: givenAt.getTime(),
      comment: comment === undefined ? null : await this.#columns.sealText(owner, comment, place('comment', requestId)),
      features: features ? await this.#columns.sealJson(owner, features, place('features', requestId)) : null,
    };
    await this.#guard(() =>
      this.#db
        .insertInto('feedback')
        .values({ request_id: requestId, ...said })
        .onConflict((conflict) => conflict.column('request_id').doUpdateSet(said))
        .execute(),
    );
  }

  async rows(): Promise<FeedbackRow[]> {
    const kept = await this.#guard(() =>
      this.#db
        .selectFrom('feedback')
        .select(['request_id', 'model', 'score', 'features'])
        .where('features', 'is not', null)
        .orderBy('given_at')
        .orderBy('request_id')
        .execute(),
    );
    const rows: FeedbackRow[] = [];
    for (const { request_id: id, model, score, features: sealed } of kept) {
      const features = sealed && (await this.#open(sealed, id));
      if (features) rows.push({ model, score: Number(score), features });
    }
    return rows;
  }

  async #open(sealed: Uint8Array, requestId: string): Promise<PromptFeatures | undefined> {
    try {
      const features: PromptFeatures = JSON.parse(await this.#columns.openText(sealed, place('features', requestId)));
      return features;
    } catch (error) {
      if (error instanceof GatewayError && error.type === 'content_erased') return undefined;
      throw error;
    }
  }
}

function place(column: string, requestId: string): string {
  return `feedback.${column}:${requestId}`;
}
