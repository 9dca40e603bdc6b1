import { findNames } from '../names-zh/find-names.ts';
import { shippedModel } from '../names-zh/model.ts';
import { span, type Span } from '../span.ts';

/** Names in Chinese text: a fitted model judges every piece that may be one by what it is made of and what stands around it. */
export function detectPersonZh(text: string): Span[] {
  if (!/[\u4e00-\u9fff]/u.test(text)) return [];
  return findNames(text, shippedModel).map(({ start, end, cued }) =>
    span('person', start, end, cued ? 'cued' : 'pattern'),
  );
}
